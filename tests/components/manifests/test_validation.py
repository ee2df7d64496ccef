"""What Kubernetes would refuse is refused here, with the same verdict and better words."""

import copy
import datetime as dt
import enum
import importlib
import inspect
import pkgutil
import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import jsonschema_rs
import lightkube.resources
import pulumi
import pulumi_kubernetes
import pytest
import referencing
from hypothesis import given, settings
from hypothesis import strategies as st
from lightkube.core.resource import GlobalResource, Resource

from assurance.graph.values import Gvk, QuantityError, dotted, quantity
from components.manifests import kinds, schemas
from components.manifests.custom import CustomKind
from components.manifests.keys import gvk_of
from components.manifests.validation import faults
from tests.components.manifests.recorder import Stage, recorded
from tests.components.manifests.samples import (
    Manifest,
    autoscaler,
    claim,
    crd,
    deployment,
    job,
    limits,
    namespace,
    pod_spec,
    policy,
    quota,
    role_binding,
    sample,
    secret,
    service,
    webhook,
)

VALID = [
    namespace(),
    quota(),
    limits(),
    policy(),
    deployment(),
    job(),
    service(),
    claim(),
    secret(),
    role_binding("rb", "reader", "runner"),
    autoscaler("api"),
    crd("things.example", "Thing", "things"),
    webhook("w", "api", "things.example", ["things"]),
]


def lines(manifest: Any, **more: Any) -> list[str]:
    return [f"{dotted(path)}: {message}" for path, message in faults(manifest, **more)]


def changed(manifest: Manifest, path: str, value: Any) -> Manifest:
    """A copy with one value set, or taken out where the value is `...`."""
    result = copy.deepcopy(manifest)
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(" ")]
    here: Any = result
    for step in steps:
        here = here[step]
    if value is ...:
        del here[last]
    else:
        here[last] = value
    return result


CONTAINER = "spec template spec containers 0"
IN_CONTAINER = "spec.template.spec.containers[0]"
EDGE = "a letter or digit at both ends"

