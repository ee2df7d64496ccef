"""Workloads of teams that are watched. Pure."""

from collections.abc import Iterable, Iterator, Mapping

from assurance.graph.values import Call
from components.manifests import Manifest
from components.monitoring.monitors import workload_monitor
from components.monitoring.names import CALLER
from components.tenancy.labels import came_from, origin, selector, workload_labels
from components.tenancy.workloads.section import PodConfig, ServiceConfig


def team_monitors(
    team: str, workloads: Mapping[str, PodConfig], calls: Iterable[Call]
) -> Iterator[Manifest]:
    """A PodMonitor for each workload that asks to be watched, in the team's namespace."""
    for call in calls:
        workload = workloads.get(call.workload)
        if call.by.name != CALLER or not isinstance(workload, ServiceConfig):
            continue
        if workload.metrics is not None:
            asked = workload.metrics
            made = workload_monitor(call.workload, selector(call.workload), asked.port, asked.path)
            metadata = {
                **made["metadata"],
                "namespace": team,
                "labels": workload_labels(team, call.workload),
                "annotations": came_from(f"{origin(team, call.workload)}.metrics"),
            }
            yield {**made, "metadata": metadata}
