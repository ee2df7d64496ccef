"""Readiness of workloads as a real control plane described them (see record_readiness.py)."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from components.readiness.status import failed, refused, unready
from components.readiness.workload import Kind

DATA = Path(__file__).parent / "data" / "readiness"
KINDS: dict[str, Kind] = {
    "deployment": "Deployment",
    "statefulset": "StatefulSet",
    "daemonset": "DaemonSet",
    "job": "Job",
}
EXPECTED = {
    "deployment-ready": None,
    "deployment-of-none": None,
    "deployment-rolling": "1 of 2 replicas are of the newest version",
    "deployment-over-quota": "0 of 2 replicas are of the newest version",
    "deployment-unsafe": "0 of 1 replicas are of the newest version",
    "deployment-past-its-deadline": "0 of 5 replicas are available",
    "deployment-paused": "its rollout is paused",
    "statefulset-ready": None,
    "statefulset-on-delete": None,
    "statefulset-partition": None,
    "statefulset-rolling": "1 of 2 replicas are available",
    "statefulset-over-quota": "0 of 2 replicas are available",
    "daemonset-ready": None,
    "daemonset-without-nodes": None,
    "daemonset-unschedulable": "available on 0 of 2 nodes",
    "job-complete": None,
    "job-suspended": None,
    "job-pending": "0 of 3 pods run",
    "job-failed": "0 of 1 pods run, 1 failed before",
}


def recorded(scene: str) -> Any:
    return json.loads((DATA / f"{scene}.json").read_text())


def kind_of(scene: str) -> Kind:
    return KINDS[scene.partition("-")[0]]


@pytest.mark.parametrize(("scene", "missing"), EXPECTED.items())
def test_a_recorded_workload_is_ready_or_says_what_is_missing(
    scene: str, missing: str | None
) -> None:
    assert unready(kind_of(scene), recorded(scene)) == missing


def test_every_recorded_workload_is_expected() -> None:
    scenes = {path.stem for path in DATA.glob("*.json")}
    assert {s for s in scenes if s.partition("-")[0] in KINDS} == set(EXPECTED)


@pytest.mark.parametrize("scene", [s for s, text in EXPECTED.items() if text is None])
def test_a_ready_workload_whose_spec_has_just_changed_is_not_ready(scene: str) -> None:
    live = recorded(scene)
    if kind_of(scene) == "Job":
        return  # a Job's status carries no observed generation; its template cannot change
    live["metadata"]["generation"] += 1
    assert unready(kind_of(scene), live) == "its newest version has not been taken up yet"


@pytest.mark.parametrize("scene", EXPECTED)
def test_a_workload_that_no_controller_has_seen_yet_is_not_ready(scene: str) -> None:
    live = recorded(scene)
    live.pop("status")
    if not live["spec"].get("suspend"):
        assert unready(kind_of(scene), live) is not None


def test_the_last_old_replica_has_to_go() -> None:
    live = recorded("deployment-ready")
    live["status"]["replicas"] += 1
    assert unready("Deployment", live) == "1 replicas of an older version are still there"


def test_replicas_are_those_that_an_autoscaler_has_set() -> None:
    live = recorded("deployment-ready")
    live["spec"]["replicas"] = 3
    assert unready("Deployment", live) is not None
    scaled = copy.deepcopy(live)
    scaled["status"].update(replicas=3, updatedReplicas=3, availableReplicas=3, readyReplicas=3)
    assert unready("Deployment", scaled) is None


def test_a_rolled_stateful_set_is_ready_only_once_its_revision_is_current() -> None:
    live = recorded("statefulset-ready")
    live["status"]["updateRevision"] = "data-next"
    assert unready("StatefulSet", live) == "its newest version is still being rolled out"


def test_a_job_of_many_pods_needs_as_many_as_run_at_a_time() -> None:
    live = recorded("job-pending")
    live["status"]["ready"] = 2
    assert unready("Job", live) == "2 of 3 pods run"
    live["status"].update(ready=1, succeeded=2)
    assert unready("Job", live) is None


def test_a_job_with_fewer_completions_than_slots_needs_only_those() -> None:
    live = recorded("job-pending")
    live["spec"]["completions"] = 1
    live["status"]["ready"] = 1
    assert unready("Job", live) is None


def test_only_given_up_workloads_have_failed() -> None:
    reasons = {s: failed(kind_of(s), recorded(s)) for s in EXPECTED}
    assert {s for s, reason in reasons.items() if reason} == {
        "job-failed",
        "deployment-past-its-deadline",
    }
    assert reasons["job-failed"] == "failed: Job has reached the specified backoff limit"


def test_a_refusal_carries_the_api_servers_words() -> None:
    assert "exceeded quota: no-more" in str(refused(recorded("deployment-over-quota")))
    assert "violates PodSecurity" in str(refused(recorded("deployment-unsafe")))
    assert refused(recorded("deployment-rolling")) is None
