"""Where a workload tells how it is doing, as the stack file spells it."""

from components.tenancy.workloads.scalars import UrlPath
from providers.config.scalars import PortNumber
from providers.config.section import Section


class ScrapedConfig(Section):
    """Where Prometheus asks each of its pods, every 30 s."""

    port: PortNumber
    """One of the workload's ports."""
    path: UrlPath = "/metrics"
    """The path there."""
