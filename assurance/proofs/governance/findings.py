"""How this proof says things."""

from collections.abc import Sequence
from typing import Any

from assurance.proofs.findings import Finding, Status, tells

PROOF = "governance"
finding = tells(PROOF)


def compared(rule: str, subject: str, faults: Sequence[str], kept: str, **more: Any) -> Finding:
    """Proved as `kept`, or refuted by every fault at once."""
    if not faults:
        return finding(rule, Status.PROVED, subject, kept)
    return finding(rule, Status.REFUTED, subject, "; ".join(faults), **more)
