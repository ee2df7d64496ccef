"""The image registry, as the stack file spells it."""

from typing import Annotated

from pydantic import Field, field_validator

from providers.config.scalars import text
from providers.config.section import Section, each_once

_WORD = r"[a-z0-9]+(?:(?:\.|_|__|-)[a-z0-9]+)*"

RepositoryName = Annotated[
    str,
    *text(
        rf"(?=.{{2,}}){_WORD}(?:/{_WORD})*",
        128,
        "a repository's name such as fraud/api: lower case, words divided by /",
        "fraud/api",
    ),
]
"""An image's name without registry and tag, as every registry takes it."""


class RegistryConfig(Section):
    """Repositories for images of our own, which nodes may pull from."""

    repositories: tuple[RepositoryName, ...] = Field(min_length=1)
    """The repositories; a tag that is there is never written again."""

    _once = field_validator("repositories")(each_once("repository"))
