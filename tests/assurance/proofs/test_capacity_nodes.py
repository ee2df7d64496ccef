"""Pods against nodes: every constraint bites, what is not known or not modelled is said so."""

import copy
import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from assurance.graph.resource import Marker
from assurance.graph.values import Pool, Shape, Taint
from assurance.proofs.findings import Result, Status
from tests.assurance.proofs.appetites import Tight, tight
from tests.assurance.proofs.loads import (
    GIB,
    GPU,
    ZONE,
    Load,
    alone,
    daemon_set,
    deployment,
    load,
    on_pools,
    pool,
)
from tests.assurance.proofs.test_capacity import (
    NAMESPACE,
    by_rule,
    hard,
    judged,
    limits,
    of,
    proved,
    refuted,
    unknown,
)
from tests.assurance.proofs.worlds import Manifest

HOSTNAME = "kubernetes.io/hostname"
ONE = {"cpu": "1", "memory": "1Gi"}


def verdict(*deployments: Manifest, pools: tuple[Pool, ...]) -> Status:
    return Load(pools=pools, deployments=deployments).verdict


def with_containers(made: Manifest, **more: Any) -> Manifest:
    """The same pod with other containers beside the first."""
    template = made["spec"]["template"]
    spec = {**template["spec"], **more}
    return of(made, template={**template, "spec": spec})


def box(requests: dict[str, str], name: str = "other", **more: Any) -> Manifest:
    return {"name": name, "resources": {"requests": requests}, **more}


@pytest.mark.parametrize("given", list(tight()), ids=lambda given: given.name)
def test_a_pod_takes_what_the_scheduler_counts(given: Tight) -> None:
    spec = given.load.deployments[0]["spec"]["template"]["spec"]
    fits = Status.UNKNOWN if "runtimeClassName" in spec else Status.PROVED
    assert given.load.verdict is (fits if given.fits else Status.REFUTED)


def test_what_a_runtime_class_adds_counts_and_where_it_runs_is_not_known() -> None:
    runtime = {
        "apiVersion": "node.k8s.io/v1",
        "kind": "RuntimeClass",
        "metadata": {"name": "gvisor"},
        "handler": "runsc",
        "overhead": {"podFixed": {"cpu": "250m"}},
    }
    made = deployment("api", {"cpu": "1"}, runtimeClassName="gvisor")
    assert "pod-fits-nowhere" in refuted(runtime, made, pools=(pool("short", cpu=1249),))
    found = unknown(runtime, made, pools=(pool("fits", cpu=1250),))["order-decides"]
    assert "runtimeClassName is not part of the model" in found.message


def test_what_a_container_does_not_say_its_limit_range_does() -> None:
    given = limits({"type": "Container", "default": {"cpu": "5"}})
    silent = with_containers(deployment("api", {}), containers=[{"name": "c"}])
    assert "pod-fits-nowhere" in refuted(given, silent, pools=(pool("one"),))
    assert refuted(silent, pools=(pool("one"),)) == {}


RESERVED = Taint(key="reserved", value="yes")
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
    made = deployment("api", {"cpu": "1", "ephemeral-storage": "1Gi"}, 3)
    found = unknown(made, pools=(pool("plain"),))["order-decides"]
    assert "nobody says how much ephemeral-storage its nodes have" in found.message
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


def test_overlapping_runs_have_no_end_and_others_have() -> None:
    def cron(policy: str) -> Manifest:
        template = deployment("report", ONE)["spec"]["template"]
        job = {"spec": {"parallelism": 2, "completions": 4, "template": template}}
        spec = {"concurrencyPolicy": policy, "jobTemplate": job}
        metadata = {"name": "report", "namespace": NAMESPACE}
        return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": metadata, "spec": spec}

    pools = (pool("plain", cpu=2000),)
    found = unknown(cron("Allow"), pools=pools)["order-decides"]
    assert "its runs may overlap (concurrencyPolicy Allow)" in found.message
    assert set(proved(cron("Forbid"), pools=pools)) == {"pods-fit"}
    assert set(refuted(cron("Allow"), pools=(pool("plain", cpu=1000),))) == {"peak-over-pools"}


def test_updates_add_pods_and_only_the_peak_suffers() -> None:
    made = of(deployment("api", ONE, 4), strategy={"type": "RollingUpdate"})
    assert set(proved(made, pools=(pool("plain", cpu=5000),))) == {"pods-fit"}
    found = refuted(made, pools=(pool("plain", cpu=4000),))["peak-over-pools"]
    assert found.message.startswith("the 5 pods that there are at most")
    found = refuted(of(made, replicas=6), pools=(pool("plain", cpu=7000),))["peak-over-pools"]
    assert found.message.startswith("the 8 pods that there are at most"), "25% of 6, rounded up"
    half = of(made, strategy={"rollingUpdate": {"maxSurge": 0}})
    assert set(proved(half, pools=(pool("plain", cpu=4000),))) == {"pods-fit"}


