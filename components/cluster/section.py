"""What the cluster itself is given, as the stack file spells it."""

from components.charts.stand_in import Size
from providers.config.scalars import Bytes, Cpu, Flag
from providers.config.section import Section


class SizeConfig(Section):
    """What one container asks for."""

    cpu: Cpu = "50m"
    """CPU that is kept for it; more is taken where there is any."""
    memory: Bytes = "128Mi"
    """Memory that is kept for it, and the most that it gets."""

    def size(self) -> Size:
        """The same as a value."""
        return Size(cpu=self.cpu, memory=self.memory)


class MetricsConfig(Section):
    """metrics-server: what pods use now, for autoscalers and `kubectl top`."""

    nodes_verified: Flag = False
    """Nodes' certificates are signed by the cluster's own authority, as kind's are not."""

    size: SizeConfig = SizeConfig()
    """What its one pod asks for; 200Mi serve about 100 nodes."""


class GpuConfig(Section):
    """NVIDIA's device plugin: Kubernetes learns of the GPUs of nodes that have any.

    Its pods are on nodes labelled `nvidia.com/gpu.present: "true"`, as GPU pools of clouds are.
    Where GPUs are simulated, they are a number in the nodes' status: pods get them and compute
    nothing. kind's nodes have no such label, so nothing of it runs there.
    """

    size: SizeConfig = SizeConfig(cpu="20m", memory="128Mi")
    """What its pod asks for on each of these nodes."""
