"""YAML text to nodes with positions, or the likely reason why it cannot be read."""

import re
from typing import Any

import yaml
from yaml.resolver import BaseResolver

from components.config.faults import Problem

PLAIN = "plain"
"""The tag of unquoted text, which `yaml_scalars` gives a meaning."""
QUOTED = "tag:yaml.org,2002:str"
MERGE = "<<"


class _PlainText(BaseResolver):
    """Leaves unquoted text as it is, where PyYAML would make `on` a truth value."""

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Any) -> str:
        if kind is yaml.ScalarNode and implicit[0]:
            return PLAIN
        tag: str = super().resolve(kind, value, implicit)  # type: ignore[no-untyped-call]  # PyYAML
        return tag


class _PurePython(  # the bases of PyYAML's own loaders, without its ideas of types
    yaml.reader.Reader,
    yaml.scanner.Scanner,
    yaml.parser.Parser,
    yaml.composer.Composer,
    _PlainText,
):
    """Slow, with the better messages."""

    def __init__(self, text: str) -> None:
        yaml.reader.Reader.__init__(self, text)
        yaml.scanner.Scanner.__init__(self)
        yaml.parser.Parser.__init__(self)
        yaml.composer.Composer.__init__(self)
        _PlainText.__init__(self)


try:
    from yaml.cyaml import CParser  # type: ignore[attr-defined]  # its stub forgets it
except ImportError:  # a Python without libyaml
    _Fast: Any = _PurePython
else:

    class _Fast(CParser, _PlainText):  # type: ignore[no-redef]
        """The same nodes from libyaml."""

        def __init__(self, text: str) -> None:
            CParser.__init__(self, text)
            _PlainText.__init__(self)


def compose(text: str) -> yaml.Node | Problem | None:
    """The file's root node; None for an empty file."""
    text = text.removeprefix("\ufeff")
    try:
        node: yaml.Node | None = _Fast(text).get_single_node()
    except yaml.YAMLError as error:
        return _problem(text, _better(text) or error)
    except RecursionError:
        return Problem(path=(), line=1, message="expected fewer levels of nesting")
    return node


def _better(text: str) -> yaml.YAMLError | None:
    try:
        _PurePython(text).get_single_node()
    except yaml.YAMLError as error:
        return error
    return None


_CAUSES = (
    (r"character '\\t'", "expected spaces, got a tab; YAML indents with spaces only"),
    (r"character '(.)' that cannot", "expected text that begins with {0} in quotes"),
    (r"flow (sequence|mapping)", "expected the bracket that opens here to close"),
    (r"end of stream|document separator", "expected the quote that opens here to close"),
    (r"escape character '(.)'", "expected no \\{0} in double quotes; use single quotes"),
    (r"scanning an alias", "expected text that begins with * in quotes"),
    (r"alias '(.*)'", "expected text that begins with * in quotes; there is no anchor &{0}"),
    (r"another document", "expected one document, got a second one (---)"),
    (r"block collection", "expected one more list item (- …) or less indentation"),
    (r"block mapping", "expected the indentation of a line above; this line's fits none"),
)
"""What the parser says, and what a person has done."""
_OPENS = "opens here"


def _problem(text: str, error: yaml.YAMLError) -> Problem:
    """What a person has probably done."""
    if isinstance(error, yaml.reader.ReaderError):
        line = text.count("\n", 0, error.position) + 1
        character = f"U+{ord(text[error.position]):04X}"
        return _at(line, f"expected text, got the control character {character}")
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return _at(1, str(error))
    lines = text.splitlines()
    line = min(error.problem_mark.line + 1, len(lines))
    if "mapping values" in str(error.problem):
        return _at(line, _stray_colon(lines, line))
    for pattern, message in _CAUSES:
        found = re.search(pattern, str(error.problem)) or re.search(pattern, str(error.context))
        if found:
            opens = error.context_mark if _OPENS in message else None
            return _at(opens.line + 1 if opens else line, message.format(*found.groups()))
    return _at(line, str(error.problem))


def _stray_colon(lines: list[str], line: int) -> str:
    """A colon where none can be: a value that needs quotes, wrong indentation, or a lost colon."""
    before, here = ["", *lines][line - 1 : line + 1]
    if re.search(r":\s.*:(\s|$)", here):
        return "expected one ': ' in a line, got two; put the value in quotes"
    if _indentation(here) > _indentation(before) and ":" in before:
        return f"expected the indentation of line {line - 1}, which already has a value"
    return f"expected a ':' at the end of the key above, on line {line - 1}"


def _indentation(text: str) -> int:
    return len(text) - len(text.lstrip(" "))


def _at(line: int, message: str) -> Problem:
    return Problem(path=(), line=line, message=f"cannot be read as YAML: {message}")
