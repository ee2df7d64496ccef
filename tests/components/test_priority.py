"""Where room is short, the platform comes first and `batch` last, and nobody else drives out."""

from typing import Any

import pytest

from assurance.graph.values import BATCH_PRIORITY, PLATFORM_PRIORITY
from components.manifests import faults
from components.parts.priority import prioritised, priority_classes
from tests.rehearsed import graphs

SHIPPED = ("dev", "prod", "prod-azure", "sandbox")
SYSTEM = {"system-cluster-critical", "system-node-critical"}


def test_only_the_platform_drives_others_out_and_only_batch_is_below_the_default() -> None:
    classes = {each["metadata"]["name"]: each for each in priority_classes()}
    platform, batch = classes[PLATFORM_PRIORITY], classes[BATCH_PRIORITY]
    assert batch["value"] < 0 < platform["value"] <= 1_000_000_000
    assert (platform.get("preemptionPolicy"), batch["preemptionPolicy"]) == (None, "Never")
    assert [each for each in classes.values() if each["globalDefault"]] == []
    assert [fault for each in classes.values() for fault in faults(each)] == []


@pytest.mark.parametrize("stack", SHIPPED)
def test_pods_of_the_platform_come_first_and_those_of_teams_never_do(stack: str) -> None:
    graph = graphs()[stack]
    teams = {
        item.name
        for item in graph.objects()
        if item.gvk.kind == "Namespace"
        and "ml-platform/team" in item.manifest["metadata"]["labels"]
    }
    own: set[str | None] = set()
    theirs: set[str | None] = set()
    for pod in graph.pods():
        (theirs if pod.namespace in teams else own).add(pod.spec.get("priorityClassName"))
    assert PLATFORM_PRIORITY in own
    assert own <= {PLATFORM_PRIORITY, *SYSTEM}
    assert theirs == {None, BATCH_PRIORITY}


def test_a_class_that_a_chart_names_itself_stays() -> None:
    named = workload({"priorityClassName": "system-node-critical", "containers": []})
    assert prioritised(named) == named


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [
        ("monitoring.coreos.com/v1", "Alertmanager"),
        ("monitoring.coreos.com/v1", "Prometheus"),
        ("postgresql.cnpg.io/v1", "Cluster"),
    ],
)
def test_pods_that_an_operator_makes_get_it_through_what_they_are_made_of(
    api_version: str, kind: str
) -> None:
    asked = {"apiVersion": api_version, "kind": kind, "metadata": {"name": "a"}, "spec": {"a": 1}}
    told = prioritised(asked)
    assert told == {**asked, "spec": {"a": 1, "priorityClassName": PLATFORM_PRIORITY}}


def test_what_makes_no_pods_is_left_alone() -> None:
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {}}
    assert prioritised(service) is service


def test_a_pod_template_that_names_none_gets_it_and_nothing_else_changes() -> None:
    spec = prioritised(workload({"containers": []}))["spec"]["template"]["spec"]
    assert spec == {"containers": [], "priorityClassName": PLATFORM_PRIORITY}


def workload(pod: dict[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "a", "namespace": "b"},
        "spec": {"template": {"metadata": {"labels": {}}, "spec": pod}},
    }
