"""Every pod that the objects of a graph will bring about, and how many of each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.pod_kinds import KINDS, PodKind
from assurance.graph.pod_owners import handed_down, made_by_operator
from assurance.graph.pod_shapes import Path, is_own, specs
from assurance.graph.resource import OBJECT, Marker, Secret
from assurance.graph.stand_ins import without_doubles


@dataclass(frozen=True, kw_only=True, slots=True)
class Replicas:
    """How many pods of one template there are at a time."""

    min: int
    max: int | None
    """None: nothing in the graph bounds it."""
    every_node: bool = False
    """A DaemonSet's: one on each node that its template fits, in place of `min` to `max`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PodTemplate:
    """One pod template, with what its owner says about numbers."""

    owner: KubernetesObject
    path: Path
    """Where in the owner's manifest the template stands."""
    labels: Mapping[str, Any]
    annotations: Mapping[str, Any]
    spec: Mapping[str, Any]
    """The pod's spec."""
    replicas: Replicas
    completions: int | None = None
    """How many pods a Job runs in all; None for what never ends, or nobody knows when."""
    unknown: tuple[str, ...] = ()
    """Where in the owner's manifest nothing can be read: `spec.template.metadata.labels`.

    What should stand there is empty here, and means nothing.
    """

    @property
    def namespace(self) -> str | Marker | None:
        """The owner's: pods live nowhere else."""
        return self.owner.namespace

    @property
    def part(self) -> str:
        """The place in the owner, where that tells templates apart."""
        place = ".".join(map(str, self.path))
        return "" if place in _ONLY else f" ({place})"

    def __str__(self) -> str:
        """The owner, and which part of it."""
        return f"{self.owner}{self.part}"


_ONLY = {"", "spec.template", "spec.jobTemplate.spec.template"}
"""Places of templates in kinds that have no other."""


def pod_templates(objects: Iterable[KubernetesObject]) -> Iterator[PodTemplate]:
    """Every pod template, with autoscalers taken into account, and no pod counted twice."""
    found = without_doubles(objects)
    scalers = dict(_scaler(item) for item in found if _is_scaler(item))
    for item in found:
        kinds = KINDS.get((item.gvk.group, item.gvk.kind))
        if kinds is None:
            yield from _by_shape(item)
            continue
        scaler = scalers.get((item.namespace, item.gvk.group, item.gvk.kind, item.name))
        for kind in kinds:
            for path, template in _at(item.manifest, kind.template):
                yield _pod(item, kind, path, template, scaler)


def _pod(
    owner: KubernetesObject,
    kind: PodKind,
    path: Path,
    template: Any,
    scaler: Replicas | None,
) -> PodTemplate:
    element: Any = owner.manifest
    for step in path[: kind.base]:
        element = element[step]
    replicas, completions = _count(owner, kind, element)
    if scaler is not None:
        replicas = _scaled(replicas, scaler)
    read = _Reading()
    whole = read.mapping(template, path)
    metadata = {} if kind.bare else read.mapping(whole.get("metadata"), (*path, "metadata"))
    labels = read.mapping(metadata.get("labels"), (*path, "metadata", "labels"))
    if kind.bare:
        own = read.mapping(_get(owner.manifest, ("metadata", "labels")), ("metadata", "labels"))
        labels = handed_down(
            owner, kind, (own, read.mapping(whole.get("labels"), (*path, "labels")))
        )
    inner = whole if kind.bare else read.mapping(whole.get("spec"), (*path, "spec"))
    spec = made_by_operator(kind.container, inner) if kind.container else inner
    return PodTemplate(
        owner=owner,
        path=path,
        labels=labels,
        annotations=read.mapping(metadata.get("annotations"), (*path, "metadata", "annotations")),
        spec=spec,
        replicas=replicas,
        completions=completions,
        unknown=tuple(read.unknown),
    )


class _Reading:
    """Takes mappings out of a manifest, and remembers where there was none to take."""

    def __init__(self) -> None:
        self.unknown: list[str] = []

    def mapping(self, value: Any, path: Path) -> Mapping[str, Any]:
        """The mapping; an empty one where nothing is said, or where it is not known what is."""
        if isinstance(value, OBJECT):
            return value
        if value is not None:
            self.unknown.append(".".join(map(str, path)))
        return {}


