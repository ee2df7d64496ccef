"""Where Grafana answers."""

from collections.abc import Iterator

from components.config.draft import Draft
from components.config.faults import Problem
from components.config.models import PlatformConfig
from components.config.wording import listed
from providers.config import KindConfig


def grafana_is_reached(draft: Draft) -> Iterator[Problem]:
    """On kind, only some NodePorts lead out of the containers that are nodes."""
    platform = draft.platform
    if not isinstance(platform, PlatformConfig) or platform.monitoring is None:
        return
    port = platform.monitoring.grafana.node_port
    if not isinstance(platform.cluster, KindConfig) or port in (None, *platform.cluster.ports):
        return
    has = listed([str(each) for each in platform.cluster.ports])
    message = f"expected one of platform.cluster.ports, which has {has}, got {port}"
    yield Problem(path=("platform", "monitoring", "grafana", "node_port"), message=message)
