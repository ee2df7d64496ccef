"""Faults and doubts as findings of this proof, with the stack file's key where there is one."""

from typing import Any

from assurance.graph.kubernetes import KubernetesObject
from assurance.proofs.admission.faults import PROOF, Doubt, Fault
from assurance.proofs.findings import Finding, Status, tells

_OWN_KEYS = {
    "requests.cpu": "quota.cpu",
    "requests.memory": "quota.memory",
    "limits.cpu": "quota.limits.cpu",
    "limits.memory": "quota.limits.memory",
    "requests.storage": "quota.storage",
    "pods": "quota.pods",
}
_said = tells(PROOF)
_ABOUT_AMOUNTS = ("limit-range", "quota", "quota-must-specify", "invalid-pod")


def in_stack(item: KubernetesObject, key: str) -> str:
    """Where the stack file says this of a quota; empty where it does not."""
    config = item.resource.origin.config or ""
    if not config.startswith("teams."):
        return ""
    if key.endswith("/gpu"):
        return f"{config}.quota.gpu"
    return f"{config}.{_OWN_KEYS.get(key, f'quota.counts.{key}')}"


def finding(item: KubernetesObject, told: Fault | Doubt, *, subject: str = "") -> Finding:
    """What is wrong with an object, or not known of it."""
    config = item.resource.origin.config or ""
    remedy = told.remedy
    if ".workloads." in config and told.rule in _ABOUT_AMOUNTS:
        remedy = f"{remedy}; in the stack file: {config}.resources"
    return _said(
        told.rule,
        Status.REFUTED if isinstance(told, Fault) else Status.UNKNOWN,
        subject or str(item),
        told.message,
        remedy=remedy,
        witness=told.witness if isinstance(told, Fault) else {},
        origin=item.resource.origin,
        assumes=assumed(item),
    )


def proved(item: KubernetesObject, rule: str, subject: str, message: str, **more: Any) -> Finding:
    """What is shown to hold."""
    return _said(
        rule,
        Status.PROVED,
        subject,
        message,
        origin=item.resource.origin,
        assumes=assumed(item),
        **more,
    )


def assumed(item: KubernetesObject) -> tuple[str, ...]:
    """The stand-in that an object comes from."""
    stand_in = item.resource.assumed
    return () if stand_in is None else (f"chart {stand_in}",)
