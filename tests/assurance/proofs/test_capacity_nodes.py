"""Pods against nodes: every constraint bites."""

from dataclasses import replace

import pytest

from assurance.proofs.findings import Status
from tests.assurance.proofs.appetites import Tight, tight
from tests.assurance.proofs.boxes import HOSTNAME, ONE, verdict, with_containers
from tests.assurance.proofs.loads import ZONE, alone, daemon_set, deployment, pool
from tests.assurance.proofs.test_capacity import (
    NAMESPACE,
    judged,
    limits,
    of,
    proved,
    refuted,
    unknown,
)
from tests.assurance.proofs.worlds import Manifest


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
