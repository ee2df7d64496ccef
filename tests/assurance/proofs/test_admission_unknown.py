"""What is not known, or stands where it should not, leaves undecided what it decides."""

from copy import deepcopy
from random import Random
from typing import Any

import pytest

from assurance.graph.intent import Intent
from assurance.graph.resource import Secret
from assurance.proofs.admission import admission
from assurance.proofs.findings import Status
from tests.assurance.proofs.admission_settings import LEVEL
from tests.assurance.proofs.admitted import (
    TEAM,
    UNKNOWN,
    asking,
    claim_template,
    deployment,
    limits,
    made,
    namespace,
    only,
    quota,
    scaler,
)
from tests.assurance.proofs.worlds import graph
from tests.e2e.manifests import service, workload


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


@pytest.mark.parametrize("places", [3, pytest.param(6, marks=pytest.mark.fire)])
@pytest.mark.parametrize("odd", [UNKNOWN, None, "text", [], {}, [None], Secret({})])
def test_whatever_stands_where_it_should_not_is_no_crash(odd: Any, places: int) -> None:
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
        for path in Random(number).sample(all_of := paths(manifest), k=min(places, len(all_of))):
            broken = deepcopy(there)
            target: Any = broken[number]
            for step in path[:-1]:
                target = target[step]
            target[path[-1]] = odd
            tried += 1
            assert admission(graph(*broken), Intent()).population["objects"] == len(there)
    assert tried > 7 * places


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
