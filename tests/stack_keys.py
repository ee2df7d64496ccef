"""Every key that a stack file may have, read from the schema."""

from collections.abc import Iterator, Sequence
from functools import cache

from components.config.shape import Node, allowed_keys, below, sections, variants

Keys = tuple[str, ...]


@cache
def every_key() -> list[Keys]:
    """All of them; `x` stands for names of one's own, and lists for their items."""
    return sorted({path for name, node in sections().items() for path in _keys([node], (name,))})


def _keys(nodes: Sequence[Node], path: Keys) -> Iterator[Keys]:
    yield path
    for node in variants(nodes):
        for key in allowed_keys([node]):
            yield from _keys(below(node, key), (*path, key))
        if "patternProperties" in node:
            yield from _keys(below(node, ""), (*path, "x"))
        if "items" in node:
            yield from _keys([node["items"]], path)
