"""The admission proof on small graphs: each thing that keeps pods out, and what is not known."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from assurance.graph.graph import Graph, graph_of
from assurance.graph.intent import Intent
from assurance.graph.resource import Marker, Secret
from assurance.graph.values import Pool, Shape
from assurance.proofs.admission import admission
from assurance.proofs.findings import Finding, Status
from tests.assurance.proofs.admission_corpus import LEVEL, Manifest
from tests.assurance.proofs.worlds import graph, resource
from tests.e2e.manifests import pod_spec, service, workload

TEAM = "fraud"
UNKNOWN = Marker.UNKNOWN


def namespace(level: str = "restricted", **labels: str) -> Manifest:
    metadata = {"name": TEAM, "labels": {LEVEL: level, **labels}}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}


def made(kind: str, name: str, spec: Any, api: str = "v1") -> Manifest:
    metadata = {"name": name, "namespace": TEAM}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, "spec": spec}


def quota(**hard: Any) -> Manifest:
    return made(
        "ResourceQuota", "quota", {"hard": {k.replace("_", "."): v for k, v in hard.items()}}
    )


def limits(**limit: Any) -> Manifest:
    return made("LimitRange", "range", {"limits": [{"type": "Container", **limit}]})


def asking(limit: Mapping[str, str] | None = None, **requests: str) -> Manifest:
    """A pod of one container that the restricted level admits."""
    spec = pod_spec()
    resources = {"requests": requests} if requests else {}
    spec["containers"][0]["resources"] = {**resources, **({"limits": limit} if limit else {})}
    return spec


def deployment(spec: Manifest, name: str = "api", **more: Any) -> Manifest:
    template = {"metadata": {"labels": {"app": name}}, "spec": spec}
    return workload("Deployment", TEAM, name, template=template, **more)


def scaler(name: str, low: int, high: int) -> Manifest:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
    spec = {"minReplicas": low, "maxReplicas": high, "scaleTargetRef": target}
    return made("HorizontalPodAutoscaler", name, spec, api="autoscaling/v2")


def claim_template(size: Any) -> Manifest:
    return {"metadata": {"name": "data"}, "spec": {"resources": {"requests": {"storage": size}}}}


def found(*manifests: Manifest, intent: Intent | None = None) -> dict[str, Finding]:
    """What is not proved, by rule; each rule once."""
    told = admission(graph(namespace(), *manifests), intent or Intent()).findings
    open_ones = [f for f in told if f.status is not Status.PROVED]
    assert len({f.rule for f in open_ones}) == len(open_ones), open_ones
    return {f.rule.removeprefix("admission/"): f for f in open_ones}


def only(*manifests: Manifest, intent: Intent | None = None) -> tuple[str, Status, str]:
    """The one thing that is not proved."""
    [(rule, finding)] = found(*manifests, intent=intent).items()
    return rule, finding.status, finding.message


def test_pods_that_nothing_refuses_are_proved_with_what_they_will_request() -> None:
    given = limits(default={"memory": "1Gi", "cpu": "2"}, defaultRequest={"cpu": "100m"})
    told = admission(graph(namespace(), given, deployment(asking(memory="512Mi"))), Intent())
    [finding] = told.findings
    assert (finding.rule, finding.status) == ("admission/pod", Status.PROVED)
    assert finding.message == (
        "each is let in by itself, requesting cpu 100m, memory 512Mi, "
        "limited to cpu 2, memory 1Gi; "
        "by default: main requests.cpu, main limits.cpu, main limits.memory"
    )
    assert told.population["pods"] == 1


def test_a_graph_without_objects_proves_nothing() -> None:
    told = admission(graph_of([], stack="s", mode="warm"), Intent())
    assert [f.status for f in told.findings] == [Status.UNKNOWN]


def test_what_a_quota_counts_every_container_must_state() -> None:
    silent = deployment(asking(cpu="1"))
    rule, status, words = only(quota(requests_memory="1Gi", requests_cpu="9"), silent)
    assert (rule, status) == ("quota-must-specify", Status.REFUTED)
    assert "counts requests.memory, so every container must state a request" in words
    assert words.endswith("without one: main")
    given = limits(defaultRequest={"memory": "64Mi"}, default={"memory": "128Mi"})
    assert found(quota(requests_memory="1Gi", requests_cpu="9"), silent, given) == {}


def test_a_default_limit_below_a_stated_request_makes_the_pod_invalid() -> None:
    given = limits(default={"cpu": "500m"})
    told = only(given, deployment(asking(cpu="1")))
    words = (
        "container main: cpu request 1 is more than its limit 500m; "
        "the limit is the LimitRange's default"
    )
    assert told == ("invalid-pod", Status.REFUTED, words)


def test_a_limit_above_the_maximum_is_refused_with_the_arithmetic() -> None:
    rule, status, words = only(limits(max={"cpu": "2"}), deployment(asking({"cpu": "3"})))
    assert (rule, status) == ("limit-range", Status.REFUTED)
    assert words == (
        "container main: cpu limit 3, but at most 2 is allowed (LimitRange range, per Container)"
    )


def test_a_service_account_that_nobody_makes_keeps_pods_out() -> None:
    spec = asking() | {"serviceAccountName": "worker"}
    rule, status, words = only(deployment(spec))
    assert (rule, status) == ("service-account", Status.REFUTED)
    assert "no ServiceAccount fraud/worker is there" in words
    assert found(deployment(spec), made("ServiceAccount", "worker", None)) == {}
    assert found(deployment(asking() | {"serviceAccountName": "default"})) == {}
    served = made("InferenceService", "m", {"predictor": spec}, "serving.kserve.io/v1beta1")
    assert only(served)[:2] == ("service-account", Status.UNKNOWN)  # its operator may make it


@pytest.mark.parametrize(
    ("key", "rule"),
    [("priorityClassName", "priority-class"), ("runtimeClassName", "runtime-class")],
)
def test_a_class_may_be_on_the_cluster_already_unless_the_graph_is_the_cluster(
    key: str, rule: str
) -> None:
    pods = deployment(asking() | {key: "gold"})
    assert only(pods)[:2] == (rule, Status.UNKNOWN)
    live = replace(graph(namespace(), made("ServiceAccount", "default", None), pods), mode="live")
    [finding] = [f for f in admission(live, Intent()).findings if f.status is not Status.PROVED]
    assert (finding.rule, finding.status) == (f"admission/{rule}", Status.REFUTED)


def test_a_runtime_class_adds_its_overhead_to_what_is_charged() -> None:
    boxed = {
        "apiVersion": "node.k8s.io/v1",
        "kind": "RuntimeClass",
        "metadata": {"name": "boxed"},
        "overhead": {"podFixed": {"cpu": "250m"}},
    }
    pods = deployment(asking(cpu="900m") | {"runtimeClassName": "boxed"})
    rule, _, words = only(boxed, quota(requests_cpu="1"), pods)
    assert rule == "quota"
    assert "allows requests.cpu 1, asked for: requests.cpu 1150m" in words


def test_pod_security_is_one_finding_with_every_check_and_its_place() -> None:
    spec = asking() | {"hostPID": True, "securityContext": {"runAsNonRoot": True}}
    pods = deployment(spec)
    old = {"container.apparmor.security.beta.kubernetes.io/main": "unconfined"}
    pods["spec"]["template"]["metadata"]["annotations"] = old
    finding = found(pods)["pod-security"]
    assert finding.status is Status.REFUTED
    assert finding.message.startswith("its namespace enforces restricted, and lets no pod in.")
    assert "spec.template.spec.hostPID" in finding.message
    assert 'spec.template.metadata.annotations["' in finding.message
    assert "seccomp" in finding.message
    assert set(finding.witness["checks"]) == {
        "pod-security-app-armor-profile",
        "pod-security-host-namespaces",
        "pod-security-seccomp-profile-restricted",
    }


def test_the_place_of_a_bare_spec_is_named_as_its_owner_has_it() -> None:
    """KServe keeps a pod's spec without a template around it."""
    predictor = asking() | {"hostPID": True, "minReplicas": 1, "maxReplicas": 1}
    served = made("InferenceService", "m", {"predictor": predictor}, "serving.kserve.io/v1beta1")
    message = found(served)["pod-security"].message
    assert "Not so at spec.predictor.hostPID." in message
    predictor["containers"][0]["resources"] = {"limits": {"cpu": UNKNOWN}}
    message = found(served)["not-evaluated"].message
    assert message == "spec.predictor.containers[0].resources.limits.cpu is not known"


