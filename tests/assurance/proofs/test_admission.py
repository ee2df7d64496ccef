"""The admission proof on small graphs: each thing that keeps pods out."""

from copy import deepcopy
from dataclasses import replace
from random import Random

import pytest

from assurance.graph.graph import Graph, graph_of
from assurance.graph.intent import Intent
from assurance.proofs.admission import admission
from assurance.proofs.findings import Status
from tests.assurance.proofs.admitted import (
    TEAM,
    UNKNOWN,
    asking,
    deployment,
    found,
    limits,
    made,
    namespace,
    only,
    quota,
    scaler,
)
from tests.assurance.proofs.worlds import graph, resource


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
