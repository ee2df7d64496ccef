"""Measure rehearsal, isolation and engine, as ratios of one run; judges nothing."""

import argparse
import json
import tempfile
from dataclasses import asdict
from pathlib import Path

from operations.bench import goals, isolation, rehearsals, rivals
from operations.progress import Steps

EXAMPLE = "mlp bench --teams 50"

_PARTS = ("rehearsal", "isolation", "engine")


def arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's options."""
    parser.add_argument("--only", choices=_PARTS, help="one part; all if left out")
    parser.add_argument("--teams", type=int, default=50, help="for the engine (50)")
    parser.add_argument("--json", action="store_true", help="print the ratios as JSON")


def run(options: argparse.Namespace) -> int:
    """Measure, and print; 0 whatever comes of it."""
    found: list[goals.Ratio] = []
    with tempfile.TemporaryDirectory(prefix="ml-platform-bench-") as directory, Steps() as steps:
        work = Path(directory)
        if options.only in {None, "rehearsal"}:
            found += rehearsals.ratios(work, steps)
        if options.only in {None, "isolation"}:
            found += isolation.ratios(work, steps)
        if options.only in {None, "engine"}:
            found += rivals.ratios(work, options.teams, steps)
    if options.json:
        print(json.dumps([{**asdict(each), "met": each.met} for each in found], indent=2))
    else:
        print("\n".join(goals.table(found)))
    return 0
