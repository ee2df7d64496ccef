"""Rules about single objects, written once: judged offline in Python, on a cluster in CEL."""

from assurance.guardrails.admission import to_cel
from assurance.guardrails.evaluation import Outcome, Verdict, evaluate
from assurance.guardrails.guardrail import (
    Control,
    Framework,
    Guardrail,
    Kind,
    Labelled,
    Objects,
    PodTemplates,
    Selector,
    Severity,
    in_scope,
)

__all__ = [
    "Control",
    "Framework",
    "Guardrail",
    "Kind",
    "Labelled",
    "Objects",
    "Outcome",
    "PodTemplates",
    "Selector",
    "Severity",
    "Verdict",
    "evaluate",
    "in_scope",
    "to_cel",
]
