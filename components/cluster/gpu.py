"""NVIDIA's device plugin as a chart: it tells Kubernetes how many GPUs a node has."""

from datetime import date

from assurance.graph.values import Capability
from components.charts.pin import ChartPin
from components.charts.release import Release
from components.charts.simulated import EVERY_TAINT
from components.charts.stand_in import ExpectedContainer, ExpectedWorkload, StandIn
from components.cluster.section import GpuConfig
from components.config.faults import ConfigError, Fault
from components.parts import Part, PartNamespace, Site

# renovate: datasource=helm depName=nvidia-device-plugin
PIN = ChartPin(
    chart="nvidia-device-plugin",
    repository="https://nvidia.github.io/k8s-device-plugin",
    version="0.20.0",
    verified_on=date(2026, 11, 22),
    licence="Apache-2.0",
)
PRESENT = {"nvidia.com/gpu.present": "true"}
"""What a node with real GPUs is labelled with: by its pool, as nothing else labels it here."""

_KEY = "platform.gpu"
_NAMESPACE = "gpu"
_PLUGIN = "nvidia-device-plugin"
_SHARING = "nvidia-device-plugin-mps-control-daemon"
_IMAGE = "nvcr.io/nvidia/k8s-device-plugin:v0.20.0"
_LABELS = {"app.kubernetes.io/name": _PLUGIN, "app.kubernetes.io/instance": _PLUGIN}


def gpu_part(config: GpuConfig, site: Site) -> Part:
    """The plugin in a namespace that is privileged, as it speaks to the kubelet by its files.

    Nothing of it calls anybody, or is called.
    """
    if Capability.GPU not in site.cluster.capabilities:
        message = "expected a cluster with a pool that has GPUs, got one without; leave it out"
        raise ConfigError([Fault(file="", line=None, key=_KEY, message=message)])
    place = PartNamespace(name=_NAMESPACE, pod_security="privileged", open_within=False)
    return Part(key=_KEY, namespaces=(place,), releases=(gpu_release(config),))


def gpu_release(config: GpuConfig) -> Release:
    """The chart with our values; what shares one GPU among pods comes along, on no node of ours."""
    return Release(
        pin=PIN,
        name=_PLUGIN,
        namespace=_NAMESPACE,
        values={"resources": config.size.size().resources(), "tolerations": [EVERY_TAINT]},
        stand_in=StandIn(workloads=(_plugin(config), _sharing(config))),
    )


def _plugin(config: GpuConfig) -> ExpectedWorkload:
    own = ExpectedContainer(name=f"{_PLUGIN}-ctr", image=_IMAGE, size=config.size.size())
    return _on_nodes(_PLUGIN, PRESENT, (own,))


def _sharing(config: GpuConfig) -> ExpectedWorkload:
    size = config.size.size()
    mounts = ExpectedContainer(name="mps-control-daemon-mounts", image=_IMAGE, size=size, init=True)
    own = ExpectedContainer(name="mps-control-daemon-ctr", image=_IMAGE, size=size)
    return _on_nodes(_SHARING, {"nvidia.com/mps.capable": "true"}, (mounts, own))


def _on_nodes(
    name: str, nodes: dict[str, str], containers: tuple[ExpectedContainer, ...]
) -> ExpectedWorkload:
    return ExpectedWorkload(
        kind="DaemonSet",
        name=name,
        labels=_LABELS,
        containers=containers,
        account=f"{_PLUGIN}-service-account",
        token=True,
        priority="system-node-critical",
        nodes=nodes,
    )
