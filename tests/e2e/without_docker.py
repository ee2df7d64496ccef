"""What comes up where kind would start containers: a sandbox of the shape that it was asked for.

`python -m tests.e2e.without_docker start|stop FOLDER` is called by kind-without-docker.
"""

import json
import shutil
import sys
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

from assurance.graph.values import Pool, Shape, Taint, millicores_of
from operations.progress import Steps
from operations.sandbox import SandboxSpec, remove, start
from operations.toolchain import CONTROL_PLANE, ensure

MACHINE: dict[str, Any] = {
    "NCPU": 16,
    "MemTotal": 64 * 2**30,
    "CgroupVersion": "2",
    "ServerVersion": "29.0",
}
"""What the machine without Docker claims to be."""


def shape(cluster: Mapping[str, Any]) -> Shape:
    """What kubelets offer: the machine, less what they are told to keep."""
    [kubelet] = patches(cluster, "KubeletConfiguration")
    reserved = kubelet["systemReserved"]
    return Shape(
        cpu=1000 * MACHINE["NCPU"] - millicores_of(reserved["cpu"]),
        memory=MACHINE["MemTotal"] - int(reserved["memory"]),
        pods=kubelet["maxPods"],
    )


def patches(part: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
    """What is patched of kubeadm's configuration."""
    parsed = [json.loads(text) for text in part.get("kubeadmConfigPatches", ())]
    return [patch for patch in parsed if patch["kind"] == kind]


def workers(cluster: Mapping[str, Any]) -> Iterator[Pool]:
    """One pool per worker, as kind's nodes are made one by one."""
    for number, node in enumerate(cluster["nodes"]):
        if node["role"] != "worker":
            continue
        joining = patches(node, "JoinConfiguration")
        taints = [t for patch in joining for t in patch["nodeRegistration"]["taints"]]
        yield Pool(
            name=f"worker{number}",
            shape=shape(cluster),
            min=1,
            max=1,
            labels=node.get("labels", {}),
            taints=tuple(Taint(**taint) for taint in taints),
        )


def spec(name: str, cluster: Mapping[str, Any]) -> SandboxSpec:
    """The simulated cluster."""
    networking = cluster["networking"]
    return SandboxSpec(
        name=f"kind-{name}",
        pools=tuple(workers(cluster)),
        pods=IPv4Network(networking["podSubnet"]),
        services=IPv4Network(networking["serviceSubnet"]),
        nodes=IPv4Network("172.18.0.0/16"),
        storage_class="standard",
    )


def main(verb: str, folder: Path) -> None:
    """Bring the folder's cluster up, or take it away."""
    directory = folder / "sandbox"
    with Steps() as steps:
        if verb == "stop":
            remove(directory, steps)
            return
        cluster = json.loads((folder / "cluster.json").read_text("utf-8"))
        tools = ensure(CONTROL_PLANE, steps)
        made = start(directory, spec(folder.name, cluster), tools, steps)
    shutil.copy(made.kubeconfig, folder / "kubeconfig")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
