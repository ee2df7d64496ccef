"""Whether a live workload is ready, read from the object alone. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from components.readiness.workload import Kind

Object = Mapping[str, Any]


def unready(kind: Kind, live: Object) -> str | None:
    """What is still missing, in words; None when the workload is available as last asked for.

    The rules are those of `kubectl rollout status`. Wanted replicas are the live object's, so an
    autoscaler that owns them is followed, not fought. A Job may run for days: it counts as ready
    once as many pods as it runs at a time are ready, or have succeeded.
    """
    if live["metadata"].get("generation", 0) > _status(live).get("observedGeneration", 0) and (
        kind != "Job"
    ):
        return "its newest version has not been taken up yet"
    return _RULES[kind](live)


def failed(kind: Kind, live: Object) -> str | None:
    """Why this workload will never be ready, if its controller has given up."""
    if kind == "Job" and (condition := _condition(live, "Failed")):
        return _because("failed", condition)
    if kind == "Deployment":
        condition = _condition(live, "Progressing", "False")
        if condition and condition.get("reason") == "ProgressDeadlineExceeded":
            return _because("gave up", condition)
    return None


def refused(live: Object) -> str | None:
    """Why the API server takes no pods of a Deployment: quota, Pod Security, admission."""
    condition = _condition(live, "ReplicaFailure")
    return str(condition.get("message", "")) if condition else None


def _deployment(live: Object) -> str | None:
    spec, status = live["spec"], _status(live)
    wanted = spec.get("replicas", 1)
    updated, available = status.get("updatedReplicas", 0), status.get("availableReplicas", 0)
    if spec.get("paused") and updated < wanted:
        return "its rollout is paused"
    if updated < wanted:
        return f"{updated} of {wanted} replicas are of the newest version"
    if (old := status.get("replicas", 0) - updated) > 0:
        return f"{old} replicas of an older version are still there"
    if available < wanted:
        return f"{available} of {wanted} replicas are available"
    return None


def _stateful_set(live: Object) -> str | None:
    spec, status = live["spec"], _status(live)
    wanted = spec.get("replicas", 1)
    strategy = spec.get("updateStrategy", {})
    partition = (strategy.get("rollingUpdate") or {}).get("partition", 0)
    updated, available = status.get("updatedReplicas", 0), status.get("availableReplicas", 0)
    if available < wanted:
        return f"{available} of {wanted} replicas are available"
    if strategy.get("type") == "OnDelete":
        return None
    if updated < wanted - partition:
        return f"{updated} of {wanted - partition} replicas are of the newest version"
    if not partition and status.get("currentRevision") != status.get("updateRevision"):
        return "its newest version is still being rolled out"
    return None


def _daemon_set(live: Object) -> str | None:
    status = _status(live)
    wanted = status.get("desiredNumberScheduled", 0)
    updated, available = status.get("updatedNumberScheduled", 0), status.get("numberAvailable", 0)
    on_delete = live["spec"].get("updateStrategy", {}).get("type") == "OnDelete"
    if updated < wanted and not on_delete:
        return f"{updated} of {wanted} nodes run the newest version"
    if available < wanted:
        return f"available on {available} of {wanted} nodes"
    return None


def _job(live: Object) -> str | None:
    spec, status = live["spec"], _status(live)
    if spec.get("suspend") or any(_condition(live, c) for c in ("Complete", "SuccessCriteriaMet")):
        return None
    parallel = spec.get("parallelism", 1)
    wanted = min(parallel, spec.get("completions") or parallel)
    running = status.get("ready", 0) + status.get("succeeded", 0)
    if running < wanted:
        tries = f", {status['failed']} failed before" if status.get("failed") else ""
        return f"{running} of {wanted} pods run{tries}"
    return None


_RULES: Mapping[Kind, Callable[[Object], str | None]] = {
    "Deployment": _deployment,
    "StatefulSet": _stateful_set,
    "DaemonSet": _daemon_set,
    "Job": _job,
}


def _status(live: Object) -> Object:
    status: Object = live.get("status") or {}
    return status


def _condition(live: Object, name: str, status: str = "True") -> Object | None:
    for condition in _status(live).get("conditions") or ():
        if condition["type"] == name and condition["status"] == status:
            found: Object = condition
            return found
    return None


def _because(what: str, condition: Object) -> str:
    return f"{what}: {condition.get('message') or condition.get('reason', 'no reason given')}"
