"""A real Kubernetes control plane with simulated nodes: plain processes on the loopback address.

Real: the API, admission, quota, access control, controllers, scheduling. Simulated: nodes, running
containers, volumes, load balancers. Absent: images, probes, packets, metrics.
"""

from operations.sandbox.control_plane import TOOLS
from operations.sandbox.layout import all_of, exists, home
from operations.sandbox.lifecycle import Sandbox, remove, start, stop
from operations.sandbox.spec import SandboxSpec, spec_of
from operations.sandbox.status import Status, same_cluster, status

__all__ = [
    "TOOLS",
    "Sandbox",
    "SandboxSpec",
    "Status",
    "all_of",
    "exists",
    "home",
    "remove",
    "same_cluster",
    "spec_of",
    "start",
    "status",
    "stop",
]
