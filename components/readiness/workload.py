"""Which workloads a gate waits for, and when it has to wait for them again."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pulumi

Kind = Literal["Deployment", "StatefulSet", "DaemonSet", "Job"]


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkloadRef:
    """One workload, and a mark that changes whenever its manifest does."""

    kind: Kind
    namespace: str
    name: str
    fingerprint: pulumi.Input[str]

    def __str__(self) -> str:
        """As people name it: `Deployment fraud/api`."""
        return f"{self.kind} {self.namespace}/{self.name}"


def fingerprint(manifest: Mapping[str, Any]) -> pulumi.Input[str]:
    """Sixteen hex digits of a manifest; an Output where the manifest has one inside."""
    try:
        return _digest(json.dumps(manifest, sort_keys=True))
    except TypeError:
        return pulumi.Output.json_dumps(manifest, sort_keys=True).apply(_digest)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
