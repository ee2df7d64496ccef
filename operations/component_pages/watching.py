"""What monitoring shows and whom it wakes, read from the objects of a part."""

import json
from collections.abc import Iterator
from typing import Any

from components.manifests import Manifest
from components.parts import Part
from operations.component_pages.described import own_objects
from operations.component_pages.tables import table

_DASHBOARD = "grafana_dashboard"


def watching(part: Part) -> Iterator[str]:
    """Its dashboards with their panels, its alerts with what to do."""
    boards = [board for each in own_objects(part) for board in _boards(each)]
    if boards:
        yield from ("## Dashboards", "")
        rows = (
            (board["title"], ", ".join(panel["title"] for panel in board["panels"]))
            for board in boards
        )
        yield from table(("dashboard", "panels"), rows)
    alerts = [rule for each in own_objects(part) for rule in _alerts(each)]
    if alerts:
        yield from ("## Alerts", "", _TOLD, "")
        yield from table(("alert", "severity", "after", "what to do"), map(_alert, alerts))


_TOLD = """\
Told to the team whose namespace it is about, else to the platform. The chart's own rules about the
cluster stand beside these."""


def _boards(manifest: Manifest) -> Iterator[Any]:
    if manifest["metadata"].get("labels", {}).get(_DASHBOARD):
        yield from map(json.loads, manifest["data"].values())


def _alerts(manifest: Manifest) -> Iterator[Any]:
    if manifest["kind"] == "PrometheusRule":
        for group in manifest["spec"]["groups"]:
            yield from (rule for rule in group["rules"] if "alert" in rule)


def _alert(rule: Any) -> tuple[str, ...]:
    runbook = rule["annotations"]["runbook"]
    return rule["alert"], rule["labels"]["severity"], rule["for"], runbook