def test_daemonsets_are_taken_off_every_node_that_they_are_on() -> None:
    agent = daemon_set("agent", {"cpu": "500m"})
    made = deployment("api", {"cpu": "1"}, 4)
    assert set(proved(made, agent, pools=(pool("plain", cpu=4500),))) == {"pods-fit"}
    assert set(refuted(made, agent, pools=(pool("plain", cpu=4499),))) == {"pods-over-pools"}
    large = refuted(daemon_set("agent", {"cpu": "5"}), made, pools=(pool("plain"),))
    assert set(large) == {"daemonsets-over-node", "pod-fits-nowhere"}


def test_volumes_keep_pods_in_their_zone() -> None:
    """Four CPUs are left somewhere, but not in each zone."""
    zones = (pool("plain", nodes=2, zones=("one", "two")),)
    filler = deployment("filler", {"cpu": "1"}, 4)
    plain = deployment("db", {"cpu": "1"})
    assert verdict(filler, plain, pools=zones) is Status.PROVED
    claim = {"name": "data", "persistentVolumeClaim": {"claimName": "data"}}
    kept = with_containers(plain, volumes=[claim])
    assert verdict(filler, kept, pools=zones) is Status.UNKNOWN


def test_a_shortage_says_who_wants_what_and_what_there_is() -> None:
    made = (deployment("api", {"cpu": "1"}, 3), deployment("train", {"cpu": "3"}, 2))
    found = refuted(*made, pools=(pool("plain", nodes=2),))["pods-over-pools"]
    assert found.subject == "pool plain"
    assert found.message == (
        "the 5 pods that always run do not all fit: together they ask for 9 cpu, and the 2 nodes "
        "that they may be on have 8 (3 x load/Deployment api (1 cpu) and "
        "2 x load/Deployment train (3 cpu))"
    )


def test_pieces_that_do_not_go_into_nodes_are_a_shortage() -> None:
    found = refuted(deployment("train", {"cpu": "3"}, 3), pools=(pool("plain", nodes=2, cpu=5000),))
    assert "3 pods ask for 3 cpu or more, and the nodes that they may be on have room for 2" in (
        found["pods-over-pools"].message
    )


@pytest.mark.parametrize("key", [HOSTNAME, ZONE])
def test_pods_that_must_be_apart_need_a_place_each(key: str) -> None:
    pools = (pool("plain", nodes=3, cpu=64000, zones=("one", "two", "three")),)
    assert verdict(deployment("db", ONE, 3, affinity=alone(key, "db")), pools=pools) is (
        Status.PROVED
    )
    found = refuted(deployment("db", ONE, 4, affinity=alone(key, "db")), pools=pools)
    assert f"4 pods must each have a {key} of their own" in found["pods-over-pools"].message


def test_pods_that_mind_only_others_may_share_a_node() -> None:
    shy = deployment("shy", {"cpu": "1"}, 3, affinity=alone(HOSTNAME, "loud"))
    loud = deployment("loud", {"cpu": "1"})
    assert verdict(shy, loud, pools=(pool("plain", nodes=1),)) is Status.REFUTED
    assert verdict(shy, loud, pools=(pool("plain", nodes=2),)) is Status.UNKNOWN
    assert verdict(shy, loud, pools=(pool("plain", nodes=4),)) is Status.PROVED
    one, many = of(shy, replicas=1), of(loud, replicas=3)
    assert verdict(one, many, pools=(pool("plain", nodes=3),)) is Status.UNKNOWN
    assert verdict(one, many, pools=(pool("plain", nodes=4),)) is Status.PROVED


def test_one_port_of_a_node_is_taken_once() -> None:
    ports = [{"containerPort": 80, "hostPort": 80}]
    one, two = (deployment(name, ONE, 2, ports=ports) for name in ("one", "two"))
    assert verdict(one, two, pools=(pool("plain", nodes=4),)) is Status.PROVED
    assert verdict(one, two, pools=(pool("plain", nodes=3),)) is Status.REFUTED


def test_what_depends_on_the_order_shows_a_way_that_works() -> None:
    made = (deployment("small", {"cpu": "1"}, 4), deployment("large", {"cpu": "4"}))
    found = unknown(*made, pools=(pool("plain", nodes=2),))["order-decides"]
    packing = found.witness["packing"]
    assert sorted(map(sorted, (node.items() for node in packing.values()))) == [
        [("load/Deployment large", 1)],
        [("load/Deployment small", 4)],
    ]
    assert "there is a way to place all 5 pods" in found.message
    assert found.message.endswith(
        "not certain of load/Deployment large (others can keep 1 x load/Deployment large (4 cpu) "
        "off each of 2 nodes)"
    )


