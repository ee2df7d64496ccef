"""What the words of YAML mean to Kubernetes' own tools."""

import math
import re
from functools import lru_cache
from typing import Any

import yaml

TAG = "tag:yaml.org,2002:"
MERGE = f"{TAG}merge"
TEXT = f"{TAG}str"
KNOWN = frozenset(f"{TAG}{name}" for name in ("bool", "float", "int", "null", "str", "timestamp"))
"""Types that may be written in front of a scalar."""


class Loader(yaml.CSafeLoader):
    """The events of libyaml, and what plain words mean."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


_NUMBERS = {
    f"{TAG}int": r"[-+]?(?:0b[01_]+|0o[0-7_]+|0x[0-9a-fA-F_]+|0[0-7_]*|[1-9][0-9_]*)$",
    f"{TAG}float": r"[-+]?(?:\.\d[\d_]*|\d[\d_]*(?:\.[\d_]*)?)(?:[eE][-+]?\d+)?$",
}
"""Python's own reader misses 1e3, and takes 1:30 for a number to the base of sixty."""
_OTHERWISE = {*_NUMBERS, f"{TAG}timestamp"}
"""Days and times stay text."""

Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in forms if tag not in _OTHERWISE]
    for first, forms in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _tag, _form in _NUMBERS.items():
    Loader.add_implicit_resolver(_tag, re.compile(_form), list("-+.0123456789"))


@lru_cache(1 << 14)
def plain(text: str) -> tuple[str, Any]:
    """What a word without quotes is."""
    resolvers = Loader.yaml_implicit_resolvers
    for tag, form in (*resolvers.get(text[:1], ()), *resolvers.get(None, ())):
        if form.match(text) and tag != f"{TAG}value":
            return tag, text if tag == MERGE else _number_or_text(tag, text)
    return TEXT, text


def _number_or_text(tag: str, text: str) -> Any:
    """Digits beyond what can be read as a number stay text."""
    try:
        return constructed(tag, text)
    except ValueError:
        return text


def constructed(tag: str, text: str) -> Any:
    """The value of a word whose type is known."""
    if tag == f"{TAG}timestamp":
        return text
    loader = Loader("")
    try:
        value = loader.construct_object(yaml.ScalarNode(tag, text))
    finally:
        loader.dispose()
    return text if isinstance(value, float) and not math.isfinite(value) else value
