"""The keys of a stack file: which are the platform's sections, which are Pulumi's own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from components.config.faults import Path, Problem
from components.config.wording import meant, shown, unknown_key
from components.config.yaml_positions import Document

PROJECT = "ml-platform"
"""The project's name, and the namespace of its keys."""
SECTIONS = ("platform", "teams", "secrets", "kubeconfig")
"""The keys of that namespace."""
_PULUMIS_OWN = ("config", "secretsprovider", "encryptedkey", "encryptionsalt", "environment")


@dataclass(frozen=True, kw_only=True, slots=True)
class Keys:
    """A stack file's content, sorted."""

    sections: Mapping[str, Any] = field(default_factory=dict)
    """The platform's own sections by short name."""
    config: Mapping[str, Any] = field(default_factory=dict)
    """Every configuration value by full key."""
    document: Document = field(default_factory=Document)
    """Lines, texts and all problems so far; paths begin at a section."""


def sort_keys(document: Document) -> Keys:
    """Tell the sections from the rest, and say which keys nobody reads."""
    top = {} if document.value is None else document.value
    if not isinstance(top, Mapping):
        return _rooted(document, {}, [_at((), f"expected `config:` with keys, got {shown(top)}")])
    problems = [_at((key,), _unknown(key)) for key in top if key not in _PULUMIS_OWN]
    config = {} if top.get("config") is None else top["config"]
    if not isinstance(config, Mapping):
        problem = _at(("config",), f"expected keys and values, got {shown(config)}")
        return _rooted(document, {}, [*problems, problem])
    full = {key: full_key(key) for key in config}
    seen: dict[str, str] = {}
    for key, whole in full.items():
        problems += _unread(key, whole)
        if (other := seen.setdefault(whole, key)) != key:
            problems.append(_at(("config", key), f"expected each key once, got it as {other} too"))
    return _rooted(document, {whole: config[key] for key, whole in full.items()}, problems, full)


def full_key(key: str) -> str:
    """A key with its namespace; the engine reads a bare one as the project's."""
    namespace, _, name = key.partition(":")
    return f"{namespace}:{name.removeprefix('config:')}" if name else f"{PROJECT}:{key}"


def _unknown(key: str) -> str:
    if ":" in key or key in SECTIONS:
        return f"expected this key under `config:`, got {key} beside it"
    return unknown_key(key, _PULUMIS_OWN)


def _unread(key: str, whole: str) -> list[Problem]:
    """Keys that look like ours and are none."""
    namespace, _, name = whole.partition(":")
    if namespace == PROJECT and name not in SECTIONS:
        guess = meant(name, SECTIONS)
        ours = [f"{PROJECT}:{section}" for section in ([guess] if guess else SECTIONS)]
        return [_at(("config", key), unknown_key(key, ours))]
    if namespace != PROJECT and name in SECTIONS and meant(namespace, [PROJECT]):
        return [_at(("config", key), unknown_key(whole, [f"{PROJECT}:{name}"]))]
    return []


def _rooted(
    document: Document,
    config: Mapping[str, Any],
    problems: list[Problem],
    full: Mapping[str, str] | None = None,
) -> Keys:
    """The same lines, texts and problems with paths that begin at a section."""
    names = full or {}
    sections = {s: config[key] for s in SECTIONS if (key := f"{PROJECT}:{s}") in config}
    rooted = Document(
        value=sections,
        lines={_short(path, names): line for path, line in document.lines.items()},
        texts={_short(path, names): text for path, text in document.texts.items()},
        problems=[
            Problem(
                path=_short(p.path, names), message=p.message, line=p.line or document.line(p.path)
            )
            for p in [*document.problems, *problems]
        ],
    )
    return Keys(sections=sections, config=config, document=rooted)


def _short(path: Path, full: Mapping[str, str]) -> Path:
    """`config` and the project's namespace are left out of what people read."""
    if len(path) < 2 or path[0] != "config":  # noqa: PLR2004 - config and one key
        return path
    whole = full.get(str(path[1]), str(path[1]))
    section = whole.removeprefix(f"{PROJECT}:")
    return (section if section in SECTIONS else str(path[1]), *path[2:])


def _at(path: Path, message: str) -> Problem:
    return Problem(path=path, message=message)
