"""A need, as the stack file spells it."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from components.storage.section import OBJECT_STORE, BucketName, Prefix
from providers.config.scalars import Flag, PortNumber
from providers.config.section import MisfitError, Section


class NeedConfig(Section):
    """Something that the team, or one workload, must reach. Short form: its name alone."""

    to: str = Field(min_length=1, examples=["internet", "cluster.warehouse", "team.fraud.api"])
    """`internet`, `api-server`, or an endpoint: `team.fraud.api`, `platform.object-store`."""
    ports: tuple[PortNumber, ...] = Field(default=(), examples=[[443]])
    """Every port of the endpoint if left out; for the internet, all."""
    bucket: BucketName | None = None
    """One of the object store's buckets, which it may use as well as reach."""
    access: Literal["read", "write"] | None = None
    """What it may do there: `read` if left out; `write` also reads and deletes."""
    prefix: Prefix | None = None
    """Which objects: all whose names begin so; `<team>/` if left out. What begins with another
    team's name is that team's: published, others may read it; nobody else writes it."""
    published: Flag = False
    """Other teams may need the same prefix, to read; of the team's own part alone."""

    @model_validator(mode="after")
    def _of_a_bucket(self) -> Self:
        if self.bucket is not None and self.to != OBJECT_STORE:
            message = f"expected no bucket beside {self.to}, got {self.bucket}"
            raise MisfitError(message, "bucket")
        for key in ("access", "prefix"):
            if self.bucket is None and getattr(self, key) is not None:
                message = f"expected a bucket beside it, got {getattr(self, key)} alone"
                raise MisfitError(message, key)
        if self.bucket is None and self.published:
            message = "expected a bucket beside it, got true alone"
            raise MisfitError(message, "published")
        return self

    def prefix_of(self, team: str) -> str:
        """Where in the bucket: the team's own part unless the need says otherwise."""
        return f"{team}/" if self.prefix is None else self.prefix


def _spelled_out(value: Any) -> Any:
    return {"to": value} if isinstance(value, str) else value


NeedItem = Annotated[
    NeedConfig, BeforeValidator(_spelled_out, json_schema_input_type=str | NeedConfig)
]
