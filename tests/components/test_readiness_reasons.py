"""Why pods are not ready, from pods and events that a real API server has accepted."""

import json
from pathlib import Path
from typing import Any

from components.readiness.reasons import Trouble, reasons, refusal
from components.readiness.workload import WorkloadRef

DATA = Path(__file__).parent / "data" / "readiness"


def recorded(scene: str) -> Any:
    return json.loads((DATA / f"{scene}.json").read_text())


def about(scene: str) -> str:
    (line,) = reasons([recorded(scene)], [])
    return line


def warning(pod: str, reason: str, message: str, when: str = "2026-01-01T00:00:00Z") -> Any:
    return {
        "type": "Warning",
        "reason": reason,
        "message": message,
        "lastTimestamp": when,
        "metadata": {},
        "involvedObject": {"kind": "Pod", "name": pod},
    }


def test_pods_with_the_same_trouble_share_a_line_with_the_schedulers_words() -> None:
    (line,) = reasons(recorded("pods-unschedulable"), [])
    assert line.startswith("pods stuck-")
    assert " and 2 more: cannot be scheduled: 0/" in line
    assert "didn't match Pod's node affinity/selector" in line
    assert line.endswith("Ask for less, or give the cluster a pool that this pod fits and may use.")


def test_an_image_that_cannot_be_pulled_is_named() -> None:
    line = about("pod-image")
    assert "container main: ImagePullBackOff" in line
    assert "registry.test/app:1.0" in line
    assert "Check the image's name and tag" in line


def test_a_crash_says_how_the_container_ended_and_how_to_read_its_log() -> None:
    line = about("pod-crash")
    assert "it ended with OOMKilled (exit code 137)" in line
    assert "kubectl logs --previous -n readiness-recording crash -c main" in line


def test_a_missing_secret_is_named() -> None:
    assert 'secret "database" not found' in about("pod-config")


def test_a_running_pod_that_is_not_ready_is_explained_by_its_newest_warning() -> None:
    events = [
        warning("silent", "Unhealthy", "Readiness probe failed: 503", "2026-01-01T00:00:09Z"),
        warning("silent", "Unhealthy", "Readiness probe failed: connection refused"),
    ]
    (line,) = reasons([recorded("pod-silent")], events)
    assert "Unhealthy: Readiness probe failed: 503. Check the readiness probe's port" in line
    (bare,) = reasons([recorded("pod-silent")], [])
    assert bare == "pod silent: is Pending and not ready."


def test_terminating_and_ready_pods_are_no_reason() -> None:
    going, ready = recorded("pod-crash"), recorded("pod-silent")
    going["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
    ready["status"]["conditions"] = [{"type": "Ready", "status": "True"}]
    assert reasons([going, ready], []) == ()


def test_a_stateful_set_over_quota_is_explained_by_its_events() -> None:
    mine = [
        event
        for event in recorded("events-over-quota")
        if event["involvedObject"]["kind"] == "StatefulSet"
    ]
    assert mine
    (line,) = reasons([], mine)
    assert line.startswith("its pods are refused: Create Pod over-0 in StatefulSet over failed")
    assert "exceeded quota: no-more" in line
    assert line.endswith("Ask for less, or raise the team's quota.")


def test_a_refused_pod_template_has_the_remedy_of_its_refusal() -> None:
    assert refusal('violates PodSecurity "restricted:latest"').endswith("Pod Security level.")
    assert refusal("denied by policy x, is forbidden").endswith("what the namespace admits.")


def test_trouble_reads_as_workload_then_reasons() -> None:
    api = WorkloadRef(kind="Deployment", namespace="fraud", name="api", fingerprint="f")
    text = str(Trouble(workload=api, missing="0 of 1 replicas are available", reasons=("why.",)))
    assert text == "Deployment fraud/api: 0 of 1 replicas are available\n  why."
