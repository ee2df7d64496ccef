"""What quotas are charged as objects come one after the other, and what controllers run into."""

from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import Any

import pytest

from assurance.graph.intent import Intent
from assurance.proofs.admission import admission
from assurance.proofs.admission.amounts import plus
from assurance.proofs.admission.quotas import charged_to
from assurance.proofs.findings import Finding, Status
from operations.sandbox import Sandbox
from tests.assurance.proofs.admission_arrivals import arriving
from tests.assurance.proofs.admission_settings import CLASSES, LEVEL, Manifest
from tests.assurance.proofs.worlds import graph
from tests.e2e.admission_stage import (
    SEED,
    a_number_of,
    agree,
    expected,
    staged,
    used_of,
)
from tests.e2e.cluster import Kubectl, eventually
from tests.e2e.manifests import pod_spec, quota, workload

pytestmark = pytest.mark.e2e

PLACES, OBJECTS = 12, 16
STARTING = {"Deployment", "Job", "ReplicationController"}
"""Kinds whose controllers would make pods beside those of the test."""


def test_one_object_after_the_other_is_charged_alike(sandbox: Sandbox, kubectl: Kubectl) -> None:
    """Really created: each decision rests on all before it, and in the end all usage agrees."""
    rng = Random(SEED)
    settings = tuple(it for it in a_number_of(40, "kept") if len(it.governance) > 1)[:PLACES]
    outcomes: Counter[str] = Counter()
    with staged(sandbox, kubectl, settings) as stage:
        for here in settings:
            namespace = stage.world.namespace(here.name)
            used = {q.name: dict(stage.used[here.name, q.name]) for q in namespace.quotas}
            for number in range(OBJECTS):
                manifest = arriving(rng, [here])
                manifest["metadata"]["name"] = f"probe-{number}"
                mine = expected(stage.world, used, manifest)
                if mine.doubts or manifest["kind"] in STARTING:
                    continue
                reply = stage.server.attempt(manifest, keep=True)
                agree(manifest, reply, mine)
                outcomes[reply.reason or "let in"] += 1
                if reply.accepted and mine.line:
                    for each in (q for q in namespace.quotas if mine.line.about(q)):
                        charge = charged_to(each, mine.line.each)
                        used[each.name] = plus(used[each.name], charge)
            theirs = used_of(stage.server, [here.name])
            for name, mine_used in used.items():
                assert theirs[here.name, name] == mine_used, (here.name, name)
    print(f"\n{sum(outcomes.values())} objects one after the other: {dict(outcomes)}")  # noqa: T201 - what was measured
    assert outcomes["let in"] > 20
    assert outcomes["quota"] > 5


def space(name: str) -> Manifest:
    labels = {LEVEL: "restricted"}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def refuted(*manifests: Manifest) -> dict[str, Finding]:
    found = admission(graph(*manifests), Intent()).findings
    return {f.rule: f for f in found if f.status is Status.REFUTED}


def sized(cpu: str) -> Manifest:
    return pod_spec({"cpu": cpu, "memory": "16Mi"})


def of(name: str, cpu: str) -> dict[str, Any]:
    return {"metadata": {"labels": {"app": name}}, "spec": sized(cpu)}


def deployed(kubectl: Kubectl, where: str, name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = kubectl.json("get", "deployment", name, "-n", where)
    return found


def counted(kubectl: Kubectl, where: str) -> bool:
    """The namespace's quota has been looked at."""
    [found] = kubectl.json("get", "resourcequotas", "-n", where)["items"]
    return "used" in found["status"]


def failure(kubectl: Kubectl, where: str) -> str:
    """What ReplicaSets say that they could not create."""
    sets = kubectl.json("get", "replicasets", "-n", where)["items"]
    conditions = [c for each in sets for c in each["status"].get("conditions", ())]
    return " ".join(c["message"] for c in conditions if c["type"] == "ReplicaFailure")


def test_pods_that_a_quota_has_no_room_for_never_appear(kubectl: Kubectl) -> None:
    where = "admission-full"
    pods = workload("Deployment", where, "api", replicas=6, template=of("api", "500m"))
    there = (space(where), quota(where, {"requests.cpu": "2", "requests.memory": "1Gi"}))
    found = refuted(*there, pods)
    assert set(found) == {"admission/quota"}
    assert "2 allowed, 3 is asked for at the least" in found["admission/quota"].message
    try:
        kubectl.apply(*there)
        eventually(lambda: counted(kubectl, where))
        kubectl.apply(pods)
        eventually(lambda: deployed(kubectl, where, "api")["status"].get("readyReplicas") == 4)
        assert "exceeded quota: quota" in failure(kubectl, where)
    finally:
        kubectl("delete", "namespace", where, "--wait=false")


@pytest.mark.parametrize(("unavailable", "ends"), [(0, False), (1, True)])
def test_a_rollout_without_room_never_ends(
    kubectl: Kubectl, unavailable: int, *, ends: bool
) -> None:
    where = f"admission-rolling-{unavailable}"
    strategy = {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": unavailable}}
    pods = workload(
        "Deployment", where, "api", replicas=1, template=of("api", "1"), strategy=strategy
    )
    there = (space(where), quota(where, {"requests.cpu": "1", "requests.memory": "1Gi"}))
    assert set(refuted(*there, pods)) == (set() if ends else {"admission/quota-rollout"})
    try:
        kubectl.apply(*there)
        eventually(lambda: counted(kubectl, where))
        kubectl.apply(pods)
        eventually(lambda: deployed(kubectl, where, "api")["status"].get("readyReplicas") == 1)
        pods["spec"]["template"]["spec"]["containers"][0]["image"] = "registry.example.com/main:2"
        kubectl.apply(pods)
        if ends:
            eventually(lambda: rolled_out(deployed(kubectl, where, "api")))
        else:
            eventually(lambda: "exceeded quota" in failure(kubectl, where))
            assert not rolled_out(deployed(kubectl, where, "api"))
    finally:
        kubectl("delete", "namespace", where, "--wait=false")


def rolled_out(deployment: Mapping[str, Any]) -> bool:
    status, generation = deployment["status"], deployment["metadata"]["generation"]
    seen = status.get("observedGeneration"), status.get("updatedReplicas")
    return (*seen, status.get("replicas")) == (generation, 1, 1)


def test_the_default_priority_class_is_what_quotas_see(kubectl: Kubectl) -> None:
    """A pod that names no class has the default one, before any quota is asked."""
    where = "admission-priority"
    ordinary = {**CLASSES[0], "metadata": {"name": "adm-ordinary"}, "globalDefault": True}
    selector = {"scopeName": "PriorityClass", "operator": "In", "values": ["adm-ordinary"]}
    spec = {"hard": {"pods": "0"}, "scopeSelector": {"matchExpressions": [selector]}}
    scoped = {**quota(where, {}), "spec": spec}
    pods = workload("Deployment", where, "api", template=of("api", "10m"))
    assert set(refuted(space(where), scoped, pods)) == set()
    assert set(refuted(ordinary, space(where), scoped, pods)) == {"admission/quota"}
    try:
        kubectl.apply(ordinary, space(where), scoped)
        eventually(lambda: counted(kubectl, where))
        kubectl.apply(pods)
        eventually(lambda: "exceeded quota: quota" in failure(kubectl, where))
    finally:
        kubectl("delete", "namespace", where, "--wait=false")
        kubectl("delete", "priorityclass", "adm-ordinary")
