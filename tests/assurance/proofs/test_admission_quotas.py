"""What is asked for under quotas and limits: admission's to say, once, and nobody else's."""

from typing import Any

import pytest

from assurance.graph.intent import Intent
from assurance.proofs.admission import admission
from assurance.proofs.findings import Finding, Status
from tests.assurance.proofs.loads import NAMESPACE, deployment
from tests.assurance.proofs.test_capacity import container, hard, limits, of
from tests.assurance.proofs.test_capacity import refuted as refuted_by_capacity
from tests.assurance.proofs.worlds import Manifest, graph

ONE_BY_ONE = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}


def found(status: Status, *manifests: Manifest) -> dict[str, Finding]:
    given = admission(graph(*manifests), Intent()).findings
    return {f.rule.removeprefix("admission/"): f for f in given if f.status is status}


def refuted(*manifests: Manifest) -> dict[str, Finding]:
    return found(Status.REFUTED, *manifests)


REFUSED: dict[str, tuple[tuple[Manifest, ...], str, str]] = {
    "a default above the maximum": (
        (limits(container(default={"cpu": "3"}, max={"cpu": "2"})),),
        "limit-range",
        "Container: default cpu 3 is more than max 2",
    ),
    "a minimum above the default request": (
        (limits(container(defaultRequest={"cpu": "50m"}, min={"cpu": "100m"})),),
        "limit-range",
        "Container: min cpu 100m is more than defaultRequest 50m",
    ),
    "a default request above the default": (
        (limits(container(defaultRequest={"memory": "2Gi"}, default={"memory": "1Gi"})),),
        "limit-range",
        "Container: defaultRequest memory 2Gi is more than default 1Gi",
    ),
    "a request above the default limit": (
        (limits(container(default={"cpu": "500m"})), deployment("api", {"cpu": "2"})),
        "invalid-pod",
        "container main: cpu request 2 is more than its limit 500m",
    ),
    "a request below the minimum": (
        (limits(container(min={"cpu": "500m"})), deployment("api", {"cpu": "100m"})),
        "limit-range",
        "container main: cpu request 100m, but at least 500m is demanded",
    ),
    "a request above the maximum": (
        (limits(container(max={"cpu": "1"})), deployment("api", {"cpu": "2"})),
        "limit-range",
        "cpu request 2, but at most 1 is allowed",
    ),
    "a quota that demands what nobody states or gives": (
        (hard({"limits.cpu": "4"}), deployment("api", {"cpu": "1"})),
        "quota-must-specify",
        "counts limits.cpu, so every container must state a limit for it; without one: main",
    ),
    "a claim above the largest that is allowed": (
        (
            limits({"type": "PersistentVolumeClaim", "max": {"storage": "10Gi"}}),
            {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "metadata": {"name": "data", "namespace": NAMESPACE},
                "spec": {"resources": {"requests": {"storage": "20Gi"}}},
            },
        ),
        "limit-range",
        "the claim: storage request 20Gi, but at most 10Gi is allowed",
    ),
    "workloads above the quota": (
        (hard({"requests.cpu": "2"}), deployment("api", {"cpu": "1"}, 3)),
        "quota",
        "requests.cpu: 2 allowed, 3 is asked for at the least (Deployment load/api 3 at 1)",
    ),
    "an update above the quota": (
        (
            hard({"pods": "4"}),
            of(deployment("api", {"cpu": "1"}, 4), strategy=ONE_BY_ONE),
        ),
        "quota-rollout",
        "a rollout of Deployment load/api starts a new pod before it ends an old one",
    ),
    "an autoscaler's maximum above the quota": (
        (
            hard({"requests.memory": "8Gi"}),
            deployment("api", {"memory": "1Gi"}),
            {
                "apiVersion": "autoscaling/v2",
                "kind": "HorizontalPodAutoscaler",
                "metadata": {"name": "api", "namespace": NAMESPACE},
                "spec": {
                    "scaleTargetRef": {
                        "apiVersion": "apps/v1",
                        "kind": "Deployment",
                        "name": "api",
                    },
                    "maxReplicas": 9,
                },
            },
        ),
        "quota-growth",
        "Deployment load/api may grow to 9, and only 8 fit beside the rest",
    ),
}
"""What admission refuses: its finding, and none of capacity beside it."""


@pytest.mark.parametrize("name", REFUSED)
def test_what_admission_refuses_capacity_does_not_say_again(name: str) -> None:
    manifests, rule, words = REFUSED[name]
    one = refuted(*manifests)[rule]
    assert words in one.message
    assert one.remedy
    assert refuted_by_capacity(*manifests) == {}


def test_an_update_that_may_end_old_pods_first_needs_no_room_for_one_more() -> None:
    four = of(deployment("api", {"cpu": "1"}, 4), strategy={"type": "RollingUpdate"})
    assert refuted(hard({"pods": "4"}), four) == {}
    assert "quota" in found(Status.UNKNOWN, hard({"pods": "4"}), of(four, replicas="some"))


