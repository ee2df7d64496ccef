"""Which charts a platform has."""

from components.charts.release import Release
from components.cluster.metrics import metrics_release
from components.config import PlatformConfig


def chart_releases(config: PlatformConfig) -> dict[str, Release]:
    """The charts that the stack file asks for, by the key that does."""
    asked: dict[str, Release] = {}
    if config.metrics is not None:
        asked["platform.metrics"] = metrics_release(config.metrics)
    return asked
