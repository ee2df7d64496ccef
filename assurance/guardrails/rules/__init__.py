"""Every guardrail, as data."""

from functools import cache

from assurance.guardrails.guardrail import Guardrail
from assurance.guardrails.rules.access import ACCESS
from assurance.guardrails.rules.namespaces import NAMESPACES
from assurance.guardrails.rules.pod_security_levels import BASELINE, RESTRICTED
from assurance.guardrails.rules.workloads import WORKLOADS, images_come_from

__all__ = [
    "ACCESS",
    "ALL",
    "BASELINE",
    "EVERY",
    "NAMESPACES",
    "RESTRICTED",
    "WORKLOADS",
    "images_come_from",
    "in_force",
]

ALL: tuple[Guardrail, ...] = (*BASELINE, *RESTRICTED, *WORKLOADS, *NAMESPACES, *ACCESS)
"""Those that need no setting."""


@cache
def in_force(registries: tuple[str, ...]) -> tuple[Guardrail, ...]:
    """All of a stack's; one more if it says which registries images may come from."""
    return (*ALL, images_come_from(registries)) if registries else ALL


EVERY = in_force(("the stack's registries",))
"""All that there may be, for whoever lists them."""
