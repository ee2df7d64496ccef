"""A dashboard as data, and the document that Grafana reads. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from components.monitoring.names import INTERVAL, SOURCE

_SCHEMA = 41
_COLUMNS = 24
_HEIGHT = 8
_SOURCE = {"type": "prometheus", "uid": "${source}"}

Unit = Literal["reqps", "percentunit", "s", "bytes", "short", "cores"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """One line, or many, of a panel."""

    expr: str
    legend: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """One picture."""

    title: str
    about: str
    """What somebody who has never seen it is told."""
    unit: Unit
    queries: tuple[Query, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Variable:
    """What a reader chooses; dashboards' expressions say `$name`."""

    name: str
    expr: str
    """A metric that has the label of this name."""
    several: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Dashboard:
    """One page of panels, two in a row or as many as `columns` says."""

    name: str
    title: str
    about: str
    variables: tuple[Variable, ...]
    panels: tuple[Panel, ...]
    columns: int = 2


def document(dashboard: Dashboard) -> dict[str, Any]:
    """As Grafana reads it."""
    return {
        "uid": f"ml-platform-{dashboard.name}",
        "title": dashboard.title,
        "description": dashboard.about,
        "tags": ["ml-platform"],
        "schemaVersion": _SCHEMA,
        "editable": False,
        "refresh": "1m",
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "browser",
        "templating": {"list": [_chosen_source(), *map(_variable, dashboard.variables)]},
        "panels": [
            _panel(panel, number, dashboard.columns)
            for number, panel in enumerate(dashboard.panels)
        ],
    }


def _panel(panel: Panel, number: int, columns: int) -> dict[str, Any]:
    row, column = divmod(number, columns)
    width = _COLUMNS // columns
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": panel.title,
        "description": panel.about,
        "datasource": _SOURCE,
        "gridPos": {"x": column * width, "y": row * _HEIGHT, "w": width, "h": _HEIGHT},
        "interval": INTERVAL,
        "fieldConfig": {"defaults": _field(panel.unit), "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": True}},
        "targets": [
            {
                "refId": chr(ord("A") + position),
                "datasource": _SOURCE,
                "expr": query.expr,
                "legendFormat": query.legend,
            }
            for position, query in enumerate(panel.queries)
        ],
    }


def _field(unit: Unit) -> Mapping[str, Any]:
    """Grafana has no unit for cores."""
    return {"unit": "short" if unit == "cores" else unit, "min": 0}


def _chosen_source() -> dict[str, Any]:
    """By its name, which the chart gives it."""
    return {
        "name": "source",
        "label": "Source",
        "type": "datasource",
        "query": "prometheus",
        "current": {"text": SOURCE, "value": SOURCE},
        "hide": 2,
    }


def _variable(variable: Variable) -> dict[str, Any]:
    query = f"label_values({variable.expr}, {variable.name})"
    return {
        "name": variable.name,
        "label": variable.name.capitalize(),
        "type": "query",
        "datasource": _SOURCE,
        "query": {"query": query, "refId": variable.name},
        "refresh": 2,
        "sort": 1,
        "multi": variable.several,
        "includeAll": variable.several,
        **({"allValue": ".*"} if variable.several else {}),
    }
