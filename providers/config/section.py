"""The base of all configuration models."""

from collections.abc import Callable

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A closed, immutable part of the stack file. Pure: no Output, no network, no clock."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True
    )


EVERYTHING = frozenset({"object_store", "database", "cache", "registry", "secrets", "dns"})
"""The sections of a platform that a provider may bring: what its `brings` says."""


class MisfitError(ValueError):
    """Two keys of one section that contradict each other; shown at the one to mend first."""

    def __init__(self, message: str, *at: str | int) -> None:
        super().__init__(message)
        self.at = at


def each_once(what: str) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
    """A check that a list of names has none twice."""

    def check(names: tuple[str, ...]) -> tuple[str, ...]:
        for number, name in enumerate(names):
            if name in names[:number]:
                message = f"expected each {what} once, got {name} again"
                raise MisfitError(message, number)
        return names

    return check
