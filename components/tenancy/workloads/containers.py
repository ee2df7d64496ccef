"""The container that a workload runs."""

from typing import Any

from components.manifests import Manifest
from components.tenancy.namespace import DEFAULT_GPU, DISK
from components.tenancy.section import PodSecurity
from components.tenancy.workloads.environment import environment
from components.tenancy.workloads.section import (
    PodConfig,
    PortConfig,
    ProbeConfig,
    ResourcesConfig,
    ServiceConfig,
)
from components.tenancy.workloads.storage import disk, mounts
from components.tenancy.workloads.surroundings import Surroundings


def container(name: str, config: PodConfig, around: Surroundings) -> Manifest:
    """The one container of a workload's pods, under the workload's name."""
    parts: dict[str, Any] = {
        "command": list(config.command),
        "args": list(config.args),
        "env": environment(name, config, around),
        "ports": _ports(config),
        "resources": _resources(config, around),
        "volumeMounts": mounts(config),
        "securityContext": _security(around.pod_security),
        **_probes(config),
    }
    given = {key: value for key, value in parts.items() if value}
    return {"name": name, "image": config.image, **given}


def port_name(port: PortConfig) -> str:
    """A port's own name, or one from its number."""
    return port.name or f"{port.protocol.value.lower()}-{port.port}"


def gpu_type(pool: str | None, around: Surroundings) -> str:
    """The kind of GPU that a pool has; elsewhere the usual one."""
    known = around.pools.get(pool or "")
    return (known.shape.gpu_type if known else None) or DEFAULT_GPU


def _ports(config: PodConfig) -> list[Manifest]:
    if not isinstance(config, ServiceConfig):
        return []
    return [
        {"name": port_name(p), "containerPort": p.port, "protocol": p.protocol.value}
        for p in config.ports
    ]


def _resources(config: PodConfig, around: Surroundings) -> Manifest:
    """What the section says; the team's container defaults fill in the rest on the cluster."""
    stated: ResourcesConfig = config.resources
    asked = {"cpu": stated.cpu, "memory": stated.memory}
    requests = {resource: amount for resource, amount in asked.items() if amount is not None}
    limits: dict[str, str] = {n: a for n, a in sorted(stated.limits.items()) if n != "disk"}
    if (room := disk(config, around.containers)).stated:
        requests[DISK], limits[DISK] = room.request, room.limit
    if stated.gpu:
        limits[gpu_type(config.pool, around)] = str(stated.gpu)
    both: Manifest = {"requests": requests, "limits": limits}
    return {key: value for key, value in both.items() if value}


def _security(level: PodSecurity) -> Manifest:
    """What the team's Pod Security level demands of a container, and no less.

    The root file system stays writable: `restricted` does not ask otherwise, and most images write.
    """
    match level:
        case "restricted":
            return {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
        case "baseline":
            return {"allowPrivilegeEscalation": False}
        case "privileged":
            return {}


def _probes(config: PodConfig) -> dict[str, Manifest]:
    if not isinstance(config, ServiceConfig):
        return {}
    first = config.ports[0].port if config.ports else None
    given = {
        "readinessProbe": config.probes.readiness,
        "livenessProbe": config.probes.liveness,
        "startupProbe": config.probes.startup,
    }
    return {key: _probe(probe, first) for key, probe in given.items() if probe is not None}


def _probe(config: ProbeConfig, first_port: int | None) -> Manifest:
    port = config.port if config.port is not None else first_port
    if config.http is not None:
        action: dict[str, Any] = {"httpGet": {"path": config.http, "port": port}}
    else:
        action = {"tcpSocket": {"port": port}}
    timing = {"periodSeconds": config.period, "failureThreshold": config.failures}
    delay = {"initialDelaySeconds": config.delay} if config.delay else {}
    return {**action, **timing, **delay}
