"""How faults are worded: what was expected, what was found, what was probably meant."""

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from components.config.yaml_positions import Marker

_LONGEST = 60
_ALIKE, _NEARLY_THE_SAME = 0.6, 0.7
_LONG_WORD = 8
_SHORT = 3
"""`gpu` looks like `cpu`, and nobody means it."""


def shown(value: Any) -> str:
    """A value as a message quotes it; never what is encrypted."""
    match value:
        case str():
            quoted = f"'{value if len(value) <= _LONGEST else value[:_LONGEST] + '…'}'"
        case Mapping():
            keys = listed(list(value)[:3])
            quoted = f"a section with {keys}" if keys else "an empty section"
        case list():
            quoted = "a list" if value else "an empty list"
        case Marker():
            quoted = "an encrypted value"
        case _:
            quoted = {None: "nothing", True: "true", False: "false"}.get(value, str(value))
    return quoted


def listed(words: Iterable[str], last: str = "and") -> str:
    """`a, b and c`."""
    *first, end = [*words] or [""]
    return f"{', '.join(first)} {last} {end}" if first else end


def meant(word: str, options: Iterable[str]) -> str | None:
    """The option that a person has probably meant."""
    by_plain = {_plain(option): option for option in options}
    likeness = _ALIKE if len(word) > _SHORT else _NEARLY_THE_SAME
    close = difflib.get_close_matches(_plain(word), by_plain, n=1, cutoff=likeness)
    return by_plain[close[0]] if close else None


def one_of(options: Iterable[str], got: str, *, of: str = "") -> str:
    """What to say of a word that is none of those allowed."""
    allowed = list(options)
    guess = meant(got, allowed)
    hint = f"; did you mean {guess}" if guess else ""
    if not allowed:
        return f"expected one of {of or 'none'}, got {shown(got)}; there are none"
    choice = allowed[0] if len(allowed) == 1 else f"one of {', '.join(allowed)}"
    whole = f"one of {of} ({', '.join(allowed)})" if of else choice
    return f"expected {whole}, got {shown(got)}{hint}"


def unknown_key(key: str, allowed: Iterable[str], deeper: Mapping[str, str] | None = None) -> str:
    """What to say of a key that nobody reads; `deeper` are keys that stand further down."""
    options = list(allowed)
    guess = meant(key, options) or _begun(key, options) or _deeper(key, deeper or {})
    if guess:
        return f"expected a known key, got {key}; did you mean {guess}"
    return one_of(options, key).replace(f"'{key}'", key)


def _begun(word: str, options: Iterable[str]) -> str | None:
    """`cpu` for `cpu_target`."""
    alike = [option for option in options if _plain(option).startswith(_plain(word))]
    return alike[0] if len(alike) == 1 and len(word) >= _SHORT else None


def _deeper(word: str, deeper: Mapping[str, str]) -> str | None:
    """`resources.cpu` for `cpu`, `probes.liveness` for `livenessProbe`."""
    plain = {_plain(key): place for key, place in deeper.items()}
    begins = [place for key, place in plain.items() if _plain(word).startswith(key)]
    exact = plain.get(_plain(word))
    return exact or (begins[0] if len(begins) == 1 and len(word) > _LONG_WORD else None)


def _plain(word: str) -> str:
    """Case, dashes and underscores are what people mix up first."""
    return re.sub(r"[-_ ]", "", word).lower()