def test_guardrails_about_arriving_pods_see_the_defaults() -> None:
    labels = {"ml-platform/team": TEAM}
    pods = deployment(asking())
    bare = admission(graph(namespace(**labels), pods), Intent())
    refuted = {f.rule for f in bare.findings if f.status is Status.REFUTED}
    wanted = {"admission/containers-limit-memory", "admission/containers-request-cpu-and-memory"}
    assert refuted == wanted
    given = limits(default={"cpu": "1", "memory": "1Gi"})
    whole = admission(graph(namespace(**labels), given, pods), Intent())
    assert {f.status for f in whole.findings} == {Status.PROVED}


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


def test_two_limit_ranges_that_disagree_leave_the_pod_to_chance() -> None:
    two = [limits(default={"cpu": cpu}) for cpu in ("1", "2")]
    two[1]["metadata"]["name"] = "other"
    rule, status, words = only(*two, deployment(asking()))
    assert (rule, status) == ("not-evaluated", Status.UNKNOWN)
    assert "the LimitRanges other and range give container main different cpu limits" in words
    assert found(*two, deployment(asking({"cpu": "1"}))) == {}


def test_a_limit_range_that_contradicts_itself_is_refuted() -> None:
    rule, status, words = only(limits(max={"cpu": "1"}, default={"cpu": "2"}))
    assert (rule, status) == ("limit-range", Status.REFUTED)
    assert words.endswith("Container: default cpu 2 is more than max 1")


