"""A route through the gateway, as the stack file spells it."""

from typing import Self

from pydantic import Field, model_validator

from components.tenancy.workloads.scalars import UrlPath
from providers.config.scalars import DnsLabel, DnsName, PortNumber, Whole
from providers.config.section import MisfitError, Section


class AccessConfig(Section):
    """Under which of the gateway's names, and whom it lets in."""

    host: DnsName | None = None
    """One of the gateway's names; left out, each of them."""
    per_second: Whole | None = Field(default=None, ge=1)
    """Requests a second that each proxy lets through; whoever comes beyond is told so (429)."""
    token: DnsLabel | None = None
    """Callers show a token of this issuer, one of platform.gateway.tokens."""
    keys: DnsName | None = None
    """Callers show a key in the header x-api-key: a value of this Secret of the team's."""

    @model_validator(mode="after")
    def _one_proof(self) -> Self:
        if self.token is not None and self.keys is not None:
            message = "expected either token or keys, got both"
            raise MisfitError(message, "keys")
        return self


class RouteConfig(AccessConfig):
    """Where the gateway answers for a workload, and whom it lets in."""

    path: UrlPath = "/"
    """What paths there begin with; no other team's may begin with it."""
    port: PortNumber | None = None
    """The workload's port; its first if left out."""
