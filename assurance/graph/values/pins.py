"""Versions that are fixed in the code, as proofs and verdicts know them."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True, slots=True)
class Pin:
    """One version of something that somebody else makes."""

    version: str
    key: str
    """The stack file's, that asks for it: `platform.metrics`."""
    verified: bool = True
    """Somebody has seen its content: no other can take its place unnoticed."""
    licence: str = ""
    """As SPDX names it; empty where nobody has to agree to one."""
    until: date | None = None
    """The last day on which its maker looks after it, where he says so."""
