"""The values of a workload's environment, as the stack file spells them."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from components.storage.section import BucketName
from providers.config.scalars import DnsLabel, FileKey
from providers.config.section import MisfitError, Section


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
    value: Literal["host", "port", "address", "url", "user", "password"] = "address"
    """`address` is `host:port`; `url` puts the scheme before it, or is the bucket's own.

    `user` and `password` are the team's own at what the platform runs in the cluster itself.
    """
    bucket: BucketName | None = None
    """Of which bucket, where the workload and its team need several."""

    @model_validator(mode="after")
    def _url_of_a_bucket(self) -> Self:
        if self.bucket is not None and self.value != "url":
            message = f"expected url beside a bucket, got {self.value}"
            raise MisfitError(message, "value")
        return self


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