FAULTS: dict[str, tuple[Any, list[str]]] = {
    "an unknown field": (
        changed(deployment(), f"{CONTAINER} portz", []),
        [f"{IN_CONTAINER}.portz: unknown field; did you mean ports?"],
    ),
    "a field that is like no other": (
        changed(deployment(), "spec zzz", 1),
        ["spec.zzz: unknown field"],
    ),
    "a missing field": (
        changed(deployment(), f"{CONTAINER} name", ...),
        [f"{IN_CONTAINER}.name: missing"],
    ),
    "a wrong type": (
        changed(deployment(), "spec replicas", "three"),
        ["spec.replicas: expected a whole number, got 'three'"],
    ),
    "half a replica": (
        changed(deployment(), "spec replicas", 1.5),
        ["spec.replicas: expected a whole number, got 1.5"],
    ),
    "a list where a mapping belongs": (
        changed(deployment(), "spec selector", []),
        ["spec.selector: expected a mapping, got a list"],
    ),
    "an environment variable that is a number": (
        changed(deployment(), f"{CONTAINER} env", [{"name": "PORT", "value": 80}]),
        [f"{IN_CONTAINER}.env[0].value: expected text, got 80"],
    ),
    "a quantity with a space": (
        changed(deployment(), f"{CONTAINER} resources", {"requests": {"cpu": "500 m"}}),
        [
            (
                f"{IN_CONTAINER}.resources.requests.cpu: "
                "expected a quantity such as 500m, 2 or 1.5Gi, got '500 m'"
            )
        ],
    ),
    "a quantity that is a list": (
        changed(quota(), "spec hard pods", []),
        ["spec.hard.pods: expected text or a number, got a list"],
    ),
    "a port beyond all ports": (
        changed(deployment(), f"{CONTAINER} ports", [{"containerPort": 80800}]),
        [f"{IN_CONTAINER}.ports[0].containerPort: expected at most 65535, got 80800"],
    ),
    "a name that is no domain name": (
        changed(deployment(), "metadata name", "My_App"),
        [f"metadata.name: expected at most 253 of a-z, 0-9, - and ., {EDGE}, got 'My_App'"],
    ),
    "a service named like a domain": (
        service("a.b"),
        [f"metadata.name: expected at most 63 of a-z, 0-9 and -, {EDGE}, got 'a.b'"],
    ),
    "a cron job whose jobs would have too long names": (
        sample(
            "CronJob",
            "x" * 53,
            api="batch/v1",
            spec={"schedule": "@daily", "jobTemplate": {"spec": job()["spec"]}},
        ),
        [f"metadata.name: expected at most 52 of a-z, 0-9, - and ., {EDGE}, got '{'x' * 53}'"],
    ),
    "a role with a slash": (
        sample("Role", "a/b", api="rbac.authorization.k8s.io/v1", rules=[]),
        ["metadata.name: expected a name without / and %, got 'a/b'"],
    ),
    "a generated name": (
        changed(changed(job(), "metadata generateName", "train-"), "metadata name", ...),
        ["metadata.name: missing; generateName cannot be tracked from one run to the next"],
    ),
    "a label value with a space": (
        changed(deployment(), "metadata labels", {"team": "a b"}),
        [
            (
                f"metadata.labels.team: expected at most 63 letters, digits, -, _ and ., {EDGE}, "
                "got 'a b'"
            )
        ],
    ),
    "a label key with a space": (
        changed(deployment(), "spec selector matchLabels", {"a b": "c"}),
        [
            (
                "spec.selector.matchLabels.a b: as a key, expected a label key such as app or "
                "example.com/app, at most 63 characters after the /, got 'a b'"
            )
        ],
    ),
    "an annotation that is a number": (
        changed(deployment(), "metadata annotations", {"example.com/weight": 3}),
        ['metadata.annotations["example.com/weight"]: expected text, got 3'],
    ),
    "a value outside a closed list": (
        changed(deployment(), f"{CONTAINER} imagePullPolicy", "Allways"),
        [
            (
                f"{IN_CONTAINER}.imagePullPolicy: expected one of Always, IfNotPresent, Never, "
                "got 'Allways'; did you mean Always?"
            ),
        ],
    ),
    "an item outside a closed list": (
        changed(policy(), "spec policyTypes", ["ingress", "Egress"]),
        [
            (
                "spec.policyTypes[0]: expected one of Egress, Ingress, got 'ingress'; "
                "did you mean Ingress?"
            ),
        ],
    ),
    "no namespace": (
        changed(deployment(), "metadata namespace", ...),
        ["metadata.namespace: missing; a Deployment lives in a namespace"],
    ),
    "a namespace that is none": (
        changed(deployment(), "metadata namespace", "Fraud"),
        ["metadata.namespace: expected the name of a namespace, got 'Fraud'"],
    ),
    "a namespace in a namespace": (
        changed(namespace(), "metadata namespace", "fraud"),
        ["metadata.namespace: a Namespace belongs to the whole cluster; leave it out"],
    ),
    "a misspelt kind": (
        changed(deployment(), "kind", "Deploymnet"),
        [
            (
                "kind: apps/v1 Deploymnet is no kind of Kubernetes 1.35, and no custom kind that "
                "is known here; did you mean Deployment?"
            )
        ],
    ),
    "a version that is gone": (
        autoscaler("api", "v2beta2"),
        [
            (
                "apiVersion: expected autoscaling/v1 or autoscaling/v2 for "
                "HorizontalPodAutoscaler, got 'autoscaling/v2beta2'"
            )
        ],
    ),
    "no kind": (
        changed(deployment(), "kind", ...),
        ["kind: expected the object's kind, got nothing"],
    ),
    "a list of objects": (
        {"apiVersion": "v1", "kind": "List", "items": []},
        ["kind: List is many objects; give each of its items by itself"],
    ),
    "a question to the API server": (
        sample("TokenReview", "x", None, api="authentication.k8s.io/v1", spec={}),
        [
            (
                "kind: authentication.k8s.io/v1 TokenReview is no kind of Kubernetes 1.35, and no "
                "custom kind that is known here"
            )
        ],
    ),
    "an object copied from a cluster": (
        changed(changed(service(), "metadata uid", "1"), "metadata resourceVersion", "2"),
        [
            "metadata.resourceVersion: belongs to the cluster; leave it out",
            "metadata.uid: belongs to the cluster; leave it out",
        ],
    ),
    "a date that YAML has read from text": (
        changed(deployment(), "metadata annotations", {"since": dt.date(2026, 1, 1)}),
        ["metadata.annotations.since: expected what YAML can hold, got date"],
    ),
    "a number that JSON cannot write": (
        changed(deployment(), "spec replicas", float("nan")),
        ["spec.replicas: expected what YAML can hold, got float"],
    ),
    "keys that are no text": (
        changed(deployment(), "metadata labels", {1: "a"}),
        ["metadata.labels.1: expected text as a key, got int"],
    ),
    "a tuple": (
        changed(deployment(), f"{CONTAINER} args", ("a",)),
        [f"{IN_CONTAINER}.args: expected what YAML can hold, got tuple"],
    ),
    "no mapping at all": (None, [": expected a mapping, got nothing"]),
    "metadata that is text": (
        changed(deployment(), "metadata", "x"),
        ["metadata: expected a mapping with a name, got 'x'"],
    ),
    "several faults at once": (
        changed(changed(deployment("A"), "spec replicas", []), f"{CONTAINER} imagee", "x"),
        [
            f"metadata.name: expected at most 253 of a-z, 0-9, - and ., {EDGE}, got 'A'",
            "spec.replicas: expected a whole number, got a list",
            f"{IN_CONTAINER}.imagee: unknown field; did you mean image?",
        ],
    ),
}


