"""Resolve the digests of all pinned charts, on a machine that reaches their repositories.

Each package is fetched anew, and its SHA-256 held against the pin; --write states those that nobody
has seen yet. One that is another than was pinned is never written: somebody has to look at it.
"""

import argparse
import json
import tempfile
from pathlib import Path

from components.charts.obtaining import Store
from components.charts.source import ChartsConfig, Source
from operations import pins
from operations.errors import (
    EXIT_ERROR,
    EXIT_PROVED,
    EXIT_REFUTED,
    EXIT_UNKNOWN,
    UserError,
)
from operations.progress import Steps
from operations.toolchain import CHARTS, ensure, put_in_reach

EXAMPLE = "mlp pins --write"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's options."""
    parser.add_argument("--only", action="append", default=[], help="a chart; all if left out")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--mirror", help="oci:// or https:// in place of every repository")
    where.add_argument("--directory", type=Path, help="a folder of <chart>-<version>.tgz")
    parser.add_argument("--write", action="store_true", help="state digests that none had")
    parser.add_argument("--json", action="store_true", help="print them as JSON")


def run(options: argparse.Namespace) -> int:
    """Fetch, compare, write; 0 if every pin has the digest of what is there."""
    wanted = _wanted(options.only)
    with Steps() as steps, tempfile.TemporaryDirectory(prefix="ml-platform-pins-") as folder:
        put_in_reach(ensure(CHARTS, steps))
        store = Store(config=_config(options), project=Path.cwd(), folder=Path(folder))
        with steps.step("charts"):
            found = pins.look(wanted, store)
    new = [each for each in found if each.state == "unverified"]
    for each in new if options.write else ():
        pins.write(each)
    print(_shown(found, as_json=options.json, written=options.write))
    states = {each.state for each in found}
    if "another" in states:
        return EXIT_REFUTED
    if "not had" in states:
        return EXIT_ERROR
    return EXIT_UNKNOWN if new and not options.write else EXIT_PROVED


def _wanted(only: list[str]) -> list[pins.Pinned]:
    there = {each.pin.chart: each for each in pins.every_pin()}
    for chart in only:
        if chart not in there:
            message = f"--only {chart}: no such chart; there are {', '.join(there)}"
            raise UserError(message)
    return [there[chart] for chart in only or there]


def _config(options: argparse.Namespace) -> ChartsConfig:
    if options.mirror:
        return ChartsConfig(source=Source.MIRROR, mirror=options.mirror)
    if options.directory:
        directory = str(options.directory.resolve())
        return ChartsConfig(source=Source.DIRECTORY, directory=directory)
    return ChartsConfig()


def _shown(found: list[pins.Seen], *, as_json: bool, written: bool) -> str:
    if as_json:
        plain = [
            {
                "chart": each.pinned.pin.chart,
                "version": each.pinned.pin.version,
                "digest": each.digest,
                "pinned": each.pinned.pin.digest,
                "state": each.state,
                "fault": each.fault,
            }
            for each in found
        ]
        return json.dumps(plain, indent=2)
    lines = []
    for each in found:
        state = "written" if written and each.state == "unverified" else each.state
        lines.append(f"{each.pinned.pin.label:<36} {state:<11} {each.digest or each.fault}")
        if state == "another":
            lines.append(f"{'':<36} {'pinned':<11} {each.pinned.pin.digest}")
    return "\n".join(lines)
