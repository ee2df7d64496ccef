"""The gateway, as the stack file spells it."""

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from components.cluster.section import SizeConfig
from providers.config.scalars import DnsLabel, HostPattern, NodePortNumber, Url, Whole
from providers.config.section import MisfitError, Section, each_once

GATEWAY = "platform.gateway"
"""The section's key."""


class NodePortsConfig(Section):
    """Ports on every node, where the cluster has no load balancer."""

    http: NodePortNumber = 30081
    """For plain HTTP, which only leads to HTTPS."""
    https: NodePortNumber = 30444
    """For everything else."""

    @model_validator(mode="after")
    def _two(self) -> Self:
        if self.http == self.https:
            message = f"expected another port than http, got {self.https} again"
            raise MisfitError(message, "https")
        return self


class TokensConfig(Section):
    """Who issues tokens, and how the gateway checks them."""

    issuer: Url
    """As the tokens name it."""
    keys: Url
    """Where its public keys are; the gateway fetches them over the internet."""
    audiences: tuple[str, ...] = ()
    """Whom a token must be meant for; empty: anybody."""


class GatewayConfig(Section):
    """One Gateway for all teams, with TLS; routes stand in workloads."""

    kind: Literal["envoy", "nginx"] = "envoy"
    """Envoy Gateway, or NGINX Gateway Fabric, which neither checks who calls nor limits rates."""
    hosts: tuple[HostPattern, ...] = Field(min_length=1)
    """The names that it answers to; its certificate is for these. With `*.` all right below one."""
    node_ports: NodePortsConfig | None = None
    """Left out, the cluster's load balancer leads to it."""
    tokens: Mapping[DnsLabel, TokensConfig] = {}
    """Issuers of tokens, by the name that routes use."""
    replicas: Whole = Field(default=1, ge=1)
    """Proxies."""
    size: SizeConfig = SizeConfig(cpu="50m", memory="128Mi")
    """What each proxy asks for."""

    _once = field_validator("hosts")(each_once("host"))
