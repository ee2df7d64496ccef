"""Who may do what, and what is knowingly left undone."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Level(StrEnum):
    """What a finding means for a stack."""

    DISABLED = "disabled"
    ADVISORY = "advisory"
    MANDATORY = "mandatory"


class Access(StrEnum):
    """What a workload may do with a resource outside the cluster's own API."""

    READ = "read"
    """List and read."""
    WRITE = "write"
    """List, read, write and delete."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """A cloud-neutral permission for a workload's identity."""

    access: Access
    kind: str
    """`bucket` or `secret`; of a DNS zone `challenges`, by which an authority is shown that a name
    is ours, or `records`. Clouds refuse any other."""
    name: str
    """As the platform calls it, not as the cloud does."""
    prefix: str = ""
    by: str | None = None
    """The workload's name; None is the whole team."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiver:
    """A finding that somebody answers for until a day."""

    finding: str
    owner: str
    reason: str
    expires: date
