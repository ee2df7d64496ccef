"""Document a key of the stack file: what it takes, its default, what it becomes."""

import argparse
import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from assurance.graph.graph import Graph
from assurance.page import page
from components.config import PlatformConfig, StackFile, read_stack_file
from components.config.schema import schema_text, stack_schema, waivers_schema
from components.config.signed import FILE as WAIVERS
from components.config.signed import read_signed
from components.config.wording import listed, one_of
from operations.answers import answers, explained, providers
from operations.component_pages import Described, described, pages
from operations.errors import EXIT_PROVED, UserError
from operations.keys import page as keys_page
from operations.rehearsal import Rehearsal, commit_day, rehearse
from operations.stacks import project_root, stack_paths

EXAMPLE = "mlp explain teams.fraud.quota.cpu"

_WIDTH = 88


def arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's options."""
    parser.add_argument("key", nargs="?", default="", help="dotted, such as teams.fraud.quota")
    parser.add_argument(
        "--stack",
        metavar="S",
        help="only what is so with this stack's provider; in which line it says it",
    )
    parser.add_argument("--provider", metavar="P", help="only what is so where P makes the cluster")
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
    parser.add_argument(
        "--components", metavar="DIR", help="write a page about each component, for all stacks"
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
        print(keys_page(), end="")
        return EXIT_PROVED
    if options.components is not None:
        _write_components(Path(options.components))
        return EXIT_PROVED
    told = _explained(options)
    print(json.dumps(told, indent=2) if options.json else "\n".join(_page(told)))
    return EXIT_PROVED


def _write_components(folder: Path) -> None:
    """The pages, and no page of a section that is gone."""
    written = pages(_described())
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")
    for stale in folder.glob("*.md"):
        if stale.name not in written:
            stale.unlink()
    print(f"{folder}: {len(written)} pages")


def _described() -> Iterator[Described]:
    """Every stack with a platform of its own, as its rehearsal tells of it."""
    root = project_root()
    paths = stack_paths(root, [])
    rehearsal = Rehearsal(root=root, today=commit_day(root), graphs=True)
    for path, done in zip(paths, rehearse(rehearsal, paths, ["warm"]), strict=True):
        if done.graph is None:
            message = f"stack {done.stack}: {done.error}"
            raise UserError(message)
        told = described(read_stack_file(path), Graph.from_json(done.graph))
        if told is not None:
            yield told


def _explained(options: argparse.Namespace) -> dict[str, Any]:
    """Everything that is known of the key, as far as it was asked for."""
    steps, provider = _steps(options.key), options.provider
    if provider is not None and provider not in providers():
        message = f"--provider: {one_of(providers(), provider)}"
        raise UserError(message)
    if options.stack is None:
        return explained(steps, provider)
    [path] = stack_paths(project_root(), [options.stack])
    file = read_stack_file(path)
    used, known = _used_by(file), {name for each in answers(steps) for name in each.providers}
    mine = used if used in known else None
    why = f": its provider is {used}" if used and known and mine is None else ""
    return {**explained(steps, provider or mine), "here": f"{_here(file, options.key)}{why}"}


def _used_by(file: StackFile) -> str | None:
    """Who makes a stack's cluster; None where another stack does."""
    platform = file.stack.platform
    return platform.cluster.provider if isinstance(platform, PlatformConfig) else None


def _steps(key: str) -> list[str]:
    """`ml-platform:teams.fraud.needs[0].to` is teams, fraud, needs, to."""
    bare = re.sub(r"\[[0-9]+\]", "", key.removeprefix("ml-platform:"))
    return [quoted or plain for quoted, plain in re.findall(r'\["([^"]+)"\]|([^.\[\]]+)', bare)]


def _here(file: StackFile, key: str) -> str:
    """Whether the stack has the key, and where."""
    bare = key.removeprefix("ml-platform:")
    name, lines = file.path.name, file.lines
    if bare.startswith("waivers"):
        name, lines = WAIVERS, read_signed(file.stack.directory).lines
    return f"{name}:{lines[bare]} has it" if bare in lines else f"{name} leaves it out"


def _page(told: Mapping[str, Any]) -> Iterator[str]:
    """The same for a person."""
    forms = told["answers"]
    common = forms[0]["about"] if len({form["about"] for form in forms}) == 1 else ""
    yield told["key"]
    if common:
        yield from (*_indented(common, "  "), "")
    whole = {"becomes": told["becomes"], "here": told.get("here")}
    if len(forms) == 1:
        yield from _rows({"with": _who(forms[0]), **_form(forms[0]), **whole}, "  ")
    else:
        yield from _rows(whole, "  ")
        for form in forms:
            yield from ("", f"  with {_who(form)}")
            yield from () if common else _indented(form["about"], "    ")
            yield from _rows(_form(form), "    ")
    if keys := list(_keys(forms)):
        yield from ("", *keys)


def _who(answer: Mapping[str, Any]) -> str:
    names = answer["providers"]
    return f"provider: {listed(names, last='or')}" if names else ""


def _form(answer: Mapping[str, Any]) -> dict[str, str | None]:
    example = " or ".join(answer["examples"])
    return {"takes": answer["takes"], "default": answer["default"], "example": example}


def _rows(rows: Mapping[str, str | None], margin: str) -> Iterator[str]:
    for name, words in rows.items():
        if words:
            yield from _indented(words, f"{margin}{name:<9}")


def _keys(forms: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """A section's keys, and where these differ, with which provider each is one."""
    said: dict[str, dict[str, list[str]]] = {}
    for form in forms:
        for key, about in form["keys"].items():
            said.setdefault(key, {}).setdefault(about, []).extend(form["providers"])
    every = {name for form in forms for name in form["providers"]}
    rows = [
        (key if number == 0 else "", "" if set(names) == every else ", ".join(names), about)
        for key, opinions in said.items()
        for number, (about, names) in enumerate(opinions.items())
    ]
    wide = max((len(key) for key, _, _ in rows), default=0) + 2
    wider = max((len(names) + 2 for _, names, _ in rows if names), default=0)
    for key, names, about in rows:
        yield from _indented(about, f"  {key:<{wide}}{names:<{wider}}")


def _indented(words: str, label: str) -> list[str]:
    return textwrap.wrap(
        words, _WIDTH, initial_indent=label, subsequent_indent=" " * len(label)
    ) or [label.rstrip()]
