"""The values of a workload's environment, as the stack file spells them."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from providers.config.scalars import DnsLabel, FileKey
from providers.config.section import Section


class SecretValue(Section):
    """A key of a Secret in the team's namespace."""

    secret: DnsLabel
    """The Secret's name."""
    key: FileKey
    """The key within it."""


class NeedValue(Section):
    """A fact about something that the workload needs, such as its address."""

    need: str = Field(min_length=1, examples=["cluster.warehouse"])
    """An endpoint among the needs of the workload or of its team."""
    value: Literal["host", "port", "address", "url"] = "address"
    """`address` is `host:port`; `url` puts http:// before it, on the usual ports https://."""


def _env_kind(value: Any) -> str:
    if isinstance(value, NeedValue) or (isinstance(value, Mapping) and "need" in value):
        return "from a need"
    return "from a secret" if isinstance(value, SecretValue | Mapping) else "as text"


EnvValue = Annotated[
    Annotated[str, Tag("as text")]
    | Annotated[SecretValue, Tag("from a secret")]
    | Annotated[NeedValue, Tag("from a need")],
    Discriminator(_env_kind),
]
"""Text, a secret's key, or a fact about a need."""
