"""Workloads that ask to be watched: by somebody, on a port that they have."""

from collections.abc import Iterator

from components.config.draft import Draft
from components.config.faults import Problem
from components.config.models import PlatformConfig
from components.config.wording import listed
from components.tenancy.workloads.section import ServiceConfig


def watched_by_somebody(draft: Draft) -> Iterator[Problem]:
    """Metrics that nobody asks for are a mistake."""
    platform = draft.platform
    alone = isinstance(platform, PlatformConfig) and platform.monitoring is None
    alone = alone and draft.whole("platform", "monitoring")
    for team, name, workload in draft.workloads():
        if not isinstance(workload, ServiceConfig) or workload.metrics is None:
            continue
        path = ("teams", team, "workloads", name, "metrics")
        ports = [port.port for port in workload.ports]
        if alone:
            message = "expected platform.monitoring, got nothing; write platform.monitoring: {}"
            yield Problem(path=path, message=message)
        elif workload.metrics.port not in ports:
            has = listed([str(port) for port in ports]) if ports else "none"
            got = workload.metrics.port
            message = f"expected a port of the workload, which has {has}, got {got}"
            yield Problem(path=(*path, "port"), message=message)
