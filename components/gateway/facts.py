"""What teams must know of the gateway."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from components.gateway.section import GatewayConfig, TokensConfig


@dataclass(frozen=True, kw_only=True, slots=True)
class GatewayFacts:
    """One Gateway, as routes meet it; serialisable."""

    hosts: tuple[str, ...]
    """The names that it answers to; `*.` before one means all that are right below it."""
    policies: bool
    """It checks who calls, and limits rates."""
    tokens: Mapping[str, TokensConfig] = field(default_factory=dict)
    """Issuers of tokens, by name."""

    def answers(self, host: str) -> bool:
        """Whether its certificate is for this name: `*` stands for one word."""
        return host in self.hosts or f"*.{host.partition('.')[2]}" in self.hosts


def gateway_facts(config: GatewayConfig) -> GatewayFacts:
    """As far as routes ask."""
    return GatewayFacts(
        hosts=config.hosts, policies=config.kind == "envoy", tokens=dict(config.tokens)
    )
