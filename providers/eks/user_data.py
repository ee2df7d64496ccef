"""What a node is told when it starts; pure."""

import base64
import json
from typing import Any

from assurance.graph.values import format_bytes
from providers.config import disks
from providers.config.aws_instances import EVICTION, RESERVED_DISK, Instance

_BOUNDARY = "node-config"


def node_config(instance: Instance) -> dict[str, Any]:
    """The kubelet's share, stated, so that a node offers what the platform counts on."""
    kubelet = {
        "maxPods": instance.pods,
        "kubeReserved": {
            "cpu": f"{instance.reserved_cpu}m",
            "memory": f"{instance.reserved_memory}Mi",
            "ephemeral-storage": format_bytes(RESERVED_DISK),
        },
        "evictionHard": {
            "memory.available": f"{EVICTION}Mi",
            "nodefs.available": f"{disks.EVICTION}%",
            "nodefs.inodesFree": "5%",
        },
    }
    return {
        "apiVersion": "node.eks.aws/v1alpha1",
        "kind": "NodeConfig",
        "spec": {"kubelet": {"config": kubelet}},
    }


def user_data(instance: Instance) -> str:
    """The same as EKS takes it, to be joined with what it tells every node itself."""
    lines = (
        "MIME-Version: 1.0",
        f'Content-Type: multipart/mixed; boundary="{_BOUNDARY}"',
        "",
        f"--{_BOUNDARY}",
        "Content-Type: application/node.eks.aws",
        "",
        json.dumps(node_config(instance), sort_keys=True),
        "",
        f"--{_BOUNDARY}--",
        "",
    )
    return base64.b64encode("\n".join(lines).encode()).decode()
