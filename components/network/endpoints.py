"""What teams offer to each other."""

from collections.abc import Iterator, Mapping

from assurance.graph.values import Endpoint, Port
from components.tenancy.labels import selector
from components.tenancy.workloads.section import PodConfig, ServiceConfig


def team_endpoints(teams: Mapping[str, Mapping[str, PodConfig]]) -> dict[str, Endpoint]:
    """An endpoint `team.<team>.<workload>` for every published workload of these teams."""
    return {
        endpoint.name: endpoint
        for team, workloads in sorted(teams.items())
        for endpoint in _published(team, workloads)
    }


def _published(team: str, workloads: Mapping[str, PodConfig]) -> Iterator[Endpoint]:
    for name, workload in sorted(workloads.items()):
        if isinstance(workload, ServiceConfig) and workload.published and workload.ports:
            yield Endpoint(
                name=f"team.{team}.{name}",
                namespace=team,
                labels=selector(name),
                ports=tuple(Port(number=p.port, protocol=p.protocol) for p in workload.ports),
                host=f"{name}.{team}.svc",
            )
