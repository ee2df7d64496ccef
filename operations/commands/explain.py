"""Document a key of the stack file: what it takes, its default, what it becomes."""

import argparse
import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from assurance.page import page
from components.config import StackFile, read_stack_file
from components.config.consumers import consumer
from components.config.schema import schema_text, stack_schema, waivers_schema
from components.config.shape import Node, allowed_keys, below, phrase, sections, variants
from components.config.signed import FILE as WAIVERS
from components.config.signed import read_signed
from components.config.wording import unknown_key
from operations.errors import EXIT_PROVED, UserError
from operations.stacks import project_root, stack_paths

EXAMPLE = "mlp explain teams.fraud.quota.cpu"

_WIDTH = 88


def arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's options."""
    parser.add_argument("key", nargs="?", default="", help="dotted, such as teams.fraud.quota")
    parser.add_argument("--stack", metavar="S", help="also what this stack says, and in which line")
    parser.add_argument("--json", action="store_true", help="for a machine")
    parser.add_argument(
        "--schema",
        action="store_true",
        help="the stack file's whole JSON Schema; with the key waivers, that of waivers.yaml",
    )
    parser.add_argument("--keys", action="store_true", help="the page about every key")
    parser.add_argument(
        "--rules", action="store_true", help="the page about every guardrail and proof"
    )


def run(options: argparse.Namespace) -> int:
    """Explain one key; without one, what a stack file consists of."""
    if options.schema:
        schema = waivers_schema() if options.key == "waivers" else stack_schema()
        print(schema_text(schema), end="")
        return EXIT_PROVED
    if options.rules:
        print(page(), end="")
        return EXIT_PROVED
    if options.keys:
        from operations.keys import page as keys_page  # noqa: PLC0415 - it reads this module

        print(keys_page(), end="")
        return EXIT_PROVED
    steps = _steps(options.key)
    answer = explained(steps)
    if options.stack is not None:
        [path] = stack_paths(project_root(), [options.stack])
        answer["here"] = _here(read_stack_file(path), options.key)
    print(json.dumps(answer, indent=2) if options.json else "\n".join(_page(answer)))
    return EXIT_PROVED


def explained(steps: Sequence[str]) -> dict[str, Any]:
    """Everything that is known of a key."""
    nodes = nodes_of(steps)
    inner: dict[str, str] = {}
    for node in nodes:
        for key in allowed_keys([node]):
            inner.setdefault(key, _about(below(node, key)))
    defaults = [_yaml(node["default"]) for node in nodes if node.get("default", {}) not in ({}, [])]
    examples = [_yaml(example) for node in nodes for example in node.get("examples", ())]
    return {
        "key": ".".join(steps) or "config",
        "about": _about(nodes) if steps else "What a stack file configures for the platform.",
        "takes": phrase(nodes) if steps else "a section for each of its keys",
        "default": defaults[0] if defaults else None,
        "examples": list(dict.fromkeys(examples)),
        "becomes": consumer(tuple(steps)),
        "keys": inner if steps else {name: _about([node]) for name, node in sections().items()},
    }


def nodes_of(steps: Sequence[str]) -> list[Node]:
    """The key's alternatives in the schema; names of teams and the like may be any."""
    if not steps:
        return []
    if steps[0] not in sections():
        raise UserError(_unknown(steps[:1], list(sections())))
    nodes = list(variants([sections()[steps[0]]]))
    for length, step in enumerate(steps[1:], start=2):
        nodes = into_items(nodes)
        inner = [node for outer in nodes for node in below(outer, step)]
        if not inner:
            raise UserError(_unknown(steps[:length], allowed_keys(nodes)))
        nodes = list(variants(inner))
    return nodes


def into_items(nodes: Sequence[Node]) -> list[Node]:
    """A list's keys are those of its items."""
    items = [node["items"] for node in nodes if "items" in node]
    return [node for node in nodes if "items" not in node] + list(variants(items))


def _unknown(steps: Sequence[str], allowed: Sequence[str]) -> str:
    return f"{'.'.join(steps)}: {unknown_key(steps[-1], allowed)}"


def _about(nodes: Sequence[Node]) -> str:
    """What the key says of itself; where it has several forms, the first that does."""
    described = [str(n["description"]) for n in variants(nodes) if "description" in n]
    return " ".join(described[0].split()) if described else ""


def _steps(key: str) -> list[str]:
    """`ml-platform:teams.fraud.needs[0].to` is teams, fraud, needs, to."""
    bare = re.sub(r"\[[0-9]+\]", "", key.removeprefix("ml-platform:"))
    return [quoted or plain for quoted, plain in re.findall(r'\["([^"]+)"\]|([^.\[\]]+)', bare)]


def _yaml(value: Any) -> str:
    """A value as one would write it in the file."""
    return yaml.safe_dump(value, default_flow_style=True, width=999).removesuffix("...\n").strip()


def _here(file: StackFile, key: str) -> str:
    """Whether the stack has the key, and where."""
    bare = key.removeprefix("ml-platform:")
    name, lines = file.path.name, file.lines
    if bare.startswith("waivers"):
        name, lines = WAIVERS, read_signed(file.stack.directory).lines
    return f"{name}:{lines[bare]} has it" if bare in lines else f"{name} leaves it out"


def _page(answer: Mapping[str, Any]) -> Iterator[str]:
    """The same for a person."""
    yield answer["key"]
    yield from _indented(answer["about"], "  ")
    yield ""
    rows = (
        ("takes", answer["takes"]),
        ("default", answer["default"]),
        ("example", " or ".join(answer["examples"])),
        ("becomes", answer["becomes"]),
        ("here", answer.get("here")),
    )
    for name, words in rows:
        if words:
            yield from _indented(words, f"  {name:<9}")
    if answer["keys"]:
        yield ""
        width = max(len(key) for key in answer["keys"]) + 2
        for key, about in answer["keys"].items():
            yield from _indented(about, f"  {key:<{width}}")


def _indented(words: str, label: str) -> list[str]:
    return textwrap.wrap(
        words, _WIDTH, initial_indent=label, subsequent_indent=" " * len(label)
    ) or [label.rstrip()]
