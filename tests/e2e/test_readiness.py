"""The gate under the real engine, on a real control plane."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from components.readiness import Kind
from operations.sandbox import Sandbox
from tests.e2e.cluster import Kubectl
from tests.e2e.programs import Programs, opened

pytestmark = pytest.mark.e2e

NAMESPACE = "readiness"
Manifest = dict[str, Any]


@pytest.fixture
def programs(sandbox: Sandbox, kubectl: Kubectl, tmp_path: Path) -> Iterator[Programs]:
    kubectl("create", "namespace", NAMESPACE)
    try:
        with opened(sandbox, tmp_path) as made:
            yield made
    finally:
        kubectl("delete", "namespace", NAMESPACE)


def workload(kind: Kind, name: str, *, cpu: str = "10m", **spec: Any) -> Manifest:
    container = {"name": "main", "image": "app:1", "resources": {"requests": {"cpu": cpu}}}
    pod: Manifest = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}}
    if kind == "Job":
        pod["spec"]["restartPolicy"] = "Never"
    else:
        spec = {"selector": {"matchLabels": {"app": name}}, **spec}
    return {
        "apiVersion": "batch/v1" if kind == "Job" else "apps/v1",
        "kind": kind,
        "metadata": {
            "name": name,
            "namespace": NAMESPACE,
            "annotations": {"pulumi.com/skipAwait": "true"},
        },
        "spec": {**spec, "template": pod},
    }


def one_of_each() -> list[Manifest]:
    return [
        workload("Deployment", "api", replicas=2),
        workload("StatefulSet", "data", replicas=2, serviceName="data"),
        workload("DaemonSet", "agent"),
        workload("Job", "train"),
    ]


GATED = """
from components.readiness import Readiness, ReadinessArgs, WorkloadRef, fingerprint

made = [register(manifest) for manifest in MANIFESTS]
workloads = tuple(
    WorkloadRef(
        kind=manifest["kind"],
        namespace=manifest["metadata"]["namespace"],
        name=manifest["metadata"]["name"],
        fingerprint=fingerprint(manifest),
    )
    for manifest in MANIFESTS
)
args = ReadinessArgs(kubeconfig=KUBECONFIG, workloads=workloads, timeout={seconds})
Readiness("gate", args, pulumi.ResourceOptions(depends_on=made))
"""


def gated(programs: Programs, manifests: list[Manifest], seconds: int = 60) -> None:
    """The program: these workloads, and one gate behind them."""
    programs.write(GATED.replace("{seconds}", str(seconds)), manifests)


def test_up_ends_when_everything_is_available_and_the_state_knows_no_kubeconfig(
    programs: Programs, kubectl: Kubectl
) -> None:
    gated(programs, one_of_each())
    programs.run("preview")
    programs.run("up")
    assert (
        kubectl.json("get", "deployment", "api", "-n", NAMESPACE)["status"]["availableReplicas"]
        == 2
    )
    assert kubectl.json("get", "sts", "data", "-n", NAMESPACE)["status"]["availableReplicas"] == 2
    programs.run("preview", expect_no_changes=True)
    gate = next(r for r in programs.state()["resources"] if r["urn"].endswith("::gate"))
    assert set(gate["outputs"]["input"]) == {
        "Deployment readiness/api",
        "StatefulSet readiness/data",
        "DaemonSet readiness/agent",
        "Job readiness/train",
    }
    assert "ciphertext" not in json.dumps(gate)


def test_a_gate_runs_again_exactly_when_one_of_its_workloads_changes(programs: Programs) -> None:
    manifests = one_of_each()
    gated(programs, manifests)
    programs.run("up")
    gated(programs, manifests, seconds=61)
    programs.run("preview", expect_no_changes=True)
    manifests[0]["spec"]["replicas"] = 3
    gated(programs, manifests)
    said = programs.run("preview")
    assert re.search(r"~\s+pulumi:index:Stash gate", said)
    assert "~ 2 to update" in said


def test_an_unschedulable_workload_fails_up_within_the_timeout_with_pod_and_reason(
    programs: Programs,
) -> None:
    manifests = [workload("Deployment", "huge", cpu="900", replicas=2), *one_of_each()]
    gated(programs, manifests, seconds=4)
    begun = time.monotonic()
    said = programs.failing("up")
    assert time.monotonic() - begun < 30
    assert "1 of 5 workloads are not ready after 4 s:" in said
    assert "Deployment readiness/huge: 0 of 2 replicas are available" in said
    assert re.search(r"pods huge-\w+-\w+, huge-\w+-\w+: cannot be scheduled: 0/4 nodes", said)
    assert "Insufficient cpu" in said
    assert "Ask for less, or give the cluster a pool" in said

    manifests[0] = workload("Deployment", "huge", replicas=2)
    gated(programs, manifests)
    programs.run("up")
    programs.run("preview", expect_no_changes=True)


def test_a_refused_workload_fails_up_before_the_timeout_with_the_quota(
    programs: Programs, kubectl: Kubectl
) -> None:
    kubectl("create", "quota", "small", "--hard=pods=0", "-n", NAMESPACE)
    gated(programs, [workload("Deployment", "api", replicas=1)], seconds=300)
    begun = time.monotonic()
    said = programs.failing("up")
    assert time.monotonic() - begun < 60
    assert "are not ready and will not be" in said
    assert "exceeded quota: small" in said
    assert "raise the team's quota" in said
