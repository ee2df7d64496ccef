"""What is wrong with manifests, all at once, in words for a tired person."""

from collections.abc import Iterable
from dataclasses import dataclass

import pulumi


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One thing that is wrong with one object."""

    component: str
    origin: str
    """The stack file's key that asked for the object."""
    object: str
    """`Deployment fraud/api`."""
    path: str
    """`spec.template.spec.containers[0].ports`; empty for the object as a whole."""
    message: str

    def __str__(self) -> str:
        """Origin, object, path, what was expected."""
        return ": ".join(
            part for part in (self.origin, self.object, self.path, self.message) if part
        )


class InvalidManifest(pulumi.RunError):
    """Objects that Kubernetes, or this program, would not take; none of the call is registered."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        components = sorted({fault.component for fault in self.faults})
        lines = "\n".join(f"  {fault}" for fault in self.faults)
        super().__init__(f"invalid manifests in component {', '.join(components)}:\n{lines}")
