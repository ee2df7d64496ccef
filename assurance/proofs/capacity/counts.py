"""How many pods of a template there are: always, at most at once, and whether that has an end."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

from assurance.graph.pods import PodTemplate
from assurance.proofs.capacity.reading import mapping, text, whole


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """Pods of one template, at the same time."""

    always: int
    """What must run for the deployment to be done."""
    peak: int
    """What there is when everything scales up, runs and is being updated."""
    surge: int = 0
    """How many of the peak are there only during an update."""
    open: str | None = None
    """Why there may be more than the peak."""
    per_node: int = 0
    """A DaemonSet's pods on one node; those above are then 0."""


def count(template: PodTemplate) -> Count:
    """A template's; every node's own pods are counted by node."""
    replicas = template.replicas
    if replicas.every_node:
        return Count(always=0, peak=0, per_node=1 + _extra_on_a_node(template))
    most = replicas.max
    reason = _open(template) if most is None else None
    steady = _width(template) if most is None else most
    surge = _surge(template, steady)
    return Count(
        always=replicas.min, peak=max(replicas.min, steady) + surge, surge=surge, open=reason
    )


def _extra_on_a_node(template: PodTemplate) -> int:
    """While a DaemonSet is updated, if it says so, the new pod comes before the old one goes."""
    strategy = mapping(_spec(template).get("updateStrategy"), "spec.updateStrategy")
    update = mapping(strategy.get("rollingUpdate"), "spec.updateStrategy.rollingUpdate")
    stated = update.get("maxSurge", 0)
    return 1 if _share(stated, 100, where="spec.updateStrategy") else 0


def _spec(template: PodTemplate) -> Mapping[str, Any]:
    return mapping(template.owner.manifest.get("spec"), "spec")


def _open(template: PodTemplate) -> str:
    """Why nothing bounds the number."""
    if template.owner.gvk.kind == "CronJob":
        policy = _spec(template).get("concurrencyPolicy", "Allow")
        if policy == "Allow":
            return "its runs may overlap (concurrencyPolicy Allow)"
    return "nothing in the graph says how many pods there are at most"


def _width(template: PodTemplate) -> int:
    """Of what may overlap without end, one run."""
    if template.owner.gvk.kind != "CronJob":
        return 0
    job = mapping(_spec(template).get("jobTemplate"), "spec.jobTemplate")
    stated = mapping(job.get("spec"), "spec.jobTemplate.spec")
    numbers = (stated.get("parallelism", 1), stated.get("completions"))
    where = "spec.jobTemplate.spec: parallelism or completions"
    return min(whole(number, where) for number in numbers if number is not None)


def _surge(template: PodTemplate, replicas: int) -> int:
    """How many more there are while a Deployment is being updated."""
    if template.owner.gvk.kind != "Deployment" or not replicas:
        return 0
    strategy = mapping(_spec(template).get("strategy"), "spec.strategy")
    kind = strategy.get("type", "RollingUpdate")
    if text(kind, "spec.strategy.type") != "RollingUpdate":
        return 0
    rolling = mapping(strategy.get("rollingUpdate"), "spec.strategy.rollingUpdate")
    stated = rolling.get("maxSurge", "25%")
    return _share(stated, replicas, where="spec.strategy.rollingUpdate.maxSurge")


def _share(stated: Any, of: int, where: str) -> int:
    """A number, or a percentage, rounded up."""
    if isinstance(stated, str) and stated.endswith("%") and stated[:-1].isdigit():
        return ceil(Fraction(int(stated[:-1]) * of, 100))
    return whole(stated, where)
