"""The page about every key of a stack file: `docs/config.md`, made from the models themselves."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from components.config.consumers import consumer
from components.config.shape import allowed_keys, sections
from operations.answers import Form, answers, forms_of, into_items, providers

_INTRODUCTION = """\
# Keys of a stack file

Made from the models by `mlp explain --keys`; do not edit. In a stack file `Pulumi.<stack>.yaml`
each section stands under `config:` as `ml-platform:<section>`; `*` stands for a name that you
choose. `waivers` alone stands in a file of its own, `waivers.yaml` beside `Pulumi.yaml`, for all
stacks. What depends on who makes the cluster has a table for each provider. `mlp explain KEY` says
the same of one key; `--provider` keeps to one of them, `--stack` to that stack's, and says in which
line the stack has it.
An editor that knows JSON Schema takes `components/stack.schema.json`, and for the waivers
`components/waivers.schema.json`.
"""


_HEAD = ("| key | takes | default | what it says | becomes |", "|---|---|---|---|---|")
Steps = tuple[str, ...]


def page() -> str:
    """The whole page."""
    return "\n".join([_INTRODUCTION, *(part for name in sections() for part in _section(name))])


def _section(name: str) -> Iterator[str]:
    """What does not depend on the provider, then what does, for each of them."""
    every = list(_below((name,)))
    yield _table(name, name, [_row(*each) for each in every if each[1] is None])
    for provider in providers():
        if rows := [_row(*each) for each in every if each[1] == provider]:
            place = f"{name}, with provider: {provider}"
            yield _table(f"{name}.{provider}", place, rows)


def _table(anchor: str, title: str, rows: Iterable[str]) -> str:
    return "\n".join([f'<a id="{anchor}"></a>', f"## {title}", "", *_HEAD, *rows, ""])


def keys() -> Iterator[tuple[Steps, str | None]]:
    """Every key there is, a name that people choose as `*`; and with which provider it is one."""
    for name in sections():
        yield from _below((name,))


def _below(steps: Steps) -> Iterator[tuple[Steps, str | None]]:
    forms = forms_of(steps)
    for provider in dict.fromkeys(form.provider for form in forms):
        yield steps, provider
    forms = into_items(forms)
    inner = allowed_keys([form.node for form in forms])
    if not inner and any(map(_names, forms)):
        inner = ["*"]
    for key in inner:
        yield from _below((*steps, key))


def _names(form: Form) -> bool:
    """Whether people choose what its keys are called, and something stands below each."""
    inner: Sequence[Any] = [
        *form.node.get("patternProperties", {}).values(),
        form.node.get("additionalProperties"),
    ]
    return any(isinstance(each, Mapping) for each in inner)


def _row(steps: Steps, provider: str | None) -> str:
    [told] = answers(steps, provider)
    shown = (told.takes, told.default or "", told.about, consumer(steps))
    return f"| `{'.'.join(steps)}` | {' | '.join(map(cell, shown))} |"


def cell(text: str) -> str:
    """Text as a cell of a table may have it."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
