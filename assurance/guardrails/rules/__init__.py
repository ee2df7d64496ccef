"""Every guardrail, as data."""

from assurance.guardrails.guardrail import Guardrail
from assurance.guardrails.rules.access import ACCESS
from assurance.guardrails.rules.namespaces import NAMESPACES
from assurance.guardrails.rules.pod_security_levels import BASELINE, RESTRICTED
from assurance.guardrails.rules.workloads import WORKLOADS, images_come_from

__all__ = ["ACCESS", "ALL", "BASELINE", "NAMESPACES", "RESTRICTED", "WORKLOADS", "images_come_from"]

ALL: tuple[Guardrail, ...] = (*BASELINE, *RESTRICTED, *WORKLOADS, *NAMESPACES, *ACCESS)
"""Those that need no setting; `images_come_from` makes one more from a list of registries."""
