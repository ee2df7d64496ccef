"""Every guardrail, as data."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

from assurance.guardrails.guardrail import Guardrail, Resources
from assurance.guardrails.rules.access import ACCESS
from assurance.guardrails.rules.aws_databases import AWS_DATABASES
from assurance.guardrails.rules.aws_network import AWS_CLUSTER, AWS_NETWORK
from assurance.guardrails.rules.aws_rights import AWS_RIGHTS
from assurance.guardrails.rules.aws_stores import AWS_STORES
from assurance.guardrails.rules.azure_cluster import AZURE_CLUSTER
from assurance.guardrails.rules.azure_stores import AZURE_STORES
from assurance.guardrails.rules.namespaces import NAMESPACES
from assurance.guardrails.rules.placement import PLACEMENT
from assurance.guardrails.rules.pod_security_levels import BASELINE, RESTRICTED
from assurance.guardrails.rules.workloads import WORKLOADS, images_come_from
from assurance.guardrails.surroundings import looks_around

__all__ = [
    "ACCESS",
    "ALL",
    "AROUND",
    "BASELINE",
    "BY_TYPE",
    "CLOUDS",
    "EVERY",
    "NAMESPACES",
    "RESTRICTED",
    "WORKLOADS",
    "images_come_from",
    "in_force",
]

ALL: tuple[Guardrail, ...] = (
    *BASELINE,
    *RESTRICTED,
    *WORKLOADS,
    *PLACEMENT,
    *NAMESPACES,
    *ACCESS,
)
"""Those about objects of Kubernetes that need no setting."""

CLOUDS: tuple[Guardrail, ...] = (
    *AWS_STORES,
    *AWS_DATABASES,
    *AWS_NETWORK,
    *AWS_CLUSTER,
    *AWS_RIGHTS,
    *AZURE_STORES,
    *AZURE_CLUSTER,
)
"""Those about resources of clouds, which no API server is shown."""


def _by_type(rules: Iterable[Guardrail]) -> Mapping[str, tuple[Guardrail, ...]]:
    found: dict[str, list[Guardrail]] = defaultdict(list)
    for rule in rules:
        if isinstance(rule.applies.of, Resources):
            for token in rule.applies.of.types:
                found[token].append(rule)
    return {token: tuple(several) for token, several in found.items()}


BY_TYPE = _by_type(CLOUDS)
AROUND = frozenset(rule.name for rule in CLOUDS if looks_around(rule))
"""Rules that can only be judged once the whole stack is known."""


@cache
def in_force(registries: tuple[str, ...]) -> tuple[Guardrail, ...]:
    """A stack's about objects; one more if it says which registries images may come from."""
    return (*ALL, images_come_from(registries)) if registries else ALL


EVERY = (*in_force(("the stack's registries",)), *CLOUDS)
"""All that there may be, for whoever lists them."""