def test_a_namespace_that_the_graph_does_not_hold_is_unknown() -> None:
    told = admission(graph(deployment(asking())), Intent()).findings
    assert [(f.rule, f.status) for f in told] == [
        ("admission/namespace-not-described", Status.UNKNOWN)
    ]


def test_another_version_of_pod_security_is_unknown() -> None:
    older = namespace(**{f"{LEVEL}-version": "v1.28"})
    told = admission(graph(older, deployment(asking())), Intent()).findings
    assert [(f.rule, f.status) for f in told] == [("admission/pod-security", Status.UNKNOWN)]


@pytest.mark.parametrize(
    ("spec", "named"),
    [
        (asking() | {"containers": UNKNOWN}, "spec.template.spec.containers"),
        (asking() | {"initContainers": UNKNOWN}, "spec.template.spec.initContainers"),
        (asking() | {"serviceAccountName": UNKNOWN}, "spec.template.spec.serviceAccountName"),
        (asking() | {"priorityClassName": UNKNOWN}, "spec.template.spec.priorityClassName"),
        (asking(cpu=UNKNOWN), "spec.template.spec.containers[0].resources.requests.cpu"),  # type: ignore[arg-type]
        (asking({"cpu": Secret("1")}), "spec.template.spec.containers[0].resources.limits.cpu"),  # type: ignore[dict-item]
        (asking(cpu="much"), "spec.template.spec.containers[0].resources.requests.cpu"),
        (UNKNOWN, "spec.template.spec"),
    ],
)
def test_what_is_not_known_of_a_pod_is_named_and_taints_its_quota(spec: Any, named: str) -> None:
    told = admission(graph(namespace(), quota(requests_cpu="1"), deployment(spec)), Intent())
    by_rule = {f.rule: f for f in told.findings}
    assert {f.status for f in told.findings} == {Status.UNKNOWN}
    assert by_rule["admission/not-evaluated"].message.startswith(f"{named} is ")
    assert "Deployment fraud/api: " in by_rule["admission/quota"].message