def _by_shape(owner: KubernetesObject) -> Iterator[PodTemplate]:
    """What looks like a pod's spec in a kind that the table does not know."""
    foreign = not is_own(owner.gvk.group)
    for path, spec, parent in specs(owner.manifest, {}, (), foreign=foreign):
        read = _Reading()
        beside = (*path[:-1], "metadata")
        metadata = read.mapping(parent.get("metadata") if len(path) > 1 else None, beside)
        yield PodTemplate(
            owner=owner,
            path=path,
            labels=read.mapping(metadata.get("labels"), (*beside, "labels")),
            annotations=read.mapping(metadata.get("annotations"), (*beside, "annotations")),
            spec=read.mapping(spec, path),
            replicas=Replicas(min=0, max=None),
            unknown=tuple(read.unknown),
        )


def _count(owner: KubernetesObject, kind: PodKind, element: Any) -> tuple[Replicas, int | None]:
    """Pods at a time, and in all if that is bounded."""
    if kind.counting == "nodes":
        return Replicas(min=0, max=None, every_node=True), None
    if kind.counting == "replicas":
        low, high = kind.default
        few, many = _number(_get(element, kind.low), low), _number(_get(element, kind.high), high)
        return Replicas(min=few or 0, max=many), None
    stated = _get(element, kind.job)
    if isinstance(stated, Marker | Secret):
        return Replicas(min=0, max=None), None
    job = _mapping(stated)
    wide, total = _job_numbers(job)
    if kind.counting == "cron":
        overlap = _get(owner.manifest, ("spec", "concurrencyPolicy")) not in ("Forbid", "Replace")
        return Replicas(min=0, max=None if overlap else wide), None
    copies = _number(_get(element, kind.times), 1) if kind.times else 1
    wide, total = _times(wide, copies), _times(total, copies)
    starts = job.get("suspend") in {None, False}
    return Replicas(min=(wide or 0) if starts else 0, max=wide), total


def _job_numbers(job: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """How many pods at once, how many in all; a work queue has no total."""
    parallel = _number(job.get("parallelism"), 1)
    total = _number(job.get("completions"), None if "parallelism" in job else 1)
    wide = parallel if total is None or parallel is None else min(parallel, total)
    return wide, total


def _is_scaler(item: KubernetesObject) -> bool:
    return (item.gvk.group, item.gvk.kind) in _SCALERS


_SCALERS = {
    ("autoscaling", "HorizontalPodAutoscaler"): ("minReplicas", "maxReplicas", 1, None),
    ("keda.sh", "ScaledObject"): ("minReplicaCount", "maxReplicaCount", 0, 100),
}


def _scaler(item: KubernetesObject) -> tuple[tuple[Any, ...], Replicas]:
    """What it scales, by namespace, group, kind and name, and between which numbers."""
    low, high, few, many = _SCALERS[item.gvk.group, item.gvk.kind]
    spec = _mapping(item.manifest.get("spec"))
    target = _mapping(spec.get("scaleTargetRef"))
    group, _, _ = str(target.get("apiVersion", "apps/v1")).rpartition("/")
    kind, name = str(target.get("kind", "Deployment")), str(target.get("name"))
    key = (item.namespace, group, kind, name)
    bounds = Replicas(min=_number(spec.get(low), few) or 0, max=_number(spec.get(high), many))
    return key, bounds


def _scaled(stated: Replicas, scaler: Replicas) -> Replicas:
    """Zero replicas switch an autoscaler off; otherwise it starts where the owner says."""
    if stated.max is None or scaler.max is None:
        return Replicas(min=scaler.min, max=None)
    low = scaler.min if stated.min else 0
    return Replicas(min=low, max=max(scaler.max, stated.max))


def _at(value: Any, pattern: Sequence[str], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Everything at a path, and what is not known on the way; `*` stands for each item."""
    if isinstance(value, Marker | Secret) or not pattern:
        if value:
            yield path, value
        return
    head, rest = pattern[0], pattern[1:]
    if head != "*":
        if isinstance(value, OBJECT) and head in value:
            yield from _at(value[head], rest, (*path, head))
    elif isinstance(value, OBJECT):
        for key in sorted(value):
            yield from _at(value[key], rest, (*path, key))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _at(item, rest, (*path, index))


def _get(value: Any, path: Sequence[str]) -> Any:
    for step in path:
        if isinstance(value, Marker | Secret):
            return value
        value = value.get(step) if isinstance(value, OBJECT) else None
    return value


def _number(value: Any, default: int | None) -> int | None:
    """A count; None where it is unknown, so that nobody takes it for small."""
    if value is None:
        return default
    if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
        return int(value)
    return None


def _times(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one * other


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, OBJECT) else {}
