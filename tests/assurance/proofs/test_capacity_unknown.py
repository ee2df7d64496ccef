"""What is not known, not readable or not modelled is unknown by its name, and no crash."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from assurance.graph.resource import Marker
from assurance.proofs.findings import Status
from tests.assurance.proofs.boxes import HOSTNAME, ONE, RESERVED, box, with_containers
from tests.assurance.proofs.loads import ZONE, deployment, pool
from tests.assurance.proofs.test_capacity import by_rule, hard, judged, limits, of, unknown
from tests.assurance.proofs.worlds import Manifest

NOT_KNOWN: dict[str, dict[str, Any]] = {
    "a label that nobody states": {"nodeSelector": {"kubernetes.io/arch": "arm64"}},
    "an affinity between pods": {
        "affinity": {
            "podAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": HOSTNAME}]
            }
        }
    },
    "a required spread": {
        "topologySpreadConstraints": [
            {"maxSkew": 1, "topologyKey": ZONE, "whenUnsatisfiable": "DoNotSchedule"}
        ]
    },
    "another scheduler": {"schedulerName": "volcano"},
    "a node by name": {"nodeName": "plain-0"},
    "a runtime class": {"runtimeClassName": "gvisor"},
    "a gate": {"schedulingGates": [{"name": "later"}]},
    "devices": {"resourceClaims": [{"name": "device"}]},
}


@pytest.mark.parametrize("name", NOT_KNOWN)
def test_what_is_not_modelled_is_unknown_by_name(name: str) -> None:
    found = unknown(deployment("api", ONE, **NOT_KNOWN[name]), pools=(pool("plain"),))
    assert set(found) == {"order-decides"}
    assert "load/Deployment api" in found["order-decides"].message


UNREADABLE: dict[str, Callable[[Manifest], Manifest]] = {
    "spec.template.spec": lambda m: of(m, template={"spec": Marker.UNKNOWN}),
    "spec.template.spec.containers[0].resources.requests.cpu": lambda m: with_containers(
        m,
        containers=[box({"cpu": Marker.UNKNOWN})],  # type: ignore[dict-item]
    ),
    "spec.nodeSelector.kind": lambda m: with_containers(m, nodeSelector={"kind": Marker.UNKNOWN}),
    "spec.tolerations": lambda m: with_containers(m, tolerations=Marker.UNKNOWN),
    "spec.tolerations[0].key": lambda m: with_containers(m, tolerations=[{"key": Marker.UNKNOWN}]),
    "spec.hostNetwork": lambda m: with_containers(m, hostNetwork=Marker.UNKNOWN),
    "spec.template.spec.initContainers[0].restartPolicy": lambda m: with_containers(
        m, initContainers=[box({"cpu": "1"}, restartPolicy=Marker.UNKNOWN)]
    ),
    "spec.strategy.rollingUpdate.maxSurge": lambda m: of(
        m, strategy={"rollingUpdate": {"maxSurge": Marker.UNKNOWN}}
    ),
}


@pytest.mark.parametrize("place", UNREADABLE)
def test_what_cannot_be_read_is_named_and_nothing_beside_it_is_proved(place: str) -> None:
    hidden = UNREADABLE[place](deployment("hidden", ONE))
    pools = (pool("plain", nodes=9),)
    result = judged(hidden, deployment("open", ONE), pools=pools)
    assert Status.PROVED not in {f.status for f in result.findings}
    (found,) = (f for f in result.findings if f.rule == "capacity/not-evaluated")
    assert found.subject == "load/Deployment hidden"
    assert found.message.endswith(f"{place} is not known")


def test_limits_that_cannot_be_read_leave_unknown_what_pods_ask_for() -> None:
    given = limits({"type": "Container", "default": {"cpu": Marker.UNKNOWN}})
    found = judged(given, deployment("open", ONE), pools=(pool("plain", nodes=9),)).findings
    assert Status.PROVED not in {f.status for f in found if f.rule == "capacity/pods-fit"}
    assert "spec.limits[0].default.cpu is not known" in {f.message[15:] for f in found}


def test_a_number_that_is_not_known_or_has_no_end_is_unknown() -> None:
    some = of(deployment("some", ONE), replicas=Marker.UNKNOWN)
    found = unknown(some, pools=(pool("plain", nodes=9),))["order-decides"]
    assert "nothing in the graph says how many pods there are at most" in found.message


def test_a_quota_bounds_what_has_no_end_itself() -> None:
    """What others can take of the nodes, admission bounds; whether all of it fits is not known."""
    some = of(deployment("some", {"cpu": "1"}), replicas=Marker.UNKNOWN)
    other = {**deployment("other", {"cpu": "1"})}
    other["metadata"] = {"name": "other", "namespace": "other"}
    pools = (pool("plain", nodes=2),)

    def certain(*more: Manifest) -> bool:
        found = judged(some, other, *more, pools=pools).findings
        return "namespace other" in {f.subject for f in found if f.status is Status.PROVED}

    assert not certain()
    assert certain(hard({"requests.cpu": "4", "pods": "9"}))
    assert not certain(hard({"requests.cpu": "8", "pods": "9"})), "both nodes can be full"
    none = hard({"requests.cpu": "4", "pods": "9"}, scopes=["Terminating"])
    assert not certain(none), "it counts no such pod"


ODD: tuple[tuple[tuple[str, ...], Any], ...] = (
    (("spec", "replicas"), float("inf")),
    (("spec", "strategy"), ["Recreate"]),
    (("spec", "template", "spec", "tolerations"), [{"effect": [], "operator": {}}]),
    (("spec", "template", "spec", "containers"), [None]),
    (("spec", "template", "spec", "affinity"), {"nodeAffinity": "any"}),
    (("spec", "template", "spec", "nodeSelector"), {"kind": 7}),
    (("spec", "template", "metadata", "labels"), {"app": 7}),
)


@pytest.mark.parametrize(("path", "value"), ODD)
def test_nonsense_is_unknown_and_never_a_crash(path: tuple[str, ...], value: Any) -> None:
    odd = copy.deepcopy(deployment("odd", ONE, tolerations=[]))
    place = odd
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    found = judged(odd, deployment("plain", ONE), pools=(pool("p", nodes=9, taints=(RESERVED,)),))
    assert Status.PROVED not in {f.status for f in found.findings if "fit" in f.rule}
    json.dumps(found.to_json())


def test_without_nodes_whether_pods_fit_is_unknown() -> None:
    assert set(unknown(deployment("api", ONE))) == {"pools-not-stated"}
    assert set(unknown(hard({"pods": "1"}))) == set()
    assert set(by_rule(judged(), Status.UNKNOWN)) == {"nothing-to-decide"}
