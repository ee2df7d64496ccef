"""Alerts and recorded expressions as data, and the PrometheusRules made from them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from components.manifests import Manifest
from components.monitoring.names import NAMESPACE

TEAM_LABEL = "label_ml_platform_team"
"""As kube-state-metrics spells the label that makes a namespace a team's."""
_TEAM = f"{{{{ with $labels.{TEAM_LABEL} }}}}{{{{ . }}}}{{{{ else }}}}platform{{{{ end }}}}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """Something that a person has to do something about."""

    name: str
    expr: str
    lasting: str
    """How long it must hold before anybody is told."""
    severity: Literal["warning", "critical"]
    summary: str
    """What has happened; labels of the expression may stand in it."""
    runbook: str
    """What to do."""
    of_team: bool = True
    """Told to the team whose namespace it is about; else to the platform."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """An expression under a name of its own."""

    name: str
    expr: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Rules that belong together."""

    name: str
    rules: tuple[Alert | Recorded, ...]


def rule_manifests(groups: Iterable[Group]) -> list[Manifest]:
    """One PrometheusRule for each group."""
    return [
        {
            "apiVersion": "monitoring.coreos.com/v1",
            "kind": "PrometheusRule",
            "metadata": {"name": group.name, "namespace": NAMESPACE},
            "spec": {"groups": [rule_group(group)]},
        }
        for group in groups
    ]


def rule_group(group: Group) -> dict[str, Any]:
    """The group as Prometheus reads it."""
    return {"name": group.name, "rules": [_rule(rule) for rule in group.rules]}


def expression(rule: Alert | Recorded) -> str:
    """What Prometheus evaluates: a team's alert also asks whose the namespace is."""
    if isinstance(rule, Alert) and rule.of_team:
        whose = f"on (namespace) group_left ({TEAM_LABEL}) kube_namespace_labels"
        return f"({rule.expr}) * {whose}"
    return rule.expr


def _rule(rule: Alert | Recorded) -> Mapping[str, Any]:
    if isinstance(rule, Recorded):
        return {"record": rule.name, "expr": expression(rule)}
    return {
        "alert": rule.name,
        "expr": expression(rule),
        "for": rule.lasting,
        "labels": {
            "severity": rule.severity,
            "team": _TEAM if rule.of_team else "platform",
        },
        "annotations": {"summary": rule.summary, "runbook": rule.runbook},
    }
