"""Every case of the documentation is decided as it says, and planted bugs are caught."""

from dataclasses import replace

import pytest

from assurance.graph.kubernetes import object_of
from assurance.graph.resource import Marker
from assurance.proofs.network.model import Network
from assurance.proofs.network.pods import Pod
from assurance.proofs.network.policies import read_policy
from assurance.proofs.network.selectors import SpecError
from assurance.proofs.network.spans import common
from tests.assurance.proofs.bugs import BUGS, plant
from tests.assurance.proofs.documented import (
    CASES,
    NAMESPACES,
    NODE_RANGE,
    POD_RANGE,
    PODS,
    Case,
    red,
)
from tests.assurance.proofs.worlds import Manifest, resource


def wrong(case: Case) -> list[str]:
    """The connections of a case that come out otherwise than the documentation says."""
    _, given, expected = case
    items = [object_of(resource(one)) for one in given]
    there = [
        replace(pod, addresses=NODE_RANGE if pod.host_network else POD_RANGE)
        for pod in PODS.values()
    ]
    network = Network(there, NAMESPACES, [read_policy(item) for item in items if item])
    where = {str(pod): n for n, alike in enumerate(network.classes) for pod in alike}
    found = []
    for text, is_open in expected.items():
        source, target, protocol, port = text.split()
        one = ((protocol, int(port), int(port)),)
        if bool(common(network.between(where[source], where[target]), one)) is not is_open:
            found.append(text)
    return found


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_as_documented(case: Case) -> None:
    assert wrong(case) == []


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_caught(bug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(bug, monkeypatch)
    caught = [case[0] for case in CASES if wrong(case)]
    print(f"{bug}: caught by {len(caught)} of {len(CASES)} cases")  # noqa: T201 - how well
    assert caught


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"podSelector": Marker.UNKNOWN}, "spec.podSelector is not known"),
        (
            {"podSelector": {"matchLabels": {"app": Marker.UNKNOWN}}},
            "spec.podSelector.matchLabels.app is not known",
        ),
        ({"ingress": [{"from": [{}]}]}, "expected a peer"),
        ({"ingress": [{"ports": [{"port": 0}]}]}, "no range of ports"),
        ({"ingress": [{"ports": [{"port": 90, "endPort": 80}]}]}, "no range of ports"),
        ({"ingress": [{"ports": [{"port": "http", "endPort": 80}]}]}, "endPort"),
        ({"ingress": [{"ports": [{"protocol": "ICMP"}]}]}, "protocol"),
        ({"ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0/8"}}]}]}, "ipBlock"),
        ({"ingress": [{"from": [{"ipBlock": {"cidr": 10}}]}]}, "ipBlock"),
        *(
            (
                {"ingress": [{"from": [{"ipBlock": {"cidr": cidr, "except": [inner]}}]}]},
                "does not lie within",
            )
            for cidr, inner in (
                ("0.0.0.0/0", "fd00::/8"),
                ("10.0.0.0/8", "10.0.0.0/8"),
                ("10.0.0.0/8", "0.0.0.0/0"),
                ("10.0.0.0/8", "11.0.0.0/16"),
            )
        ),
        ({"ingress": {}}, "expected a list"),
        (
            {"podSelector": {"matchExpressions": [{"key": "a", "operator": "Like"}]}},
            "no requirement",
        ),
        (
            {"podSelector": {"matchExpressions": [{"key": "a", "operator": "In"}]}},
            "no requirement",
        ),
    ],
)
def test_what_is_unknown_or_refused_is_never_read_as_something(
    spec: Manifest, message: str
) -> None:
    item = object_of(resource(red(**spec)))
    assert item
    with pytest.raises(SpecError, match=message):
        read_policy(item)


def test_a_flow_between_classes_is_what_each_pair_of_pods_has() -> None:
    """Classes only put together what no policy tells apart."""
    many = [Pod(namespace="red", name=f"n{n}", labels={"app": "ab"[n % 2]}) for n in range(40)]
    item = object_of(
        resource(red(ingress=[{"from": [{"podSelector": {"matchLabels": {"app": "a"}}}]}]))
    )
    assert item
    network = Network(many, NAMESPACES, [read_policy(item)])
    assert [len(alike) for alike in network.classes] == [20, 20]
    assert network.between(0, 1)
    assert not network.between(1, 0)
