"""A secret that the cloud keeps for a team, as the stack file spells it."""

from typing import Annotated

from pydantic import Field, field_validator

from providers.config.scalars import FileKey
from providers.config.section import Section, each_once


class ExternalSecretConfig(Section):
    """A Secret in the team's namespace whose values people put into the cloud's own store."""

    keys: Annotated[tuple[FileKey, ...], Field(min_length=1)]
    """The fields of the JSON object that is kept there; each becomes a key of the Secret."""

    _once = field_validator("keys")(each_once("key"))
