"""A quota holds all pods that there will be: replicas, autoscalers, rollouts, jobs, claims."""

from assurance.graph.intent import Intent
from assurance.graph.values import Pool, Shape
from assurance.proofs.findings import Status
from tests.assurance.proofs.admitted import (
    TEAM,
    asking,
    claim_template,
    deployment,
    found,
    made,
    only,
    quota,
    scaler,
)
from tests.e2e.manifests import service, workload


def test_more_pods_at_the_least_than_the_quota_holds_are_refuted() -> None:
    pods = (deployment(asking(cpu="2"), replicas=3), deployment(asking(cpu="1"), "web", replicas=3))
    rule, status, words = only(quota(requests_cpu="8"), *pods)
    assert (rule, status) == ("quota", Status.REFUTED)
    assert words == (
        "requests.cpu: 8 allowed, 9 is asked for at the least "
        "(Deployment fraud/api 3 at 2, Deployment fraud/web 3 at 1)"
    )


def test_an_autoscaler_that_can_never_reach_its_maximum_is_refuted() -> None:
    pods = deployment(asking(cpu="1"), replicas=2)
    rule, status, words = only(quota(requests_cpu="6"), pods, scaler("api", 2, 9))
    assert (rule, status) == ("quota-growth", Status.REFUTED)
    assert "may grow to 9, and only 6 fit beside the rest" in words


def test_autoscalers_that_cannot_all_be_at_their_maximum_are_unknown() -> None:
    pods = [deployment(asking(cpu="1"), name, replicas=4) for name in ("api", "web")]
    scalers = [scaler(name, 4, 6) for name in ("api", "web")]
    rule, status, words = only(quota(requests_cpu="10"), *pods, *scalers)
    assert (rule, status) == ("quota-at-once", Status.UNKNOWN)
    assert "all at their most would take 12; each fits alone, not all at once" in words
    assert found(quota(requests_cpu="13"), *pods, *scalers) == {}


def test_a_rollout_that_finds_no_room_for_the_new_pod_is_refuted() -> None:
    full = quota(requests_cpu="1")
    rule, status, words = only(full, deployment(asking(cpu="1"), replicas=1))
    assert (rule, status) == ("quota-rollout", Status.REFUTED)
    assert "there is no room for one: it never ends" in words
    for strategy in (
        {"type": "Recreate"},
        {"rollingUpdate": {"maxUnavailable": 1}},
        {"rollingUpdate": {"maxSurge": 0}},
    ):
        assert found(full, deployment(asking(cpu="1"), replicas=1, strategy=strategy)) == {}
    four = deployment(asking(cpu="250m"), replicas=4)  # a quarter of four may be away
    assert found(full, four) == {}


def test_a_job_needs_room_for_one_pod_and_is_refuted_for_its_parallelism() -> None:
    template = {"spec": asking({"example.com/fpga": "1"}) | {"restartPolicy": "Never"}}
    job = made("Job", "train", {"template": template, "parallelism": 3}, api="batch/v1")
    hard = {"hard": {"requests.example.com/fpga": "2"}}
    assert only(made("ResourceQuota", "quota", hard), job)[0] == "quota-growth"


def test_overlapping_runs_of_a_cron_job_are_named() -> None:
    template = {"spec": asking(cpu="1") | {"restartPolicy": "Never"}}
    spec = {"schedule": "@daily", "jobTemplate": {"spec": {"template": template}}}
    rule, status, words = only(quota(requests_cpu="2"), made("CronJob", "c", spec, "batch/v1"))
    assert (rule, status) == ("quota", Status.UNKNOWN)
    assert "nothing bounds how many pods CronJob fraud/c has at a time" in words
    alone = spec | {"concurrencyPolicy": "Forbid"}
    assert found(quota(requests_cpu="2"), made("CronJob", "c", alone, "batch/v1")) == {}


def test_a_daemon_set_takes_one_pod_of_each_node_that_may_be_there() -> None:
    daemons = workload("DaemonSet", TEAM, "agent")
    pools = (Pool(name="p", shape=Shape(cpu=1000, memory=1), min=1, max=5),)
    assert only(quota(pods="4"), daemons)[:2] == ("quota", Status.UNKNOWN)
    rule, status, words = only(quota(pods="4"), daemons, intent=Intent(pools=pools))
    assert (rule, status) == ("quota-at-once", Status.UNKNOWN)
    assert "DaemonSet fraud/agent may have a pod on each of 5 nodes" in words
    assert found(quota(pods="5"), daemons, intent=Intent(pools=pools)) == {}


def test_a_load_balancer_beyond_the_quota_is_refused_by_itself() -> None:
    rule, status, words = only(
        quota(services_loadbalancers="0"), service(TEAM, "web", "web", "LoadBalancer")
    )
    assert (rule, status) == ("quota", Status.REFUTED)
    assert "allows services.loadbalancers 0, asked for: services.loadbalancers 1" in words


def test_claims_of_a_stateful_set_are_charged_and_bounded_one_by_one() -> None:
    claims = {"replicas": 3, "volumeClaimTemplates": [claim_template("20Gi")]}
    database = workload("StatefulSet", TEAM, "db", **claims)
    assert only(quota(requests_storage="50Gi"), database)[0] == "quota"
    assert found(quota(requests_storage="60Gi"), database) == {}
    bounds = {"type": "PersistentVolumeClaim", "max": {"storage": "10Gi"}}
    small = made("LimitRange", "range", {"limits": [bounds]})
    rule, _, words = only(small, database)
    assert rule == "limit-range"
    assert words.startswith("the claim: storage request 20Gi, but at most 10Gi is allowed")


def test_a_key_that_limits_nothing_is_refuted() -> None:
    rule, status, words = only(made("ResourceQuota", "q", {"hard": {"nvidia.com/gpu": "4"}}))
    assert (rule, status) == ("quota-counts-nothing", Status.REFUTED)
    assert "nothing is ever charged under this key" in words


def test_what_kubernetes_puts_into_every_namespace_counts() -> None:
    assert only(quota(configmaps="0"))[0] == "quota"
    assert found(quota(configmaps="1")) == {}


def test_what_controllers_have_made_is_not_counted_beside_what_made_it() -> None:
    """A live cluster shows a Deployment, its ReplicaSet, its pods and its claims."""
    api = deployment(asking(cpu="1"), replicas=2)
    owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "api", "controller": True}
    copies = workload("ReplicaSet", TEAM, "api-1", template=api["spec"]["template"], replicas=2)
    copies["metadata"]["ownerReferences"] = [owner]
    pod = made("Pod", "api-1-x", asking(cpu="1"))
    pod["metadata"]["ownerReferences"] = [{**owner, "kind": "ReplicaSet", "name": "api-1"}]
    claims = {"replicas": 2, "volumeClaimTemplates": [claim_template("20Gi")]}
    there = made("PersistentVolumeClaim", "data-db-0", claim_template("20Gi")["spec"])
    room = quota(requests_cpu="3020m", requests_storage="40Gi", persistentvolumeclaims="2")
    assert found(room, api, copies, pod, workload("StatefulSet", TEAM, "db", **claims), there) == {}
