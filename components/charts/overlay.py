"""A stack's own values for a chart, laid over ours; keys that the chart does not know are told."""

import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

Values = Mapping[str, Any]


def overlaid(values: Values, overlay: Values) -> dict[str, Any]:
    """Ours with the overlay's on top: sections are joined, anything else is taken as it is."""
    result = dict(values)
    for key, wanted in overlay.items():
        ours = result.get(key)
        both = isinstance(ours, Mapping) and isinstance(wanted, Mapping)
        result[key] = overlaid(ours, wanted) if both else wanted  # type: ignore[arg-type]
    return result


def unknown_keys(overlay: Values, known: Values) -> Iterator[tuple[str, ...]]:
    """Paths of which the chart's own values have no key. What it leaves empty takes any."""
    for key, wanted in overlay.items():
        if key not in known:
            yield (key,)
        elif isinstance(wanted, Mapping) and isinstance(known[key], Mapping) and known[key]:
            yield from ((key, *rest) for rest in unknown_keys(wanted, known[key]))


def default_values(chart: Path) -> dict[str, Any]:
    """A packaged chart's values with those of the charts in it, each under its name."""
    found: dict[str, Any] = {}
    with tarfile.open(chart) as archive:
        files = {entry.name: entry for entry in archive if entry.name.endswith("/values.yaml")}
        for name in sorted(files, key=lambda each: each.count("/"), reverse=True):
            file = archive.extractfile(files[name])
            values = yaml.safe_load(file.read()) if file is not None else None
            found = overlaid(found, _under(name.split("/")[2:-1:2], values or {}))
    return {**found, "global": found.get("global", {})}


def _under(charts: list[str], values: Values) -> dict[str, Any]:
    """`top/charts/grafana/values.yaml` are values below `grafana`."""
    result = dict(values)
    for chart in reversed(charts):
        result = {chart: result}
    return result