@pytest.mark.parametrize("sentence", FAULTS)
def test_a_fault_is_named_by_path_and_expectation(sentence: str) -> None:
    manifest, expected = FAULTS[sentence]
    assert lines(manifest) == expected


@pytest.mark.parametrize("manifest", VALID, ids=lambda m: m["kind"])
def test_a_sound_object_has_no_fault(manifest: Manifest) -> None:
    assert lines(manifest) == []


def test_an_output_in_a_name_is_refused_without_being_read() -> None:
    def program(_: Stage) -> None:
        named = deployment()
        named["metadata"]["name"] = pulumi.Output.from_input("x")
        assert lines(named) == [
            (
                "metadata.name: expected a plain value, got an Output; "
                "only values in a Secret's data may be one"
            )
        ]

    recorded(program)


def test_what_a_service_account_is_in_a_cloud_may_be_an_output_and_nothing_else_of_it() -> None:
    def program(_: Stage) -> None:
        unknown = pulumi.Output.from_input("x")

        def faults(fields: Manifest, **metadata: Any) -> int:
            named = {"name": "a", "namespace": "b", **metadata}
            return len(lines({"apiVersion": "v1", **fields, "metadata": named}))

        account = {"kind": "ServiceAccount"}
        assert faults(account, annotations={"client": unknown}) == 0
        assert faults(account, annotations={"client": 1}) == 1
        assert faults(account, labels={"client": unknown}) == 1
        assert faults({**account, "imagePullSecrets": [{"name": unknown}]}) == 1
        assert faults({"kind": "ConfigMap"}, annotations={"client": unknown}) == 1

    recorded(program)


def test_text_enums_are_text() -> None:
    class Protocol(enum.StrEnum):
        TCP = "TCP"

    ports = [{"port": 80, "protocol": Protocol.TCP}]
    assert lines(changed(service(), "spec ports", ports)) == []


THING = Gvk(group="things.example", version="v1", kind="Thing")
THINGS = {
    THING: CustomKind(
        schema={
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "apiVersion": {"const": "things.example/v1"},
                "kind": {"const": "Thing"},
                "metadata": {"type": "object"},
                "spec": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {"size": {"type": "integer", "minimum": 1}},
                },
            },
        }
    )
}


def test_custom_kinds_are_as_closed_as_built_in_ones() -> None:
    thing = sample("Thing", api="things.example/v1", spec={"size": 0, "siez": 1})
    assert lines(thing, custom=THINGS) == [
        "spec.siez: unknown field; did you mean size?",
        "spec.size: expected at least 1, got 0",
    ]
    assert lines(changed(thing, "spec", {"size": 1}), custom=THINGS) == []
    assert "no custom kind that is known here" in lines(thing)[0]


# The same verdict as an independent implementation over the schemas as they were published.


@cache
def referee(name: str) -> jsonschema.Draft202012Validator:
    document = schemas.published()
    resource = referencing.Resource.from_contents(document)
    registry = referencing.Registry().with_resource(document["$id"], resource)
    return jsonschema.Draft202012Validator(
        {"$ref": f"{document['$id']}#/$defs/{name}"}, registry=registry
    )


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        yield (*path, key)
        if isinstance(item, dict | list):
            yield from _places(item, (*path, key))


def _mutated(manifest: Manifest, rng: random.Random) -> Manifest:
    result = copy.deepcopy(manifest)
    for _ in range(rng.randint(1, 3)):
        *steps, last = rng.choice(list(_places(result)))
        here: Any = result
        for step in steps:
            here = here[step]
        match rng.randrange(3):
            case 0:
                del here[last]
            case 1 if isinstance(here, dict):
                here[f"{last}z"] = here[last]
            case _:
                here[last] = rng.choice([0, -1, 1.5, 70000, "x", "1Gi", " ", True, None, [], {}])
        if not result:
            return copy.deepcopy(manifest)
    return result


STRICTER = {"enum", "pattern", "minimum", "maximum", "propertyNames", "maxLength"}
"""What is written into the schemas here, beyond what was published."""