def test_growth_of_a_pool_is_said_where_it_is_needed() -> None:
    made, pools = deployment("api", ONE, 4), (pool("plain", nodes=2),)
    assert "once" not in proved(made, pools=pools)["pods-fit"].message
    grows = (replace(pools[0], min=1, max=3),)
    more = deployment("api", ONE, 6)
    assert (
        "once pool plain has grown from 1 towards 3"
        in proved(more, pools=grows)["pods-fit"].message
    )


def test_pods_of_pods_are_counted_once() -> None:
    owner = {"kind": "Deployment", "name": "api", "controller": True}
    made = deployment("api", ONE, 3)
    child = {**made, "kind": "ReplicaSet", "metadata": {**made["metadata"], "name": "api-1"}}
    child["metadata"]["ownerReferences"] = [owner]
    assert judged(made, child, pools=(pool("plain"),)).population["pods at most"] == 3


def test_without_nodes_whether_pods_fit_is_unknown() -> None:
    assert set(unknown(deployment("api", ONE))) == {"pools-not-stated"}
    assert set(unknown(hard({"pods": "1"}))) == set()
    assert set(by_rule(judged(), Status.UNKNOWN)) == {"nothing-to-decide"}


def samples(count: int) -> list[Load]:
    random, features = Random(20261121), Counter[str]()
    return [load(random, features, size=random.choice((4, 5, 7, 10))) for _ in range(count)]


def test_more_pods_never_help_and_more_nodes_never_hurt() -> None:
    random, seen = Random(3), Counter[Status]()
    order = [Status.REFUTED, Status.UNKNOWN, Status.PROVED]
    for each in samples(100):
        seen[each.verdict] += 1
        first = each.deployments[0]
        more = of(first, replicas=first["spec"]["replicas"] + 1)
        crowded = replace(each, deployments=(more, *each.deployments[1:]))
        grown = random.choice(each.pools)
        larger = tuple(replace(p, max=p.max + 1) if p is grown else p for p in each.pools)
        roomy = replace(each, pools=larger)
        for worse, better in ((crowded, each), (each, roomy)):
            low, high = order.index(worse.verdict), order.index(better.verdict)
            assert (low, high) != (2, 0), each
            assert low == 0 or high != 0, each
    assert min(seen[status] for status in Status) >= 15, seen


def test_the_order_in_which_things_are_written_changes_nothing() -> None:
    random = Random(5)
    for each in samples(40):
        pools, deployments = list(each.pools), list(each.deployments)
        random.shuffle(pools)
        random.shuffle(deployments)
        mixed = Load(pools=tuple(pools), deployments=tuple(deployments), agents=each.agents)
        assert mixed.verdict is each.verdict


def test_findings_are_json_and_the_same_every_time() -> None:
    for each in samples(20):
        once, again = (json.dumps(each.judged().to_json()) for _ in range(2))
        assert once == again


def company(teams: int, replicas: int, nodes: int, *, spread: bool = False) -> Result:
    """Ten workloads a team, on three pools; each pod on a node of its own, if they spread."""
    made = []
    for team in range(teams):
        for number in range(10):
            name, cpu = f"w{number}", f"{100 + 50 * (number % 4)}m"
            own = {"affinity": alone(HOSTNAME, name)} if spread else {}
            one = deployment(name, {"cpu": cpu, "memory": "256Mi"}, replicas, **own)
            made.append({**one, "metadata": {"name": f"w{number}", "namespace": f"team-{team}"}})
    shape = Shape(cpu=16000, memory=64 * 2**30)
    pools = tuple(
        Pool(name=f"pool-{n}", shape=shape, min=nodes // 3, max=nodes // 3) for n in range(3)
    )
    return judged(*made, pools=pools)


@pytest.mark.bench
@pytest.mark.parametrize(
    ("teams", "replicas", "nodes", "goal"),
    [(10, 10, 100, 1.0), (10, 10, 12, 1.0), (200, 2, 150, 2.0), (200, 2, 48, 2.0)],
)
@pytest.mark.parametrize("spread", [False, True])
def test_seconds_for_many_pods(
    teams: int, replicas: int, nodes: int, goal: float, *, spread: bool
) -> None:
    began = time.process_time()
    found = company(teams, replicas, nodes, spread=spread)
    spent = time.process_time() - began
    counts = Counter(finding.status.value for finding in found.findings)
    print(f"{teams} teams, {spent:.2f} s of {goal} s: {dict(counts)}, {dict(found.population)}")  # noqa: T201 - measured


def test_a_hundred_teams_are_decided_as_few_are() -> None:
    result = company(30, 2, 60)
    assert {finding.status for finding in result.findings} == {Status.PROVED}
    assert result.population["pods at most"] == 600
    crowded = company(30, 2, 3)
    assert "pods-over-pools" in by_rule(crowded, Status.REFUTED)
