"""Which versions a platform is made of, for whoever judges a change of them. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from assurance.graph.values import Pin
from components.charts.pin import ChartPin
from components.charts.source import Source
from components.config import PlatformConfig
from components.parts import Part
from providers.config.support import CALENDARS


def pins(config: PlatformConfig, kubernetes: str, parts: Iterable[Part]) -> dict[str, Pin]:
    """By what people call each: `Kubernetes`, `PostgreSQL`, `chart cert-manager`.

    Of a chart that is simulated nothing is fetched, so nothing can be another one.
    """
    calendar = CALENDARS.get(config.cluster.provider)
    until = calendar.until.get(kubernetes) if calendar else None
    found = {"Kubernetes": Pin(version=kubernetes, key="platform.cluster.version", until=until)}
    if config.database is not None:
        key = "platform.database.version"
        found["PostgreSQL"] = Pin(version=config.database.version, key=key)
    for part in parts:
        for release in part.releases:
            simulated = config.charts.source is Source.SIMULATED
            pin = _of_chart(release.pin, part.key)
            found[f"chart {release.pin.chart}"] = replace(pin, verified=pin.verified or simulated)
    return found


def _of_chart(pin: ChartPin, key: str) -> Pin:
    return Pin(
        version=pin.version,
        key=key,
        verified=pin.digest is not None,
        licence=pin.licence,
        until=pin.end_of_life,
    )