def _stricter(error: jsonschema_rs.ValidationError) -> bool:
    published = error.instance_path in (["apiVersion"], ["kind"])
    return error.kind.name in STRICTER and not published


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(VALID), st.randoms(use_true_random=False))
def test_verdicts_are_those_of_another_implementation(
    manifest: Manifest, rng: random.Random
) -> None:
    mutated = _mutated(manifest, rng)
    gvk = gvk_of(manifest)
    ours = list(schemas.validator(gvk).iter_errors(mutated))
    theirs = referee(schemas.built_in()[gvk]).is_valid(mutated)
    assert theirs == all(_stricter(error) for error in ours)
    for error in ours:
        assert error.instance_path is not None
    if ours:
        assert faults(mutated), mutated


@given(st.text(alphabet="0123456789.+-eEmkKMGTPinu ", max_size=8))
def test_quantities_are_those_that_can_be_read(text: str) -> None:
    try:
        quantity(text)
    except QuantityError:
        readable = False
    else:
        readable = True
    assert (lines(changed(quota(), "spec hard pods", text)) == []) == readable


# The tables, against what others know.


@cache
def _lightkube() -> dict[tuple[str, str], tuple[bool, list[str]]]:
    """Of every kind that a client library has: cluster-scoped or not, and what can be done."""
    found = {}
    for module in pkgutil.iter_modules(lightkube.resources.__path__):
        members = importlib.import_module(f"lightkube.resources.{module.name}")
        for _, kind in inspect.getmembers(members, inspect.isclass):
            info = getattr(kind, "_api_info", None)
            if issubclass(kind, Resource) and info and not info.parent:
                sort = info.resource.group, info.resource.kind
                found[sort] = (issubclass(kind, GlobalResource), info.verbs)
    return found


def test_every_kind_has_the_scope_that_a_client_library_gives_it() -> None:
    compared = 0
    for gvk in schemas.built_in():
        known = _lightkube().get((gvk.group, gvk.kind))
        if known is not None:
            assert schemas.is_namespaced(gvk) != known[0], gvk
            compared += 1
    assert compared > 80


def test_only_kinds_that_are_kept_can_be_registered() -> None:
    for gvk in schemas.built_in():
        _, verbs = _lightkube().get((gvk.group, gvk.kind), (False, ["get"]))
        assert "get" in verbs, gvk


def test_every_kind_compiles() -> None:
    assert len(schemas.built_in()) > 80
    for gvk in schemas.built_in():
        assert isinstance(schemas.validator(gvk), jsonschema_rs.Validator)


def test_every_kind_that_is_served_in_several_versions_is_known_to_be_one_kind() -> None:
    versions: dict[tuple[str, str], set[str]] = {}
    for gvk in schemas.built_in():
        versions.setdefault((gvk.group, gvk.kind), set()).add(gvk.version)
    several = {sort: found for sort, found in versions.items() if len(found) > 1}
    assert several
    for sort, found in several.items():
        assert found <= set(kinds.SERVED_AS.get(sort, ())), sort


def test_versions_of_a_kind_are_those_that_pulumi_knows() -> None:
    root = Path(pulumi_kubernetes.__path__[0])
    for (group, kind), versions in kinds.SERVED_AS.items():
        newest = max(versions, key=lambda v: ("alpha" not in v, "beta" not in v, v))
        package = group.partition(".")[0]
        text = (root / package / newest / f"{kind}.py").read_text()
        aliases = set(re.findall(rf'type_="kubernetes:{group}/(\w+):{kind}"', text))
        assert set(versions) - {newest} <= aliases, kind


def mounting(*volumes: str) -> Manifest:
    pod = pod_spec(volumes=[{"name": name, "emptyDir": {}} for name in volumes])
    pod["containers"][0]["volumeMounts"] = [{"name": "data", "mountPath": "/data"}]
    return deployment(pod=pod)


def selecting(**labels: str) -> Manifest:
    given = deployment()
    given["spec"]["selector"] = {"matchLabels": labels} if labels else {}
    return given


def test_a_workload_selects_its_own_pods_and_mounts_what_is_there() -> None:
    path = ("spec", "template", "spec", "containers", 0, "volumeMounts", 0, "name")
    assert faults(mounting("other")) == [(path, "the pod has no volume data")]
    assert faults(mounting("data")) == []
    assert faults(selecting(app="another")) == [
        (("spec", "selector"), "does not select the pods of its own template")
    ]
    assert faults(selecting()) == [
        (("spec", "selector"), "expected labels of the template's pods, got none")
    ]
    assert faults(selecting(app="api")) == []
