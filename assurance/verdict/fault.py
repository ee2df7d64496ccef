"""A stack that could not be rehearsed: there is no verdict on it but this."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """Why a stack could not be rehearsed, in one of its places."""

    message: str
    file: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        """One line."""
        place = ":".join(str(part) for part in (self.file, self.line) if part)
        return f"{place}: {self.message}" if place else self.message
