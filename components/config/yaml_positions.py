"""A stack file's values with their lines, and everything that is wrong with it as YAML."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import yaml

from components.config.faults import Path, Problem
from components.config.yaml_nodes import MERGE, PLAIN, QUOTED, compose
from components.config.yaml_scalars import Scalar, plain_scalar, trap

_MOST_VALUES = 200_000
"""More than this comes from aliases of aliases, not from a person."""


class Marker(Enum):
    """Stands where the stack file holds an encrypted value."""

    ENCRYPTED = "encrypted"


@dataclass(kw_only=True, slots=True)
class Document:
    """A YAML file, read."""

    value: Any = None
    """Plain values, with `Marker.ENCRYPTED` for each `{secure: …}`."""
    lines: dict[Path, int] = field(default_factory=dict)
    texts: dict[Path, str] = field(default_factory=dict)
    """Scalars as they are written; none from an encrypted value."""
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int | None:
        """The line of a path, or of the nearest thing above it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


def read_yaml(text: str) -> Document:
    """Read a file's text; what is wrong stands in `problems`, nothing is raised."""
    document = Document(lines={(): 1})
    composed = compose(text)
    if isinstance(composed, Problem):
        document.problems.append(composed)
    elif composed is not None:
        document.value = _Builder(document).value(composed, ())
    return document


class _Builder:
    """Walks the nodes once; aliases are followed, never into themselves."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._open: set[yaml.Node] = set()
        self._left = _MOST_VALUES

    def value(self, node: yaml.Node, path: Path) -> Any:
        """The node's value; lines, texts and problems go to the document."""
        self._left -= 1
        if node in self._open:
            self._problem(node, path, "expected an end: an alias contains itself")
            return None
        if self._left < 0:
            if self._left == -1:
                self._problem(
                    node, path, f"expected at most {_MOST_VALUES} values, aliases included"
                )
            return None
        self._open.add(node)
        try:
            if isinstance(node, yaml.MappingNode):
                return self._mapping(node, path)
            if isinstance(node, yaml.SequenceNode):
                return [self._item(item, (*path, n)) for n, item in enumerate(node.value)]
            return self._scalar(node, path)
        finally:
            self._open.discard(node)

    def _item(self, node: yaml.Node, path: Path) -> Any:
        self._document.lines[path] = node.start_mark.line + 1
        return self.value(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> Any:
        if _is_encrypted(node):
            return Marker.ENCRYPTED
        own: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        first: dict[str, int] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if key_node.tag == PLAIN and key_node.value == MERGE:
                merged |= self._merged(value_node, path)
                continue
            key = self._key(key_node, path)
            if key is None:
                continue
            here = (*path, key)
            if key in first:
                message = f"expected each key once, got it on lines {first[key]} and {line}"
                self._document.problems.append(Problem(path=here, message=message, line=line))
                continue
            first[key] = self._document.lines[here] = line
            own[key] = self.value(value_node, here)
        return {**merged, **own}

    def _merged(self, node: yaml.Node, path: Path) -> dict[str, Any]:
        """What `<<` brings in; the mapping's own keys win, earlier sources win over later ones."""
        sources = node.value if isinstance(node, yaml.SequenceNode) else [node]
        together: dict[str, Any] = {}
        for source in reversed(sources):
            value = self.value(source, path)
            if isinstance(value, dict):
                together |= value
            else:
                self._problem(node, path, f"expected {MERGE} to name a section")
        return together

    def _key(self, node: yaml.Node, path: Path) -> str | None:
        if not isinstance(node, yaml.ScalarNode):
            self._problem(node, path, "expected a key, got a list or a section in its place")
            return None
        text = str(node.value)
        if node.tag == PLAIN and not isinstance(plain_scalar(text), str):
            self._problem(
                node, (*path, text), f"expected a name, got {text}; write '{text}' in quotes"
            )
            return None
        return text

    def _scalar(self, node: yaml.Node, path: Path) -> Scalar:
        text = str(node.value)
        self._document.texts[path] = text
        if node.tag not in (PLAIN, QUOTED):
            tag = node.tag.replace("tag:yaml.org,2002:", "!!")
            self._problem(node, path, f"expected a value without a tag, got {tag}; leave it out")
        if node.tag != PLAIN:
            return text
        if message := trap(text):
            self._problem(node, path, message)
        return plain_scalar(text)

    def _problem(self, node: yaml.Node, path: Path, message: str) -> None:
        line = node.start_mark.line + 1
        self._document.problems.append(Problem(path=path, message=message, line=line))


def _is_encrypted(node: yaml.MappingNode) -> bool:
    """Whether this is the form in which Pulumi keeps a secret: `secure` alone, with text."""
    if len(node.value) != 1:
        return False
    key, value = node.value[0]
    return key.value == "secure" and isinstance(value, yaml.ScalarNode)


def has_encrypted(value: Any) -> bool:
    """Whether an encrypted value stands anywhere."""
    return any(True for _ in encrypted_paths(value))


def encrypted_paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Where encrypted values stand."""
    if value is Marker.ENCRYPTED:
        yield path
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from encrypted_paths(inner, (*path, key))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from encrypted_paths(inner, (*path, position))
