"""A chart as it is pinned: which one, from where, and what was seen of it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartPin:
    """One version of one chart; a program never takes another."""

    chart: str
    """Its name in the repository."""
    repository: str
    """`https://…`, an index of charts, or `oci://…`, a registry."""
    version: str
    verified_on: date
    """When somebody last held the values and the stand-in against the chart's source."""
    licence: str
    """As SPDX names it."""
    digest: str | None = None
    """SHA-256 of the packaged chart; None: nobody has seen it, and it counts as unverified."""
    end_of_life: date | None = None
    """The last day on which upstream mends it, where upstream says so."""

    @property
    def label(self) -> str:
        """As people name it: `cert-manager v1.21.1`."""
        return f"{self.chart} {self.version}"
