"""What the cluster itself watches over, as the stack file spells it."""

from typing import Annotated

from providers.config.scalars import text
from providers.config.section import Section

Registry = Annotated[
    str,
    *text(
        r"[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?(?::[0-9]{1,5})?",
        253,
        "a registry's host such as registry.example.com or localhost:5000",
        "registry.example.com",
    ),
]
"""The host that an image's name begins with."""


class GuardrailsConfig(Section):
    """Rules about pods and other objects that the API server holds everybody to.

    How strictly, each stack's file in policies/levels says: mandatory refuses, advisory warns.
    """

    registries: tuple[Registry, ...] = ()
    """Where images may come from; anywhere if left out. An image that names none is docker.io's."""


class SecurityConfig(Section):
    """What the cluster refuses of its own accord."""

    guardrails: GuardrailsConfig | None = None
    """ValidatingAdmissionPolicies derived from the rules that previews are judged by."""
