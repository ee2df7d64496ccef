"""A chart with our values: everything that its rendering follows from."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from components.charts.patch import NamedVerbs, Patch
from components.charts.pin import ChartPin
from components.charts.stand_in import StandIn


@dataclass(frozen=True, kw_only=True, slots=True)
class Release:
    """One installation of one chart."""

    pin: ChartPin
    name: str
    """The release's name, which most charts put into every object's."""
    namespace: str
    values: Mapping[str, Any]
    stand_in: StandIn
    patches: tuple[Patch | NamedVerbs, ...] = ()
    """What the chart's values cannot reach."""
    overlay: Mapping[str, Any] = field(default_factory=dict)
    """The stack's own values among them; what they change, the stand-in cannot know."""

    @property
    def values_digest(self) -> str:
        """Of our values, however they are ordered."""
        text = json.dumps(self.values, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()
