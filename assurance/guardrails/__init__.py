"""Rules about single objects, written once: judged offline in Python, on a cluster in CEL."""

from assurance.guardrails.admission import to_cel
from assurance.guardrails.evaluation import Outcome, Verdict, evaluate
from assurance.guardrails.guardrail import (
    Control,
    Framework,
    Guardrail,
    Kind,
    Objects,
    PodTemplates,
    Resources,
    Selector,
    Severity,
)
from assurance.guardrails.judging import judge
from assurance.guardrails.scope import labels_of

__all__ = [
    "Control",
    "Framework",
    "Guardrail",
    "Kind",
    "Objects",
    "Outcome",
    "PodTemplates",
    "Resources",
    "Selector",
    "Severity",
    "Verdict",
    "evaluate",
    "judge",
    "labels_of",
    "to_cel",
]
