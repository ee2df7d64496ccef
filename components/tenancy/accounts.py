"""What a team's workloads may know of an account that the platform has made for the team."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamAccount:
    """A Secret in the team's namespace."""

    endpoint: str
    """Where one logs in with it: `platform.database`."""
    secret: str
    """Its name."""
    keys: frozenset[str]
    """`user`, `password` and, where the URL has them in it, `url`."""
    generation: int = 1
    """Pods are made anew with the next: they read it when they start."""
