"""A need, as the stack file spells it."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from providers.config.scalars import PortNumber
from providers.config.section import Section


class NeedConfig(Section):
    """Something that the team, or one workload, must reach. Short form: its name alone."""

    to: str = Field(min_length=1, examples=["internet", "cluster.warehouse", "team.fraud.api"])
    """`internet`, `api-server`, or an endpoint: `team.fraud.api`, `cluster.warehouse`."""
    ports: tuple[PortNumber, ...] = Field(default=(), examples=[[443]])
    """Every port of the endpoint if left out; for the internet, all."""


def _spelled_out(value: Any) -> Any:
    return {"to": value} if isinstance(value, str) else value


NeedItem = Annotated[
    NeedConfig, BeforeValidator(_spelled_out, json_schema_input_type=str | NeedConfig)
]
