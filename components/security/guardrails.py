"""The guardrails on the cluster: what a preview is judged by, the API server refuses as well."""

from dataclasses import dataclass

import pulumi

from assurance.guardrails.admission import policies
from assurance.guardrails.rules import in_force
from assurance.levels import Levels, level_of
from assurance.proofs.guardrails import rule_of
from components.manifests import register
from components.security.section import GuardrailsConfig


@dataclass(frozen=True, kw_only=True, slots=True)
class GuardrailsArgs:
    """Which rules, and how strictly each is held to."""

    config: GuardrailsConfig
    levels: Levels


class Guardrails(pulumi.ComponentResource):
    """ValidatingAdmissionPolicies and their bindings; no pod, no webhook that could be down."""

    def __init__(
        self, name: str, args: GuardrailsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("ml-platform:security:Guardrails", name, None, opts)
        levels = {
            rule: level_of(args.levels, rule_of(rule)) for rule in in_force(args.config.registries)
        }
        register(self, policies(levels), origin="platform.security.guardrails")
        self.register_outputs({})