def test_a_quota_that_is_not_known_leaves_its_namespace_undecided() -> None:
    told = admission(graph(namespace(), quota(pods=UNKNOWN), deployment(asking())), Intent())
    assert [(f.rule, f.status) for f in told.findings] == [
        ("admission/not-evaluated", Status.UNKNOWN)
    ]


def test_pods_that_an_unknown_number_of_replicas_starts_are_undecided() -> None:
    pods = deployment(asking(cpu="1"), replicas=UNKNOWN)
    rule, status, words = only(quota(requests_cpu="4"), pods)
    assert (rule, status) == ("quota", Status.UNKNOWN)
    assert "nothing bounds how many pods" in words


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


@pytest.mark.parametrize("odd", [UNKNOWN, None, "text", [], {}, [None], Secret({})])
def test_whatever_stands_where_it_should_not_is_no_crash(odd: Any) -> None:
    given = limits(default={"cpu": "2"}, max={"cpu": "2"})
    claims = {"replicas": 2, "volumeClaimTemplates": [claim_template("20Gi")]}
    template = {"spec": asking(cpu="1") | {"restartPolicy": "Never", "priorityClassName": "gold"}}
    there = [
        namespace(),
        quota(requests_cpu="4", pods="9"),
        given,
        made("ServiceAccount", "worker", None),
        {**made("PriorityClass", "gold", None, "scheduling.k8s.io/v1"), "globalDefault": True},
        deployment(asking(cpu="1"), strategy={"rollingUpdate": {"maxSurge": 1}}),
        workload("StatefulSet", TEAM, "db", **claims),
        made("CronJob", "c", {"jobTemplate": {"spec": {"template": template}}}, "batch/v1"),
        service(TEAM, "web", "web", "LoadBalancer"),
        scaler("api", 2, 4),
    ]
    tried = 0
    for number, manifest in enumerate(there):
        for path in Random(number).sample(all_of := paths(manifest), k=min(6, len(all_of))):
            broken = deepcopy(there)
            target: Any = broken[number]
            for step in path[:-1]:
                target = target[step]
            target[path[-1]] = odd
            tried += 1
            assert admission(graph(*broken), Intent()).population["objects"] == len(there)
    assert tried > 40


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place but what says which object it is."""
    steps: Any = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for step, below in steps if isinstance(value, dict | list) else ():
        here = (*path, step)
        if step not in {"apiVersion", "kind", "metadata"} or len(path) > 0:
            found.append(here)
            if isinstance(below, dict | list):
                found += paths(below, here)
    return found


def test_findings_do_not_depend_on_the_order_of_objects() -> None:
    pods = [deployment(asking(cpu="1"), name, replicas=n) for n, name in enumerate("abc", 1)]
    there = [namespace(), quota(requests_cpu="4", pods="9"), *pods, scaler("c", 3, 7)]
    first = admission(graph(*there), Intent())
    assert any(f.status is Status.REFUTED for f in first.findings)
    for seed in range(5):
        mixed = deepcopy(there)
        Random(seed).shuffle(mixed)
        assert admission(graph(*mixed), Intent()) == first


def test_a_finding_names_the_stack_files_key() -> None:
    made_for = {"Deployment": "teams.fraud.workloads.api", "ResourceQuota": "teams.fraud"}
    there = [namespace(), quota(requests_cpu="2"), deployment(asking(cpu="1"), replicas=3)]
    known = [resource(it, origin=made_for.get(it["kind"])) for it in there]
    told: Graph = graph_of(known, stack="s", mode="warm")
    [finding] = [f for f in admission(told, Intent()).findings if f.status is Status.REFUTED]
    assert finding.remedy == "raise teams.fraud.quota.cpu, or ask for less"
    assert finding.origin.config == "teams.fraud"
