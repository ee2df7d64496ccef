"""From node pools to simulated nodes. Pure.

A node is never changed: one whose pool has another shape, zone, label or taint now is replaced, as
a cloud does it, so that what runs on it is scheduled anew.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from assurance.graph.values import Pool, Shape, format_bytes, format_millicores
from operations.errors import UserError
from operations.sandbox.spec import Network, SandboxSpec

DIGEST = "ml-platform/sandbox-node"
"""The annotation that says what a node was made from."""
_UNSTATED_STORAGE = 100 * 2**30
_FIRST_ADDRESS = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Existing:
    """A simulated node that is there."""

    name: str
    digest: str
    address: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What must happen to the nodes; deletions come first."""

    delete: tuple[str, ...]
    create: tuple[Mapping[str, Any], ...]


def existing(nodes: Iterable[Mapping[str, Any]]) -> tuple[Existing, ...]:
    """Those of the API's nodes that a sandbox has made."""
    return tuple(
        Existing(
            name=node["metadata"]["name"],
            digest=node["metadata"]["annotations"][DIGEST],
            address=node["status"]["addresses"][0]["address"],
        )
        for node in nodes
        if DIGEST in node["metadata"].get("annotations", {})
    )


def plan(spec: SandboxSpec, there: Sequence[Existing]) -> Plan:
    """Compare what the pools promise with what is there."""
    wanted = {
        f"{pool.name}-{number}": _node(pool, number, spec.version)
        for pool in spec.pools
        for number in range(pool.min)
    }
    kept = {node.name for node in there if node.digest == _digest(wanted.get(node.name))}
    new = [manifest for name, manifest in wanted.items() if name not in kept]
    taken = {node.address for node in there if node.name in kept}
    addresses = _addresses(spec.nodes, len(new), taken)
    return Plan(
        delete=tuple(node.name for node in there if node.name not in kept),
        create=tuple(_placed(*pair) for pair in zip(new, addresses, strict=True)),
    )


def allocatable(shape: Shape) -> dict[str, str]:
    """What a node offers to pods, as Kubernetes spells it."""
    offer = {
        "cpu": format_millicores(shape.cpu),
        "memory": format_bytes(shape.memory),
        "pods": str(shape.pods),
        "ephemeral-storage": format_bytes(shape.storage or _UNSTATED_STORAGE),
    }
    if shape.gpu and shape.gpu_type:
        offer[shape.gpu_type] = str(shape.gpu)
    return offer


def _node(pool: Pool, number: int, version: str) -> dict[str, Any]:
    """One node, still without an address; the zones of its pool take turns."""
    name = f"{pool.name}-{number}"
    labels = {
        "kubernetes.io/hostname": name,
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": pool.name,
    }
    if pool.zones:
        labels["topology.kubernetes.io/zone"] = pool.zones[number % len(pool.zones)]
    offer = allocatable(pool.shape)
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels | dict(pool.labels)},
        "spec": {
            "taints": [
                {"key": taint.key, "value": taint.value, "effect": taint.effect}
                for taint in pool.taints
            ]
        },
        "status": {
            "capacity": offer,
            "allocatable": offer,
            "nodeInfo": _node_info(version),
        },
    }


def _node_info(version: str) -> dict[str, str]:
    simulated = "simulated"
    return {
        "architecture": "amd64",
        "bootID": "",
        "containerRuntimeVersion": "simulated://1.0",
        "kernelVersion": simulated,
        "kubeProxyVersion": "",
        "kubeletVersion": f"v{version}.0",
        "machineID": "",
        "operatingSystem": "linux",
        "osImage": simulated,
        "systemUUID": "",
    }


def _digest(manifest: Mapping[str, Any] | None) -> str | None:
    if manifest is None:
        return None
    return hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()[:16]


def _placed(manifest: dict[str, Any], address: str) -> dict[str, Any]:
    """The node with an address, and with the digest of all but the address."""
    metadata = manifest["metadata"] | {"annotations": {DIGEST: _digest(manifest)}}
    addresses = [
        {"type": "InternalIP", "address": address},
        {"type": "Hostname", "address": metadata["name"]},
    ]
    return manifest | {
        "metadata": metadata,
        "status": manifest["status"] | {"addresses": addresses},
    }


def _addresses(network: Network, count: int, taken: set[str]) -> list[str]:
    """The first addresses that no node has, beyond those that routers like to have."""
    free = (
        str(network[index])
        for index in range(_FIRST_ADDRESS, network.num_addresses)
        if str(network[index]) not in taken
    )
    chosen = list(islice(free, count))
    if len(chosen) < count:
        message = f"platform.cluster.addresses.nodes: {network} is too small for the pools' nodes"
        raise UserError(message)
    return chosen
