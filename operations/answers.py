"""What is known of a key of the stack file, and with which provider it is so."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any

import yaml

from components.config.consumers import consumer
from components.config.shape import Node, allowed_keys, below, phrase, sections, variants
from components.config.wording import listed, unknown_key
from operations.errors import UserError

_CHOICE = "provider"


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """One alternative of a key."""

    provider: str | None
    """With whom it is one; None where that does not matter."""
    node: Node


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What is so with some providers."""

    providers: tuple[str, ...]
    """None where it does not matter."""
    about: str
    takes: str
    default: str | None
    examples: tuple[str, ...]
    keys: Mapping[str, str]
    """The keys of a section, or of a list's items, with what each says."""


def explained(steps: Sequence[str], provider: str | None = None) -> dict[str, Any]:
    """Everything that is known of a key; plain, for machines too."""
    return {
        "key": ".".join(steps) or "config",
        "becomes": consumer(tuple(steps)),
        "answers": [asdict(answer) for answer in answers(steps, provider)],
    }


def answers(steps: Sequence[str], provider: str | None = None) -> tuple[Answer, ...]:
    """One where all agree, else one for each opinion."""
    if not steps:
        return (_of_the_file(),)
    forms = forms_of(steps)
    if provider is not None:
        forms = _with(provider, forms, steps)
    said: dict[str | None, list[Node]] = {}
    for form in forms:
        said.setdefault(form.provider, []).append(form.node)
    alike: list[Answer] = []
    for name, nodes in said.items():
        answer = _answer(nodes)
        same = next((a for a in alike if replace(a, providers=()) == answer), None)
        if same is not None:
            alike.remove(same)
        before = () if same is None else same.providers
        alike.append(replace(answer, providers=before if name is None else (*before, name)))
    whole = len(alike) == 1 and set(alike[0].providers) in (set(providers()), {provider})
    return (replace(alike[0], providers=()),) if whole else tuple(alike)


def providers() -> tuple[str, ...]:
    """All there are."""
    forms = forms_of(("platform", "cluster"))
    return tuple(dict.fromkeys(form.provider for form in forms if form.provider is not None))


def forms_of(steps: Sequence[str]) -> list[Form]:
    """The key's alternatives in the schema; names of teams and the like may be any."""
    return list(_forms(tuple(steps)))


@cache
def _forms(steps: tuple[str, ...]) -> tuple[Form, ...]:
    *above, step = steps
    if not above:
        if step not in sections():
            raise UserError(_unknown(steps, list(sections())))
        return tuple(_told_apart([Form(provider=None, node=sections()[step])]))
    forms = into_items(_forms(tuple(above)))
    inner = [replace(f, node=node) for f in forms for node in below(f.node, step)]
    if not inner:
        raise UserError(_unknown(steps, allowed_keys([form.node for form in forms])))
    return tuple(_told_apart(inner))


def into_items(forms: Sequence[Form]) -> list[Form]:
    """A list's keys are those of its items."""
    items = [replace(form, node=form.node["items"]) for form in forms if "items" in form.node]
    return [form for form in forms if "items" not in form.node] + _told_apart(items)


def _told_apart(forms: Iterable[Form]) -> list[Form]:
    return [
        Form(provider=_provider(node) or form.provider, node=node)
        for form in forms
        for node in variants([form.node])
    ]


def _provider(node: Node) -> str | None:
    said = node.get("properties", {}).get(_CHOICE, {}).get("const")
    return None if said is None else str(said)


def _with(provider: str, forms: Sequence[Form], steps: Sequence[str]) -> list[Form]:
    kept = [form for form in forms if form.provider in (None, provider)]
    if not kept:
        others = listed(dict.fromkeys(str(form.provider) for form in forms), last="and")
        message = f"{'.'.join(steps)}: provider {provider} has no such key; it belongs to {others}"
        raise UserError(message)
    return kept


def _answer(nodes: Sequence[Node]) -> Answer:
    inner: dict[str, str] = {}
    items = [item for node in nodes if "items" in node for item in variants([node["items"]])]
    for node in (*nodes, *items):
        for key in allowed_keys([node]):
            inner.setdefault(key, _about(below(node, key)))
    defaults = [_yaml(node["default"]) for node in nodes if node.get("default", {}) not in ({}, [])]
    examples = [_yaml(example) for node in nodes for example in node.get("examples", ())]
    return Answer(
        providers=(),
        about=_about(nodes),
        takes=f"{phrase(nodes)}, each {phrase(items)}" if items else phrase(nodes),
        default=defaults[0] if defaults else None,
        examples=tuple(dict.fromkeys(examples)),
        keys=inner,
    )


def _of_the_file() -> Answer:
    return Answer(
        providers=(),
        about="What a stack file configures for the platform.",
        takes="a section for each of its keys",
        default=None,
        examples=(),
        keys={name: _about([node]) for name, node in sections().items()},
    )


def _about(nodes: Sequence[Node]) -> str:
    """What the key says of itself; where it has several forms, the first that does."""
    described = [str(n["description"]) for n in variants(nodes) if "description" in n]
    return " ".join(described[0].split()) if described else ""


def _unknown(steps: Sequence[str], allowed: Sequence[str]) -> str:
    return f"{'.'.join(steps)}: {unknown_key(steps[-1], allowed)}"


def _yaml(value: Any) -> str:
    """A value as one would write it in the file: without what is empty anyway."""
    return (
        yaml.safe_dump(_written(value), default_flow_style=True, width=999)
        .removesuffix("...\n")
        .strip()
    )


def _written(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {key: _written(inner) for key, inner in value.items() if inner not in ({}, [], "")}
