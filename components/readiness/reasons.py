"""Why a workload is not ready, in words with a remedy, from its pods and events. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from components.readiness.workload import WorkloadRef

Object = Mapping[str, Any]

NAMED = 3
"""So many pods with the same trouble are named; the rest are counted."""

_REMEDIES = {
    "quota": "Ask for less, or raise the team's quota.",
    "Pod Security": "Make the pod template fit the namespace's Pod Security level.",
    "forbidden": "Make the pod template fit what the namespace admits.",
    "unschedulable": "Ask for less, or give the cluster a pool that this pod fits and may use.",
    "image": "Check the image's name and tag, and that the cluster may pull it.",
    "crash": "Read its log: kubectl logs --previous -n {namespace} {pod} -c {container}",
    "config": "Create what the container refers to, or correct the reference.",
    "probe": "Check the readiness probe's port and path, and what the container waits for.",
}

_WAITING = {
    "ImagePullBackOff": "image",
    "ErrImagePull": "image",
    "InvalidImageName": "image",
    "ErrImageNeverPull": "image",
    "CrashLoopBackOff": "crash",
    "RunContainerError": "crash",
    "CreateContainerConfigError": "config",
    "CreateContainerError": "config",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """One unready workload."""

    workload: WorkloadRef
    missing: str
    reasons: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The workload and what is missing, then one indented line per reason."""
        lines = (f"{self.workload}: {self.missing}", *(f"  {reason}" for reason in self.reasons))
        return "\n".join(lines)


def reasons(pods: Iterable[Object], events: Iterable[Object]) -> tuple[str, ...]:
    """Everything known against a workload; pods with the same trouble share a line."""
    warnings = _latest_warnings(events)
    by_cause: dict[tuple[str, str], list[str]] = {}
    for pod in pods:
        name = pod["metadata"]["name"]
        warning = warnings.pop(("Pod", name), None)
        cause = None if "deletionTimestamp" in pod["metadata"] else _pod_cause(pod, warning)
        if cause:
            by_cause.setdefault(cause, []).append(name)
    lines = [f"{_names(names)}: {_with(*cause)}" for cause, names in by_cause.items()]
    return (*lines, *_refusals(warnings))


def refusal(message: str) -> str:
    """A controller's complaint that its pods are not admitted, with what to do about it."""
    return f"its pods are refused: {_with(message, _refusal_remedy(message))}"


def _refusals(warnings: Mapping[tuple[str, str], Object]) -> Iterator[str]:
    for (kind, _), event in warnings.items():
        if kind != "Pod" and event.get("reason") == "FailedCreate":
            yield refusal(str(event.get("message", "")))


def _refusal_remedy(message: str) -> str:
    if "exceeded quota" in message or "failed quota" in message:
        return _REMEDIES["quota"]
    return _REMEDIES["Pod Security" if "PodSecurity" in message else "forbidden"]


def _pod_cause(pod: Object, warning: Object | None) -> tuple[str, str] | None:
    """What keeps this pod from being ready, and the remedy."""
    status = pod.get("status") or {}
    conditions = {c["type"]: c for c in status.get("conditions") or ()}
    scheduled = conditions.get("PodScheduled", {})
    if scheduled.get("status") == "False":
        return f"cannot be scheduled: {scheduled.get('message', '')}", _REMEDIES["unschedulable"]
    for container in _containers(status):
        if cause := _container_cause(pod, container):
            return cause
    if conditions.get("Ready", {}).get("status") == "True" or status.get("phase") == "Succeeded":
        return None
    if warning:
        remedy = _REMEDIES["probe"] if warning.get("reason") == "Unhealthy" else ""
        return f"{warning.get('reason')}: {warning.get('message')}", remedy
    return f"is {status.get('phase', 'Pending')} and not ready", ""


def _containers(status: Object) -> Iterator[Object]:
    yield from status.get("initContainerStatuses") or ()
    yield from status.get("containerStatuses") or ()


def _container_cause(pod: Object, container: Object) -> tuple[str, str] | None:
    waiting = (container.get("state") or {}).get("waiting") or {}
    remedy = _WAITING.get(waiting.get("reason", ""))
    if remedy is None:
        return None
    text = f"container {container['name']}: {waiting['reason']}"
    ended = (container.get("lastState") or {}).get("terminated") or {}
    if ended:
        text += f", it ended with {ended.get('reason', 'Error')} (exit code {ended['exitCode']})"
    elif waiting.get("message"):
        text += f", {waiting['message']}"
    where = {
        "namespace": pod["metadata"]["namespace"],
        "pod": pod["metadata"]["name"],
        "container": container["name"],
    }
    return text, _REMEDIES[remedy].format(**where)


def _latest_warnings(events: Iterable[Object]) -> dict[tuple[str, str], Object]:
    """The last warning about each object, by its kind and name."""
    latest: dict[tuple[str, str], Object] = {}
    for event in sorted(events, key=_time):
        if event.get("type") == "Warning":
            about = event["involvedObject"]
            latest[about["kind"], about["name"]] = event
    return latest


def _time(event: Object) -> str:
    times = (event.get("lastTimestamp"), event.get("eventTime"), event["metadata"].get(_CREATED))
    return str(next((time for time in times if time), ""))


_CREATED = "creationTimestamp"


def _names(pods: list[str]) -> str:
    named = ", ".join(pods[:NAMED])
    more = f" and {len(pods) - NAMED} more" if len(pods) > NAMED else ""
    return f"pod{'s' if len(pods) > 1 else ''} {named}{more}"


def _with(text: str, remedy: str) -> str:
    return f"{text.strip().rstrip('.')}. {remedy}".rstrip()
