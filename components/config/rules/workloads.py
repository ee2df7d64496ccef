"""What a workload may not say twice, or without something else."""

from collections import Counter
from collections.abc import Iterator

from components.config.draft import Draft
from components.config.faults import Problem
from components.config.wording import listed, one_of
from components.tenancy.workloads.section import DeploymentConfig, ServiceConfig


def pools_exist(draft: Draft) -> Iterator[Problem]:
    """A workload's pool is one of the cluster's."""
    if draft.pools is None:
        return
    for team, name, workload in draft.workloads():
        if workload.pool is not None and workload.pool not in draft.pools:
            message = one_of(draft.pools, workload.pool, of="the cluster's pools")
            yield Problem(path=("teams", team, "workloads", name, "pool"), message=message)


def ports_differ(draft: Draft) -> Iterator[Problem]:
    """A port is listed once, and so is its name."""
    for team, name, workload in draft.workloads():
        if not isinstance(workload, ServiceConfig):
            continue
        ports: Counter[object] = Counter()
        names: Counter[object] = Counter()
        for position, port in enumerate(workload.ports):
            path = ("teams", team, "workloads", name, "ports", position)
            ports[port.port, port.protocol] += 1
            if ports[port.port, port.protocol] > 1:
                message = f"expected each port once, got {port.port} again"
                yield Problem(path=path, message=message)
            names[port.name] += port.name is not None
            if names[port.name] > 1:
                message = f"expected each name once, got {port.name} again"
                yield Problem(path=(*path, "name"), message=message)


def probes_have_a_port(draft: Draft) -> Iterator[Problem]:
    """The kubelet asks at a port that the container listens on."""
    for team, name, workload in draft.workloads():
        if not isinstance(workload, ServiceConfig):
            continue
        ports = [port.port for port in workload.ports]
        for kind in ("readiness", "liveness", "startup"):
            probe = getattr(workload.probes, kind)
            path = ("teams", team, "workloads", name, "probes", kind)
            if probe is None:
                continue
            if probe.port is None and not ports:
                message = "expected a port to ask at, got none here and no ports of the workload"
                yield Problem(path=path, message=message)
            elif probe.port is not None and ports and probe.port not in ports:
                has = listed([str(port) for port in ports])
                message = f"expected a port of the workload, which has {has}, got {probe.port}"
                yield Problem(path=(*path, "port"), message=message)


def mounts_differ(draft: Draft) -> Iterator[Problem]:
    """Two volumes cannot appear in one place."""
    for team, name, workload in draft.workloads():
        places: dict[str, str] = {}
        for volume, config in workload.volumes.items():
            place = config.mount.rstrip("/") or "/"
            if (other := places.setdefault(place, volume)) != volume:
                path = ("teams", team, "workloads", name, "volumes", volume, "mount")
                message = f"expected a path of its own, got {place}, where {other} is mounted"
                yield Problem(path=path, message=message)


def claims_are_not_shared(draft: Draft) -> Iterator[Problem]:
    """A claim belongs to one node at a time, so a Deployment of several pods cannot use one."""
    for team, name, workload in draft.workloads():
        if not isinstance(workload, DeploymentConfig):
            continue
        most = workload.replicas.max or workload.replicas.min
        claims = [volume for volume, config in workload.volumes.items() if config.claim is not None]
        if most > 1 and claims:
            path = ("teams", team, "workloads", name, "volumes", claims[0], "claim")
            message = (
                f"expected at most 1 replica beside a claim, got {most}; "
                f"kind: statefulset gives each pod a claim of its own"
            )
            yield Problem(path=path, message=message)


def folders_exist(draft: Draft) -> Iterator[Problem]:
    """A team's own manifests lie in a folder below the stack file's."""
    for team, config in draft.teams.items():
        if config.manifests is not None and config.manifests not in draft.folders:
            message = f"expected a folder of the project, got {config.manifests}"
            yield Problem(path=("teams", team, "manifests"), message=message)
