"""Who waits for an object to become what it was asked to be. Pure.

A readiness gate waits for all workloads of a call at once, so the provider need not wait for each:
five hundred awaits become one watch. What keeps the provider from waiting is an annotation:

* on workloads `pulumi.com/waitFor` with a condition that holds as soon as the object is there. Not
  `skipAwait`, which on workloads also skips waiting for a deletion: a replaced Job would be created
  while the old one is still going, and vanish with it;
* on Services and claims `pulumi.com/skipAwait`, which leaves their deletion alone. A claim may wait
  for its first pod, a Service for its workload: waiting for either would wait for what comes later.

A ResourceQuota is always awaited: it counts nothing until the controller manager has filled in its
status. So is a workload that answers for a webhook or an aggregated API: until it does, what
follows is refused.
"""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any, Final, get_args

from components.manifests.keys import Manifest, ObjectKey
from components.readiness import Kind, WorkloadRef, fingerprint

SKIP: Final = "pulumi.com/skipAwait"
WAIT_FOR: Final = "pulumi.com/waitFor"
_AT_ONCE: Final = {WAIT_FOR: "jsonpath={.metadata.uid}"}
_SKIPPED: Final = frozenset({("", "Service"), ("", "PersistentVolumeClaim")})
_ANSWERED: Final = frozenset(
    {"APIService", "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"}
)
_GROUPS: Final[Mapping[Kind, str]] = {
    kind: "batch" if kind == "Job" else "apps" for kind in get_args(Kind)
}


class Wait(Enum):
    """What register() waits for."""

    READY = "ready"
    """Everything after the call's gate finds its workloads available."""
    NONE = "none"
    """The objects are there; whether they work is not asked."""


def is_workload(key: ObjectKey) -> bool:
    """Whether a gate can wait for it."""
    return _GROUPS.get(key.kind) == key.group  # type: ignore[call-overload,no-any-return]


def patient(key: ObjectKey, manifest: Manifest) -> Manifest:
    """The same object, with the annotation that keeps the provider from waiting for it."""
    if is_workload(key):
        return _annotated(manifest, _AT_ONCE)
    if (key.group, key.kind) in _SKIPPED:
        return _annotated(manifest, {SKIP: "true"})
    return manifest


def answering(edges: Mapping[ObjectKey, Iterable[ObjectKey]]) -> frozenset[ObjectKey]:
    """Workloads that answer for a webhook or an aggregated API."""
    asking = (others for key, others in edges.items() if key.kind in _ANSWERED)
    return frozenset(other for others in asking for other in others if is_workload(other))


def reference(key: ObjectKey, manifest: Mapping[str, Any]) -> WorkloadRef | None:
    """The workload as the gate knows it; None where no gate waits: a suspended Job, a Service."""
    if not is_workload(key) or (manifest.get("spec") or {}).get("suspend"):
        return None
    return WorkloadRef(
        kind=key.kind,  # type: ignore[arg-type]
        namespace=key.namespace or "",
        name=key.name,
        fingerprint=fingerprint(manifest),
    )


def _annotated(manifest: Manifest, more: Mapping[str, str]) -> Manifest:
    metadata = manifest["metadata"]
    annotations = metadata.get("annotations") or {}
    if SKIP in annotations or WAIT_FOR in annotations:
        return manifest
    return {**manifest, "metadata": {**metadata, "annotations": {**annotations, **more}}}
