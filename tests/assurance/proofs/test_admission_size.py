"""What admission costs for many teams: measured, and the same verdict as for few."""

import time

import pytest

from assurance.graph.graph import Graph, graph_of
from assurance.graph.intent import Intent
from assurance.proofs.admission import admission
from assurance.proofs.findings import Status
from tests.assurance.proofs.admission_settings import LEVEL, Manifest
from tests.assurance.proofs.worlds import resource
from tests.e2e.manifests import pod_spec, quota, service, workload

WORKLOADS = 10


def team(name: str) -> list[Manifest]:
    """A governed namespace with ten workloads, no two images or ServiceAccounts alike."""
    labels = {LEVEL: "restricted", "ml-platform/team": name}
    metadata = {"name": "containers", "namespace": name}
    limit = {"type": "Container", "default": {"cpu": "1"}, "max": {"cpu": "4", "memory": "8Gi"}}
    there: list[Manifest] = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}},
        quota(name, {"pods": "60", "requests.cpu": "8", "limits.memory": "64Gi", "services": "20"}),
        {
            "apiVersion": "v1",
            "kind": "LimitRange",
            "metadata": metadata,
            "spec": {"limits": [limit]},
        },
    ]
    for number in range(WORKLOADS):
        own = f"w{number}"
        spec = pod_spec({"memory": "64Mi", "cpu": "50m"}, serviceAccountName=own)
        spec["containers"][0]["image"] = f"registry.example.com/{name}/{own}:1.0.{number}"
        template = {"metadata": {"labels": {"app": own, "ml-platform/team": name}}, "spec": spec}
        account = {"name": own, "namespace": name}
        there += [
            workload("Deployment", name, own, replicas=2, template=template),
            service(name, own, own),
            {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": account},
        ]
    return there


def company(teams: int) -> Graph:
    manifests = [it for number in range(teams) for it in team(f"team-{number}")]
    return graph_of(map(resource, manifests), stack="company", mode="warm")


def test_what_governs_itself_is_proved_however_many_teams_there_are() -> None:
    told = admission(company(8), Intent())
    assert {finding.status for finding in told.findings} == {Status.PROVED}
    assert told.population["pods"] == 8 * WORKLOADS
    assert told.population["verdicts on arriving pods"] > 8 * WORKLOADS


@pytest.mark.bench
def test_seconds_for_many_teams() -> None:
    graph = company(200)
    began = time.process_time()
    told = admission(graph, Intent())
    spent = time.process_time() - began
    print(f"200 teams: {spent:.2f} s of 5 s, {dict(told.population)}")  # noqa: T201 - measured
