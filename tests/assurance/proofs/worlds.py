"""Manifests as a graph, and what a network of them opens."""

from typing import Any

from assurance.graph.graph import Graph, graph_of
from assurance.graph.kubernetes import gvk
from assurance.graph.resource import Origin, Resource
from assurance.proofs.network.bits import members
from assurance.proofs.network.model import Network

Manifest = dict[str, Any]


def resource(manifest: Manifest, *, origin: str | None = None) -> Resource:
    """An object, as a reader would bring it in."""
    kind = gvk(manifest["apiVersion"], manifest["kind"]).token
    metadata = manifest["metadata"]
    name = f"{metadata.get('namespace', '')}/{metadata['name']}"
    return Resource(
        urn=f"urn:{kind}::{name}",
        type=kind,
        name=name,
        parent=None,
        provider=None,
        inputs=manifest,
        origin=Origin(config=origin),
    )


def graph(*manifests: Manifest) -> Graph:
    return graph_of(map(resource, manifests), stack="test", mode="manifests")


def policy(namespace: str, name: str, **spec: Any) -> Manifest:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"podSelector": {}, **spec},
    }


def opened(model: Network) -> dict[tuple[str, str], Any]:
    """By names of source and target, the ports that are open, from the flows between classes."""
    found: dict[tuple[str, str], Any] = {}
    for source in range(len(model.classes)):
        for targets, ports in model.flows(source):
            for target in members(targets):
                for one in model.classes[source]:
                    for other in model.classes[target]:
                        found.setdefault((str(one), str(other)), []).extend(ports)
    return found
