"""A team's own manifests: read from its folder, accepted only where they stay in the team."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assurance.graph.values import dotted
from components.config.faults import Fault, Problem
from components.config.yaml_positions import Document, encrypted_paths, read_yaml
from components.manifests import Manifest
from components.tenancy.own_rules import violations

_SUFFIXES = frozenset({".json", ".yaml", ".yml"})
_SEPARATOR = re.compile(r"^---(?=\s|$)", re.MULTILINE)


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnFile:
    """A file of a team's folder."""

    name: str
    """Relative to the stack file."""
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnFolder:
    """A team's folder, or why it cannot be used."""

    files: tuple[OwnFile, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnManifests:
    """What a team's folder amounts to."""

    manifests: tuple[Manifest, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    """One object, and where it stands."""

    file: str
    line: int
    value: Any


def read_own_files(directory: Path, folder: str) -> OwnFolder:
    """The files of a team's folder, which must lie below the stack file wherever links lead."""
    top = directory.resolve()
    root = (top / folder).resolve()
    if not root.is_relative_to(top) or root == top:
        return OwnFolder(problem=f"expected a folder of the project, got {folder}")
    if not root.is_dir():
        return OwnFolder(
            problem=f"expected a folder, but there is no {folder} beside the stack file"
        )
    paths = sorted(path for path in root.rglob("*") if path.suffix in _SUFFIXES)
    if not paths:
        return OwnFolder(problem=f"expected .yaml, .yml or .json files, got none in {folder}")
    files: list[OwnFile] = []
    for path in paths:
        name = str(path.relative_to(top))
        if not path.is_file() or not path.resolve().is_relative_to(top):
            return OwnFolder(problem=f"expected a file below the stack file's folder, got {name}")
        try:
            files.append(OwnFile(name=name, text=path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError) as error:
            return OwnFolder(problem=f"expected text in UTF-8, got {name}: {error}")
    return OwnFolder(files=tuple(files))


def own_manifests(team: str, folder: OwnFolder, *, sealed: bool = False) -> OwnManifests:
    """The objects of a team's files, in its namespace; every fault of every file at once.

    `sealed`: the cluster opens SealedSecrets.
    """
    manifests: list[Manifest] = []
    faults: list[Fault] = []
    if folder.problem is not None:
        key = f"teams.{team}.manifests"
        faults.append(Fault(file="", line=None, key=key, message=folder.problem))
    seen: dict[tuple[str, str], _Found] = {}
    for file in folder.files:
        for document in _documents(file):
            unreadable = list(_unreadable(file.name, document))
            faults.extend(unreadable)
            for found in _objects(file.name, document) if not unreadable else ():
                problems = [*violations(team, found.value, sealed=sealed), *_twice(found, seen)]
                faults.extend(_fault(found, message) for message in problems)
                if not problems:
                    manifests.append(_placed(team, found.value))
    return OwnManifests(manifests=tuple(manifests), faults=tuple(faults))


def _documents(file: OwnFile) -> Iterator[Document]:
    """Each document with the line numbers of its file."""
    if file.name.endswith(".json"):
        yield _json(file.text)
        return
    ends = [match.start() for match in _SEPARATOR.finditer(file.text)]
    for start, end in zip([0, *ends], [*ends, len(file.text)], strict=True):
        before = file.text.count("\n", 0, start)
        yield read_yaml("\n" * before + _SEPARATOR.sub("   ", file.text[start:end]))


def _json(text: str) -> Document:
    """JSON, with lines as far as YAML reads it alike; a raw tab in JSON is white space."""
    read = read_yaml(text.replace("\t", "  "))
    try:
        value = json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        problem = Problem(
            path=(), line=error.lineno, message=f"cannot be read as JSON: {error.msg}"
        )
        return Document(problems=[problem])
    except KeyError as error:
        message = f"expected each key once, got {error.args[0]} twice"
        return Document(problems=[Problem(path=(), line=1, message=message)])
    return Document(value=value, lines=read.lines or {(): 1})


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        keys = [key for key, _ in pairs]
        raise KeyError(next(key for key in keys if keys.count(key) > 1))
    return value


def _unreadable(file: str, document: Document) -> Iterator[Fault]:
    for problem in document.problems:
        line = problem.line or document.line(problem.path)
        yield Fault(file=file, line=line, key=dotted(problem.path), message=problem.message)
    for path in encrypted_paths(document.value):
        message = "expected plain text; what is encrypted belongs in ml-platform:secrets"
        yield Fault(file=file, line=document.line(path), key=dotted(path), message=message)
    if _is_list(document.value) and not isinstance(document.value.get("items"), list):
        message = "expected the list's objects"
        yield Fault(file=file, line=document.line(("items",)), key="items", message=message)


def _is_list(value: Any) -> bool:
    return isinstance(value, Mapping) and value.get("kind") == "List"


def _objects(file: str, document: Document) -> Iterator[_Found]:
    """The document's objects; a List stands for its items."""
    value = document.value
    if value is None:
        return
    if _is_list(value):
        for index, item in enumerate(value["items"]):
            line = document.line(("items", index)) or 1
            yield _Found(file=file, line=line, value=item)
        return
    # lines of keys, as the document's own line is that of its first comment
    lines = [line for path, line in document.lines.items() if len(path) == 1]
    yield _Found(file=file, line=min(lines, default=document.line(()) or 1), value=value)


def _twice(found: _Found, seen: dict[tuple[str, str], _Found]) -> Iterator[str]:
    first = seen.setdefault(_identity(found.value), found)
    if first is not found:
        yield f"expected each object once, but {first.file}:{first.line} has it already"


def _identity(value: Any) -> tuple[str, str]:
    if not isinstance(value, Mapping) or not isinstance(value.get("metadata"), Mapping):
        return ("", str(id(value)))
    return (str(value.get("kind")), str(value["metadata"].get("name")))


def _fault(found: _Found, message: str) -> Fault:
    return Fault(
        file=found.file, line=found.line, key="/".join(_identity(found.value)), message=message
    )


def _placed(team: str, value: Mapping[str, Any]) -> Manifest:
    return {**value, "metadata": {**value["metadata"], "namespace": team}}
