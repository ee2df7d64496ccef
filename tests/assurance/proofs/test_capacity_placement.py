"""Where a pod may run at all: taints, labels, affinities, and what a pool does not state."""

from dataclasses import replace
from typing import Any

import pytest

from assurance.graph.values import Pool
from assurance.proofs.findings import Status
from tests.assurance.proofs.boxes import ONE, RESERVED
from tests.assurance.proofs.loads import GIB, GPU, ZONE, Load, deployment, on_pools, pool
from tests.assurance.proofs.test_capacity import proved, refuted, unknown

DISKS = "nodes' own disks have room where their pool does not say how large they are"
OPEN: dict[str, tuple[dict[str, Any], Pool, bool]] = {
    "a taint": ({}, pool("p", taints=(RESERVED,)), False),
    "a taint that only prefers": (
        {},
        pool("p", taints=(replace(RESERVED, effect="PreferNoSchedule"),)),
        True,
    ),
    "a taint, tolerated": (
        {"tolerations": [{"key": "reserved", "value": "yes"}]},
        pool("p", taints=(RESERVED,)),
        True,
    ),
    "a taint, another value of which is tolerated": (
        {"tolerations": [{"key": "reserved", "value": "no"}]},
        pool("p", taints=(RESERVED,)),
        False,
    ),
    "a taint, another effect of which is tolerated": (
        {"tolerations": [{"key": "reserved", "operator": "Exists", "effect": "NoExecute"}]},
        pool("p", taints=(RESERVED,)),
        False,
    ),
    "every taint tolerated": (
        {"tolerations": [{"operator": "Exists"}]},
        pool("p", taints=(RESERVED,)),
        True,
    ),
    "a selector": ({"nodeSelector": {"kind": "a"}}, pool("p", labels={"kind": "a"}), True),
    "a selector of another value": (
        {"nodeSelector": {"kind": "a"}},
        pool("p", labels={"kind": "b"}),
        False,
    ),
    "Gt": ({"affinity": on_pools("Gt", "3", key="n")}, pool("p", labels={"n": "4"}), True),
    "Gt of the same": (
        {"affinity": on_pools("Gt", "4", key="n")},
        pool("p", labels={"n": "4"}),
        False,
    ),
    "Lt of a word": (
        {"affinity": on_pools("Lt", "4", key="n")},
        pool("p", labels={"n": "x"}),
        False,
    ),
    "NotIn of a label that is missing": (
        {"affinity": on_pools("NotIn", "a", key="n")},
        pool("p"),
        True,
    ),
    "a zone": ({"nodeSelector": {ZONE: "two"}}, pool("p", nodes=2, zones=("one", "two")), True),
    "a zone without nodes": (
        {"nodeSelector": {ZONE: "two"}},
        pool("p", nodes=1, zones=("one", "two")),
        False,
    ),
    "memory": ({}, pool("p", memory=0), False),
    "no pods": ({}, pool("p", pods=0), False),
    "linux": ({"nodeSelector": {"kubernetes.io/os": "linux"}}, pool("p"), True),
    "windows": ({"nodeSelector": {"kubernetes.io/os": "windows"}}, pool("p"), False),
}


def placed() -> list[tuple[Load, Status]]:
    return [
        (
            Load(pools=(where,), deployments=(deployment("api", ONE, **spec),)),
            Status.PROVED if may else Status.REFUTED,
        )
        for spec, where, may in OPEN.values()
    ]


@pytest.mark.parametrize(("given", "expected"), placed(), ids=list(OPEN))
def test_where_a_pod_may_run(given: Load, expected: Status) -> None:
    assert given.verdict is expected


def test_what_a_pool_does_not_state_it_may_have() -> None:
    made = deployment("api", {"cpu": "1", "hugepages-2Mi": "2Mi"}, 3)
    found = unknown(made, pools=(pool("plain"),))["order-decides"]
    assert "nobody says how much hugepages-2Mi its nodes have" in found.message


def test_disks_are_counted_where_pools_state_them_and_elsewhere_a_proof_rests_on_them() -> None:
    made, asks_nothing = (
        deployment("api", {"cpu": "1", **disk}, 3) for disk in ({"ephemeral-storage": "1Gi"}, {})
    )
    assert DISKS in proved(made, pools=(pool("plain"),))["pods-fit"].assumes
    for given, disk in ((asks_nothing, 0), (made, 3 * GIB)):
        found = proved(given, pools=(pool("plain", storage=disk),))["pods-fit"]
        assert DISKS not in found.assumes
    assert set(proved(made, pools=(pool("plain", storage=3 * GIB),))) == {"pods-fit"}
    assert set(refuted(made, pools=(pool("plain", storage=2 * GIB),))) == {"pods-over-pools"}


def test_a_pod_that_fits_nowhere_is_told_why_for_each_pool() -> None:
    made = deployment("train", {"cpu": "16", GPU: "1"}, nodeSelector={"kind": "a"})
    pools = (
        pool("plain", cpu=32000, labels={"kind": "a"}),
        pool("gpu", gpu=1, labels={"kind": "a"}),
        pool("other", cpu=32000, gpu=1),
        pool("full", cpu=32000, gpu=1, labels={"kind": "a"}, taints=(RESERVED,)),
    )
    found = refuted(made, pools=pools)["pod-fits-nowhere"]
    assert found.subject == "load/Deployment train"
    assert found.message == (
        "not one of its pods fits on any node (plain: 1 nvidia.com/gpu, and a node has 0; "
        "gpu: 16 cpu, and a node has 4; other: label kind is not there; "
        "full: taint reserved=yes:NoSchedule)"
    )
