"""Where charts may come from."""

from collections.abc import Iterator

from components.charts.source import Source
from components.config.draft import Draft
from components.config.faults import Problem
from components.config.models import PlatformConfig
from providers.config import ExistingConfig

_SIMULATED = (
    "simulated charts run nothing: expected upstream, mirror or directory on a cluster "
    "that is no sandbox (cluster.simulated)"
)


def simulated_charts_are_a_sandboxs(draft: Draft) -> Iterator[Problem]:
    """What stands in for a chart must never be taken for it on a cluster that people use."""
    platform = draft.platform
    if not isinstance(platform, PlatformConfig) or platform.charts.source is not Source.SIMULATED:
        return
    cluster = platform.cluster
    if not (isinstance(cluster, ExistingConfig) and cluster.simulated):
        yield Problem(path=("platform", "charts", "source"), message=_SIMULATED)
