"""Generated pods, templates and other objects: valid, one field off, extreme."""

from collections.abc import Iterator
from random import Random

from tests.assurance.guardrails.object_changes import OBJECTS
from tests.assurance.guardrails.planted import Case, planted
from tests.assurance.guardrails.pod_changes import POD_CHANGES, Change
from tests.assurance.guardrails.samples import WORKLOADS, Manifest, pod, wrapped


def _changed(rng: Random, made: Manifest, changes: dict[str, Change]) -> tuple[str, ...]:
    """Nothing changed, one thing, or many."""
    count = rng.choices((0, 1, 3, 7), weights=(20, 45, 20, 15))[0]
    names = rng.sample(sorted(changes), min(count, len(changes)))
    for name in names:
        changes[name](rng, made)
    return tuple(names)


def pods(rng: Random) -> Iterator[Case]:
    """Pods and templates of every kind, without end."""
    while True:
        made = pod()
        if rng.random() < 0.3:
            made["spec"].pop("initContainers")
        changes = _changed(rng, made, POD_CHANGES)
        kind = rng.choice(("Pod", *WORKLOADS)) if rng.random() < 0.6 else "Pod"
        family = "pod" if kind == "Pod" else "template"
        yield Case(family=family, manifest=wrapped(kind, made), changes=changes)


def objects(rng: Random) -> Iterator[Case]:
    """Everything else, without end."""
    while True:
        kind = rng.choice(sorted(OBJECTS))
        make, changes = OBJECTS[kind]
        made = make()
        if kind in {"Role", "RoleBinding"} and rng.random() < 0.5:
            made["kind"] = f"Cluster{kind}"
        yield Case(family="object", manifest=made, changes=_changed(rng, made, changes))


def cases(seed: int, count: int) -> list[Case]:
    """What is planted first, then three pods or templates for each other object."""
    rng = Random(seed)
    some_pods, some_objects = pods(rng), objects(rng)
    sure = list(planted().values())
    rest = range(count - len(sure))
    return [*sure, *(next(some_objects if n % 4 == 3 else some_pods) for n in rest)]
