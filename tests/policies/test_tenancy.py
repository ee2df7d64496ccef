import copy
from collections.abc import Callable
from typing import Any

import pytest
from rules.tenancy import team_namespaces_are_closed

from assurance.graph.graph import graph_of
from assurance.graph.resource import Marker
from tests.policies.stacks import closed, default_deny, graph, two_teams
from tests.policies.wire import resource

Manifests = list[dict[str, Any]]


def faults(manifests: Manifests) -> list[str]:
    return [fault.message for fault in team_namespaces_are_closed(graph(manifests)).faults]


def one(manifests: Manifests, kind: str, team: str = "fraud") -> dict[str, Any]:
    (found,) = (
        m for m in manifests if m["kind"] == kind and m["metadata"].get("namespace") == team
    )
    return found


def without(kind: str) -> Callable[[Manifests], None]:
    return lambda manifests: manifests.remove(one(manifests, kind))


def spec(kind: str, **changes: Any) -> Callable[[Manifests], None]:
    return lambda manifests: one(manifests, kind)["spec"].update(changes)


MUTATIONS: dict[str, tuple[Callable[[Manifests], None], tuple[str, ...]]] = {
    "no quota": (without("ResourceQuota"), ("ResourceQuota",)),
    "a quota of nothing": (spec("ResourceQuota", hard={}), ("ResourceQuota",)),
    "no limits": (without("LimitRange"), ("LimitRange for containers",)),
    "limits for claims only": (
        spec("LimitRange", limits=[{"type": "PersistentVolumeClaim", "default": {"cpu": "1"}}]),
        ("LimitRange for containers",),
    ),
    "limits without a default": (
        spec("LimitRange", limits=[{"type": "Container", "max": {"cpu": "1"}}]),
        ("LimitRange for containers",),
    ),
    "no default-deny": (
        without("NetworkPolicy"),
        (
            "NetworkPolicy that denies all ingress by default",
            "NetworkPolicy that denies all egress by default",
        ),
    ),
    "default-deny of ingress only": (
        spec("NetworkPolicy", policyTypes=["Ingress"]),
        ("NetworkPolicy that denies all egress by default",),
    ),
    "default-deny of egress only": (
        spec("NetworkPolicy", policyTypes=["Egress"]),
        ("NetworkPolicy that denies all ingress by default",),
    ),
    "default-deny without types": (
        lambda manifests: one(manifests, "NetworkPolicy")["spec"].pop("policyTypes"),
        ("NetworkPolicy that denies all egress by default",),
    ),
    "default-deny of some pods": (
        spec("NetworkPolicy", podSelector={"matchLabels": {"a": "b"}}),
        (
            "NetworkPolicy that denies all ingress by default",
            "NetworkPolicy that denies all egress by default",
        ),
    ),
    "an empty rule, which opens everything": (
        spec("NetworkPolicy", egress=[{}]),
        ("NetworkPolicy that denies all egress by default",),
    ),
}


def test_closed_namespaces_are_no_fault_and_are_counted() -> None:
    judged = team_namespaces_are_closed(graph(two_teams()))
    assert (judged.faults, judged.unknown) == ((), ())
    assert judged.population == {"team namespaces": 2}


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_every_missing_wall_is_found_in_its_namespace_and_in_no_other(mutation: str) -> None:
    manifests = two_teams()
    change, missing = MUTATIONS[mutation]
    change(manifests)
    remedy = "Declare the namespace as a team in the stack file, which makes it."
    assert faults(manifests) == [f"Namespace fraud has no {what}. {remedy}" for what in missing]


def test_default_deny_may_be_two_policies() -> None:
    manifests = two_teams()
    manifests.remove(one(manifests, "NetworkPolicy"))
    manifests += [default_deny("fraud", "Ingress"), default_deny("fraud", "Egress")]
    assert faults(manifests) == []


def test_other_policies_do_not_undo_default_deny() -> None:
    manifests = two_teams()
    opening = default_deny("fraud", "Ingress", "Egress")
    opening["metadata"]["name"] = "opening"
    opening["spec"]["ingress"] = [{}]
    assert faults([*manifests, opening]) == []


def test_a_namespace_of_another_class_is_none_of_its_business() -> None:
    monitoring = closed("monitoring")[0]
    monitoring["metadata"]["labels"]["ml-platform/namespace-class"] = "platform"
    assert faults([monitoring]) == []


ANYWHERE = {"metadata": {"namespace": Marker.UNKNOWN}}
UNKNOWN_SPEC = {"spec": Marker.UNKNOWN}
KINDS = ("ResourceQuota", "LimitRange", "NetworkPolicy")


@pytest.mark.parametrize(
    ("kind", "unknown"),
    [
        ("Namespace", {"metadata": Marker.UNKNOWN}),
        ("Namespace", {"metadata": {"name": "fraud", "labels": Marker.UNKNOWN}}),
        *((kind, unknown) for kind in KINDS for unknown in (ANYWHERE, UNKNOWN_SPEC)),
    ],
)
def test_whatever_is_not_known_is_counted_and_never_taken_for_good(
    kind: str, unknown: dict[str, Any]
) -> None:
    resources = [resource(manifest) for manifest in closed("fraud")]
    index = next(i for i, r in enumerate(resources) if r.type.endswith(f":{kind}"))
    inputs = copy.deepcopy(dict(resources[index].inputs)) | unknown
    resources[index] = resource(closed("fraud")[index], inputs=inputs)
    judged = team_namespaces_are_closed(graph_of(resources, stack="s", mode="cold"))
    assert judged.faults == ()
    assert judged.unknown
