"""What a platform fetches has a digest: nobody can put another content in its place unnoticed."""

from collections.abc import Iterator, Mapping

from assurance.graph.resource import Origin
from assurance.graph.values import Pin
from assurance.proofs.findings import Finding, Status
from assurance.proofs.governance.findings import finding

UNVERIFIED = "unverified-pin"


def unverified(pins: Mapping[str, Pin]) -> Iterator[Finding]:
    """One for each whose content nobody has seen; nothing can say whether it is the right one."""
    for name, pin in sorted(pins.items()):
        if not pin.verified:
            yield finding(
                UNVERIFIED,
                Status.UNKNOWN,
                name,
                f"{pin.version} is pinned by name alone: nobody has seen its digest",
                remedy="on a machine that reaches its repository: mlp pins --write",
                origin=Origin(config=pin.key),
            )
