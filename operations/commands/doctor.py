"""What this machine has and lacks: every line that is not well names its remedy."""

import argparse
import contextlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

from rich.console import Console
from rich.text import Text

from components.config import ConfigError, read_stack_file
from operations import laptop
from operations.backends import backend_lines
from operations.diagnosis import Level, Line, examine
from operations.engine.target import owner
from operations.errors import EXIT_PROVED, EXIT_REFUTED
from operations.stacks import project_root, stack_paths
from operations.toolchain import Toolchain
from providers.config import ExistingConfig, KindConfig

EXAMPLE = "mlp doctor --stack prod"

_MARKS = {
    Level.OK: Text("ok   ", style="green"),
    Level.NOTE: Text("note ", style="yellow"),
    Level.FAULT: Text("FAULT", style="bold red"),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's options."""
    parser.add_argument(
        "--stack",
        metavar="S",
        help="one that has to run here: what it lacks is a fault; its backend and its secrets "
        "provider as well",
    )
    parser.add_argument("--json", action="store_true", help="print the lines as JSON")


def run(options: argparse.Namespace) -> int:
    """Look at everything; 1 if anything is at fault."""
    root = project_root()
    lines = [*examine(Toolchain()), *_laptops(root, options.stack)]
    if options.stack:
        lines += _kept(root, stack_paths(root, [options.stack])[0])
    if options.json:
        print(json.dumps([asdict(line) for line in lines], indent=2))
    else:
        _show(lines, Console(highlight=False))
    return EXIT_REFUTED if any(line.level is Level.FAULT for line in lines) else EXIT_PROVED


def _kept(root: Path, path: Path) -> Iterator[Line]:
    """Where a stack is kept; a sandbox's own has nothing that could be chosen."""
    file = read_stack_file(path)
    cluster = owner(file).stack.cluster
    if isinstance(cluster, ExistingConfig) and cluster.simulated:
        says = "beside the sandbox's data, with a passphrase of its own"
        yield Line(subject=f"state of {file.name}", level=Level.OK, says=says)
    else:
        yield from backend_lines(file.name, path, root)


def _laptops(root: Path, stack: str | None) -> Iterator[Line]:
    """What stacks on kind need of this machine; a file with faults is not doctor's business.

    Nobody has to run all of them: what one lacks is at fault only where it is asked for.
    """
    for path in stack_paths(root, [stack] if stack else []):
        with contextlib.suppress(ConfigError):
            file = read_stack_file(path)
            if isinstance(file.stack.cluster, KindConfig):
                found = laptop.lines(file.name, file.stack.cluster)
                yield from found if stack else (_unless_asked_for(x, file.name) for x in found)


def _unless_asked_for(line: Line, stack: str) -> Line:
    if line.level is not Level.FAULT:
        return line
    return replace(line, level=Level.NOTE, says=f"{line.says}; stack {stack} cannot run here")


def _show(lines: Iterable[Line], console: Console) -> None:
    for line in lines:
        text = Text.assemble(_MARKS[line.level], f"  {line.subject:<30} {line.says}")
        console.print(text, soft_wrap=True)
        if line.fix:
            console.print(Text(f"         → {line.fix}", style="cyan"), soft_wrap=True)
