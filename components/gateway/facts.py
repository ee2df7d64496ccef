"""What teams must know of the gateway."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from components.gateway.section import GatewayConfig, TokensConfig


@dataclass(frozen=True, kw_only=True, slots=True)
class GatewayFacts:
    """One Gateway, as routes meet it; serialisable."""

    hosts: tuple[str, ...]
    """The names that it answers to."""
    policies: bool
    """It checks who calls, and limits rates."""
    tokens: Mapping[str, TokensConfig] = field(default_factory=dict)
    """Issuers of tokens, by name."""


def gateway_facts(config: GatewayConfig) -> GatewayFacts:
    """As far as routes ask."""
    return GatewayFacts(
        hosts=config.hosts, policies=config.kind == "envoy", tokens=dict(config.tokens)
    )
