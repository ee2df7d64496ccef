"""Find or build the programs that a verb needs; each is built once per machine and pin."""

import argparse
import json

from operations.progress import Steps
from operations.toolchain import (
    CHARTS,
    CONTROL_PLANE,
    ENGINE,
    LINTERS,
    ORACLES,
    STAND_INS,
    Toolchain,
    ensure,
)

EXAMPLE = "mlp setup --for up"

NEEDS = {
    "up": (*ENGINE, *CONTROL_PLANE),
    "engine": (*ENGINE, *CHARTS),
    "charts": CHARTS,
    "sandbox": CONTROL_PLANE,
    "e2e": (*ENGINE, *CONTROL_PLANE, *CHARTS, *ORACLES, *LINTERS, *STAND_INS),
    "bench": (*ENGINE, *CONTROL_PLANE),
}
"""What to set up for, and the programs that it takes; `engine` is any stack on a real cluster."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's options."""
    parser.add_argument(
        "--for", dest="purpose", choices=NEEDS, default="up", help="default: up, in a sandbox"
    )
    parser.add_argument("--json", action="store_true", help="print the programs as JSON")


def run(options: argparse.Namespace) -> int:
    """Build what is missing, then say where everything is."""
    names = NEEDS[options.purpose]
    with Steps() as steps:
        ensure(names, steps)
    found = Toolchain().find(names)
    if options.json:
        print(json.dumps({each.name: str(each.path) for each in found}, indent=2))
        return 0
    for each in found:
        print(f"{each.name:<30} {each.version:<10} {each.origin:<10} {each.path}")
    return 0
