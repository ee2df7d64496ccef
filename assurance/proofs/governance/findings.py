"""How this proof says things."""

from collections.abc import Sequence
from typing import Any

from assurance.proofs.findings import Finding, Status

PROOF = "governance"


def finding(rule: str, status: Status, subject: str, message: str, **more: Any) -> Finding:
    """A finding of this proof."""
    rule = f"{PROOF}/{rule}"
    return Finding(proof=PROOF, rule=rule, status=status, subject=subject, message=message, **more)


def compared(rule: str, subject: str, faults: Sequence[str], kept: str, **more: Any) -> Finding:
    """Proved as `kept`, or refuted by every fault at once."""
    if not faults:
        return finding(rule, Status.PROVED, subject, kept)
    return finding(rule, Status.REFUTED, subject, "; ".join(faults), **more)
