"""kind's configuration file (v1alpha4); pure."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assurance.graph.values import Pool, bytes_of, millicores_of
from providers.config import KindConfig
from providers.config.node_images import NODE_IMAGES

LOOPBACK = "127.0.0.1"
CERTS = "/etc/containerd/certs.d"
"""Where the nodes' containerd looks up how a registry is reached."""
_LOOKS_THERE = f"""[plugins."io.containerd.grpc.v1.cri".registry]
config_path = "{CERTS}"
"""
"""Newer containerds do so unasked; a node image of one's own may have an older one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """What is only known where the cluster is made."""

    cpu: int
    """Thousandths of a core."""
    memory: int
    """Bytes."""
    old_cgroups: bool = False
    registries: Path | None = None
    """A folder on the machine, with a `hosts.toml` for each registry."""


def document(config: KindConfig) -> dict[str, Any]:
    """What the stack file says, without anything of the machine: equal wherever it is read."""
    networks = config.networks
    image = config.image or NODE_IMAGES[config.version]
    return {
        "kind": "Cluster",
        "apiVersion": "kind.x-k8s.io/v1alpha4",
        "networking": {
            "apiServerAddress": LOOPBACK,
            "apiServerPort": config.api_port,
            "podSubnet": str(networks.pods),
            "serviceSubnet": str(networks.services),
        },
        "nodes": [_control_plane(image, config.ports), *_workers(image, config)],
    }


def pools(config: KindConfig) -> tuple[Pool, ...]:
    """The workers, as facts."""
    return tuple(w.pool(name, config.node) for name, w in sorted(config.pools.items()))


def on_machine(
    cluster: Mapping[str, Any], node: Mapping[str, Any], machine: Machine
) -> dict[str, Any]:
    """The same with what this machine needs, so that every node offers what was promised of it."""
    kubelet = {
        "kind": "KubeletConfiguration",
        "maxPods": node["pods"],
        "systemReserved": _reserved(node, machine),
        **({"failCgroupV1": False} if machine.old_cgroups else {}),
    }
    made = {**cluster, "kubeadmConfigPatches": [_patch(kubelet)]}
    return made if machine.registries is None else _pulling(made, machine.registries)


def _pulling(cluster: Mapping[str, Any], registries: Path) -> dict[str, Any]:
    """The same with nodes that know how registries are reached."""
    mount = {"hostPath": str(registries), "containerPath": CERTS, "readOnly": True}
    nodes = [{**node, "extraMounts": [mount]} for node in cluster["nodes"]]
    return {**cluster, "nodes": nodes, "containerdConfigPatches": [_LOOKS_THERE]}


class TooSmallError(Exception):
    """The machine has less than one node was promised to offer."""


def _reserved(node: Mapping[str, Any], machine: Machine) -> dict[str, str]:
    """Every node sees the whole machine; what it must not offer is the system's."""
    cpu, memory = millicores_of(node["cpu"]), bytes_of(node["memory"])
    if cpu > machine.cpu or memory > machine.memory:
        message = (
            f"each node is to offer {node['cpu']} CPU and {node['memory']}, and this machine has "
            f"{machine.cpu / 1000:g} CPU and {machine.memory // 2**20}Mi for containers: "
            "lower platform.cluster.node, or give Docker more"
        )
        raise TooSmallError(message)
    return {"cpu": f"{machine.cpu - cpu}m", "memory": str(machine.memory - memory)}


def _patch(part: Mapping[str, Any]) -> str:
    """A piece of kubeadm's configuration, as kind takes it: text."""
    return json.dumps(part, sort_keys=True)


def _control_plane(image: str, ports: Iterable[int]) -> dict[str, Any]:
    return {
        "role": "control-plane",
        "image": image,
        "extraPortMappings": [
            {
                "containerPort": port,
                "hostPort": port,
                "listenAddress": LOOPBACK,
                "protocol": "TCP",
            }
            for port in ports
        ],
    }


def _workers(image: str, config: KindConfig) -> Iterator[dict[str, Any]]:
    for pool in pools(config):
        taints = [{"key": t.key, "value": t.value, "effect": t.effect} for t in pool.taints]
        joining = {"kind": "JoinConfiguration", "nodeRegistration": {"taints": taints}}
        patches = {"kubeadmConfigPatches": [_patch(joining)]} if taints else {}
        for _ in range(pool.min):
            yield {"role": "worker", "image": image, "labels": dict(pool.labels), **patches}
