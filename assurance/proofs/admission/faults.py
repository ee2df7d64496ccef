"""What is wrong with an object, in words; what it means for the proof is decided elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PROOF = "admission"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One reason why the API server refuses an object."""

    rule: str
    """Within the proof: `limit-range`, `quota`, …"""
    message: str
    remedy: str = ""
    witness: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubt:
    """One thing that decides, and that is not known."""

    rule: str
    message: str
    remedy: str = ""
