"""The API server enforces the Pod Security level that was asked for."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.resource import Marker
from assurance.proofs.findings import Finding, Status
from assurance.proofs.governance.findings import compared, finding

ENFORCE = "pod-security.kubernetes.io/enforce"


def pod_security(
    objects: Iterable[KubernetesObject], team: str, namespace: str, asked: str
) -> Iterator[Finding]:
    """A namespace that is in the graph is labelled with the team's level."""
    for item in objects:
        if item.gvk.kind == "Namespace" and item.name == namespace:
            stated = _labels(item.manifest).get(ENFORCE)
            if isinstance(stated, Marker):
                message = f"the labels of {item} are not known"
                yield finding("pod-security", Status.UNKNOWN, f"team {team}", message)
                continue
            wrong = f"{item} enforces {stated or 'no level'}: {asked} was asked for"
            yield compared(
                "pod-security",
                f"team {team}",
                [] if stated == asked else [wrong],
                f"{namespace} enforces {asked}, as was asked for",
                witness={"label": ENFORCE, "value": stated, "asked": asked},
                remedy=f"label the namespace {ENFORCE}={asked}",
                origin=item.resource.origin,
            )


def _labels(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata = manifest.get("metadata")
    labels = metadata.get("labels") if isinstance(metadata, Mapping) else None
    if isinstance(labels, Marker):
        return {ENFORCE: labels}
    return labels if isinstance(labels, Mapping) else {}
