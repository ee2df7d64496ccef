"""Values, and how they differ, in one line each."""

import json
from collections.abc import Iterator
from typing import Any

from assurance.graph.resource import Marker, Secret
from assurance.proofs.replacement.differences import ABSENT, Difference, differences

_LONG = 90


def spelled_out(each: Difference) -> Iterator[str]:
    """JSON inside of text is compared part by part."""
    inside = [_parsed(value) for value in (each.before, each.after)]
    if any(value is None for value in inside):
        yield _difference(each)
        return
    for part in differences(*inside):
        path = (*each.path, *part.path)
        yield _difference(Difference(path=path, before=part.before, after=part.after))


def _parsed(value: Any) -> Any:
    """An object or a list that a text holds; None if it holds none."""
    try:
        found = json.loads(value) if isinstance(value, str) and value[:1] in {"{", "["} else None
    except ValueError:
        return None
    return found


def _difference(each: Difference) -> str:
    if each.before is ABSENT:
        return f"+ {each}: {shown(each.after)}"
    if each.after is ABSENT:
        return f"- {each}: {shown(each.before)}"
    return f"~ {each}: {shown(each.before)} → {shown(each.after)}"


def shown(value: Any) -> str:
    """A value in one line, cut where it is long."""
    text = " ".join(_text(value).split())
    return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"


def _text(value: Any) -> str:
    if isinstance(value, Marker):
        return "(unknown)"
    if isinstance(value, Secret):
        return repr(value)
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_text(inner)}' for key, inner in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_text, value))}]"
    return str(value)
