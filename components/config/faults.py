"""A fault in a stack file: where, which key, and what to write instead."""

from collections.abc import Iterable
from dataclasses import dataclass

import pulumi

Path = tuple[str | int, ...]
"""Where a value stands in a stack file: keys and list positions from the top."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One thing that a person has to mend."""

    file: str
    line: int | None
    """None where there is no file at hand, only the engine's configuration."""
    key: str
    """Dotted, as a person writes it: `teams.fraud.needs[0].to`. Empty for the file as a whole."""
    message: str

    def __str__(self) -> str:
        """One line, such as `Pulumi.dev.yaml:41: teams.fraud.quota.cpu: expected …, got …`."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        line = ": ".join(part for part in (place, self.key, self.message) if part)
        return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in line)


class ConfigError(pulumi.RunError):
    """Everything that is wrong with a stack file, at once.

    The engine prints a RunError as it stands, without a traceback; so does the command line.
    """

    faults: tuple[Fault, ...]

    def __init__(self, faults: Iterable[Fault]) -> None:
        unique = dict.fromkeys(faults)
        self.faults = tuple(sorted(unique, key=lambda f: (f.file, f.line or 0, f.key, f.message)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """A fault before it is known in which file and line it stands."""

    path: Path
    message: str
    line: int | None = None
    """Only where the path alone does not say, as for a key written twice."""
