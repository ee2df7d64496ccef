"""Renderings on this machine, by everything that they follow from."""

import hashlib
import json
import os
import tempfile
from dataclasses import asdict
from pathlib import Path

from components.charts.cleaning import Rendered
from components.charts.helm import Target
from components.charts.release import Release

_FORMAT = 2
"""Raise it when cleaning changes what is kept."""


def key(release: Release, chart: str, target: Target) -> str:
    """The name of a rendering: the chart's own digest, our values, the cluster that is asked."""
    whole = {
        "format": _FORMAT,
        "chart": chart,
        "name": release.name,
        "namespace": release.namespace,
        "values": release.values_digest,
        "target": asdict(target),
    }
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


def load(folder: Path, name: str) -> Rendered | None:
    """A rendering of before, if there is one."""
    try:
        plain = json.loads((folder / f"{name}.json").read_bytes())
    except FileNotFoundError:
        return None
    return Rendered(objects=tuple(plain["objects"]), definitions=tuple(plain["definitions"]))


def save(folder: Path, name: str, rendered: Rendered) -> None:
    """Keep a rendering: whole or not at all, whoever else does the same."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(rendered), separators=(",", ":"))
    with tempfile.NamedTemporaryFile("w", dir=folder, delete=False, encoding="utf-8") as file:
        file.write(text)
    os.replace(file.name, folder / f"{name}.json")  # noqa: PTH105 - over what is there
