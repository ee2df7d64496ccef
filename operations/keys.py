"""The page about every key of a stack file: `docs/config.md`, made from the models themselves."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from components.config.shape import Node, allowed_keys, sections
from operations.commands.explain import explained, into_items, nodes_of

_INTRODUCTION = """\
# Keys of a stack file

Made from the models by `mlp explain --keys`; do not edit. In a stack file `Pulumi.<stack>.yaml`
each section stands under `config:` as `ml-platform:<section>`; `*` stands for a name that you
choose. `waivers` alone stands in a file of its own, `waivers.yaml` beside `Pulumi.yaml`, for all
stacks. `mlp explain KEY` says the same of one key, and with `--stack` in which line a stack has it.
An editor that knows JSON Schema takes `components/stack.schema.json`, and for the waivers
`components/waivers.schema.json`.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([_INTRODUCTION, *(_section(name) for name in sections())])


def _section(name: str) -> str:
    rows = [_row(steps) for steps in _below((name,))]
    head = ["| key | takes | default | what it says | becomes |", "|---|---|---|---|---|"]
    return "\n".join([f'<a id="{name}"></a>', f"## {name}", "", *head, *rows, ""])


def keys() -> Iterator[tuple[str, ...]]:
    """Every key there is, a name that people choose as `*`."""
    for name in sections():
        yield from _below((name,))


def _below(steps: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield steps
    nodes = into_items(nodes_of(steps))
    inner = allowed_keys(nodes)
    if not inner and any(map(_names, nodes)):
        inner = ["*"]
    for key in inner:
        yield from _below((*steps, key))


def _names(node: Node) -> bool:
    """Whether people choose what its keys are called, and something stands below each."""
    inner: Sequence[Any] = [
        *node.get("patternProperties", {}).values(),
        node.get("additionalProperties"),
    ]
    return any(isinstance(each, Mapping) for each in inner)


def _row(steps: tuple[str, ...]) -> str:
    told = explained(steps)
    shown = (told["takes"], told["default"] or "", told["about"], told["becomes"])
    return f"| `{told['key']}` | {' | '.join(map(_cell, shown))} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
