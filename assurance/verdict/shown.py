"""Values, and how they differ, in one line each."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from assurance.graph.resource import Marker, Secret
from assurance.proofs.replacement.differences import ABSENT, Difference, Path, differences

_LONG, _WITNESS = 90, 300
_URN = re.compile(r"urn:pulumi:[^\s,}\]]*::")


def spelled_out(each: Difference) -> Iterator[str]:
    """JSON inside of text is compared part by part."""
    inside = [_parsed(value) for value in (each.before, each.after)]
    if any(value is None for value in inside):
        yield _difference(each)
        return
    for part in _inside(each.path, *inside):
        yield _difference(part)


def _inside(path: Path, before: Any, after: Any) -> Iterator[Difference]:
    """As `differences`, but what has come into a list or left it is told, not what has moved up."""
    lists = isinstance(before, list) and isinstance(after, list)
    gone = [(at, each) for at, each in enumerate(before) if each not in after] if lists else []
    come = [(at, each) for at, each in enumerate(after) if each not in before] if lists else []
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            yield from _inside((*path, key), before.get(key, ABSENT), after.get(key, ABSENT))
    elif len(gone) != len(come):
        yield from (Difference(path=(*path, at), before=it, after=ABSENT) for at, it in gone)
        yield from (Difference(path=(*path, at), before=ABSENT, after=it) for at, it in come)
    elif gone:
        for (_, old), (at, new) in zip(gone, come, strict=True):
            yield from _inside((*path, at), old, new)
    else:
        yield from (replace(part, path=(*path, *part.path)) for part in differences(before, after))


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


def shown(value: Any, most: int = _LONG) -> str:
    """A value in one line, cut where it is long."""
    text = " ".join(_text(value).split())
    return text if len(text) <= most else f"{text[: most - 1]}…"


def witnessed(witness: Mapping[str, Any]) -> str:
    """What shows a finding to be true; what it calls by its URN, by its name."""
    parts = (f"{name} {_URN.sub('', _text(value))}" for name, value in witness.items())
    return shown("; ".join(parts), _WITNESS)


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