def test_claims_of_each_pod_count_against_the_quota() -> None:
    resources = {"resources": {"requests": {"storage": "5Gi"}}}
    claim = {"metadata": {"name": "data"}, "spec": resources}
    base = of(deployment("db", {"cpu": "1"}, 3), volumeClaimTemplates=[claim])
    store = {**base, "kind": "StatefulSet"}
    told = refuted(hard({"requests.storage": "12Gi"}), store)["quota"].message
    assert told.startswith("requests.storage: 12Gi allowed, 15Gi is asked for at the least")
    assert "quota" in found(Status.PROVED, hard({"requests.storage": "15Gi"}), store)
    named = "fast.storageclass.storage.k8s.io/requests.storage"
    fast = {**claim, "spec": {**resources, "storageClassName": "fast"}}
    assert refuted(hard({named: "10Gi"}), store) == {}
    quick = refuted(hard({named: "10Gi"}), of(store, volumeClaimTemplates=[fast]))
    assert "10Gi allowed, 15Gi is asked for" in quick["quota"].message


@pytest.mark.parametrize(
    ("scope", "counted"),
    [
        *(("BestEffort", False), ("NotBestEffort", True)),
        *(("Terminating", False), ("NotTerminating", True)),
        ("CrossNamespacePodAffinity", False),
    ],
)
def test_a_quota_counts_the_pods_of_its_scope(scope: str, *, counted: bool) -> None:
    some = deployment("api", {"cpu": "1"}, 2)
    assert bool(refuted(hard({"pods": "1"}, scopes=[scope]), some)) is counted


@pytest.mark.parametrize(
    ("operator", "values", "counted"),
    [
        *(("In", ["high"], True), ("NotIn", ["high"], False), ("NotIn", ["low"], True)),
        *(("Exists", [], True), ("DoesNotExist", [], False)),
    ],
)
def test_a_quota_may_count_some_priorities(
    operator: str, values: list[str], *, counted: bool
) -> None:
    expression: Any = {"scopeName": "PriorityClass", "operator": operator}
    expression |= {"values": values} if values else {}
    made = hard({"pods": "1"}, scopeSelector={"matchExpressions": [expression]})
    high = deployment("api", {"cpu": "1"}, 2, priorityClassName="high")
    assert ("quota" in refuted(made, high, PRIORITY)) is counted


PRIORITY = {
    "apiVersion": "scheduling.k8s.io/v1",
    "kind": "PriorityClass",
    "metadata": {"name": "high"},
    "value": 1000,
}


def test_what_a_controller_nobody_knows_has_made_is_judged() -> None:
    """Nothing says beforehand what it makes; of a Deployment's ReplicaSet the Deployment does."""
    maker = {"apiVersion": "example.com/v1", "kind": "Farm", "metadata": {"name": "farm"}}
    maker["metadata"] = {"name": "farm", "namespace": NAMESPACE}
    made = deployment("api", {"cpu": "1"}, 2)
    owner = {"apiVersion": "example.com/v1", "kind": "Farm", "name": "farm", "controller": True}
    made["metadata"] = {**made["metadata"], "ownerReferences": [owner]}
    assert "quota" in refuted(hard({"pods": "1"}), maker, made)
    given = hard({"count/deployments.apps": "0"})
    assert "quota" in refuted(given, maker, made)


def a_job(**spec: Any) -> Manifest:
    made = deployment("train", {"cpu": "1"})
    template = made["spec"]["template"]
    template["spec"]["restartPolicy"] = "Never"
    return {**made, "apiVersion": "batch/v1", "kind": "Job", "spec": {**spec, "template": template}}


def a_cron_job(job: Manifest, **spec: Any) -> Manifest:
    whole = {"schedule": "@daily", **spec, "jobTemplate": {"spec": job["spec"]}}
    return {**job, "kind": "CronJob", "spec": whole}


ONE_RUN = {"completions": 3, "parallelism": 2, "backoffLimit": 1}


@pytest.mark.parametrize(
    ("made", "most"),
    [
        (a_job(**ONE_RUN), 3 + 1 + 2 * 2),
        (a_job(), 1 + 6 + 2),
        (a_cron_job(a_job(**ONE_RUN), concurrencyPolicy="Forbid"), 8 * (3 + 1 + 1)),
        (a_cron_job(a_job(**ONE_RUN)), None),
        (a_job(podFailurePolicy={"rules": []}), None),
    ],
)
def test_pods_that_have_ended_count_until_their_job_goes(made: Manifest, most: int | None) -> None:
    plenty = found(Status.UNKNOWN, hard({"count/pods": str(most or 1000)}), made)
    assert ("quota" in plenty) is (most is None)
    assert "quota-at-once" not in plenty
    if most:
        told = found(Status.UNKNOWN, hard({"count/pods": str(most - 1)}), made)["quota-at-once"]
        assert f"there may be {most} pods of" in told.message


def test_what_kserve_makes_of_a_model_counts_against_the_quota() -> None:
    model = {
        "apiVersion": "serving.kserve.io/v1beta1",
        "kind": "InferenceService",
        "metadata": {"name": "spam", "namespace": NAMESPACE},
        "spec": {"predictor": {"model": {"image": "a:1"}, "minReplicas": 1, "maxReplicas": 1}},
    }
    for key in ("count/deployments.apps", "services", "count/replicasets.apps"):
        assert key in refuted(hard({key: "0"}), model)["quota"].message
