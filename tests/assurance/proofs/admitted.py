"""A namespace, what governs it, pods that ask for it, and what the proof says of them."""

from collections.abc import Mapping
from typing import Any

from assurance.graph.intent import Intent
from assurance.graph.resource import Marker
from assurance.proofs.admission import admission
from assurance.proofs.findings import Finding, Status
from tests.assurance.proofs.admission_settings import LEVEL, Manifest
from tests.assurance.proofs.worlds import graph
from tests.e2e.manifests import pod_spec, workload

TEAM = "fraud"


UNKNOWN = Marker.UNKNOWN


def namespace(level: str = "restricted", **labels: str) -> Manifest:
    metadata = {"name": TEAM, "labels": {LEVEL: level, **labels}}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}


def made(kind: str, name: str, spec: Any, api: str = "v1") -> Manifest:
    metadata = {"name": name, "namespace": TEAM}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, "spec": spec}


def quota(**hard: Any) -> Manifest:
    return made(
        "ResourceQuota", "quota", {"hard": {k.replace("_", "."): v for k, v in hard.items()}}
    )


def limits(**limit: Any) -> Manifest:
    return made("LimitRange", "range", {"limits": [{"type": "Container", **limit}]})


def asking(limit: Mapping[str, str] | None = None, **requests: str) -> Manifest:
    """A pod of one container that the restricted level admits."""
    spec = pod_spec()
    resources = {"requests": requests} if requests else {}
    spec["containers"][0]["resources"] = {**resources, **({"limits": limit} if limit else {})}
    return spec


def deployment(spec: Manifest, name: str = "api", **more: Any) -> Manifest:
    template = {"metadata": {"labels": {"app": name}}, "spec": spec}
    return workload("Deployment", TEAM, name, template=template, **more)


def scaler(name: str, low: int, high: int) -> Manifest:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
    spec = {"minReplicas": low, "maxReplicas": high, "scaleTargetRef": target}
    return made("HorizontalPodAutoscaler", name, spec, api="autoscaling/v2")


def claim_template(size: Any) -> Manifest:
    return {"metadata": {"name": "data"}, "spec": {"resources": {"requests": {"storage": size}}}}


def found(*manifests: Manifest, intent: Intent | None = None) -> dict[str, Finding]:
    """What is not proved, by rule; each rule once."""
    told = admission(graph(namespace(), *manifests), intent or Intent()).findings
    open_ones = [f for f in told if f.status is not Status.PROVED]
    assert len({f.rule for f in open_ones}) == len(open_ones), open_ones
    return {f.rule.removeprefix("admission/"): f for f in open_ones}


def only(*manifests: Manifest, intent: Intent | None = None) -> tuple[str, Status, str]:
    """The one thing that is not proved."""
    [(rule, finding)] = found(*manifests, intent=intent).items()
    return rule, finding.status, finding.message
