"""A route through the gateway, as the stack file spells it."""

from typing import Self

from pydantic import Field, model_validator

from components.tenancy.workloads.scalars import UrlPath
from providers.config.scalars import DnsLabel, DnsName, Flag, PortNumber, Whole
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

    open: Flag = False
    """Callers show nothing: whoever reaches the gateway may call. One of token, keys and this."""

    @property
    def proofs(self) -> tuple[str, ...]:
        """What it says of who may call, by key."""
        said = {"token": self.token, "keys": self.keys, "open": self.open or None}
        return tuple(key for key, value in said.items() if value is not None)

    @model_validator(mode="after")
    def _one_proof(self) -> Self:
        if len(self.proofs) > 1:
            first, *_, last = self.proofs
            message = f"expected either {first} or {last}, got both"
            raise MisfitError(message, last)
        return self


class RouteConfig(AccessConfig):
    """Where the gateway answers for a workload, and whom it lets in."""

    path: UrlPath = "/"
    """What paths there begin with; no other team's may begin with it."""
    port: PortNumber | None = None
    """The workload's port; its first if left out."""
