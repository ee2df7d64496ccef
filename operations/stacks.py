"""Which project this is, and which stack files it has."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from operations.errors import UserError

PROJECT = "Pulumi.yaml"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def project_root(start: Path | None = None) -> Path:
    """The nearest directory at or above `start` that is a Pulumi project."""
    here = (start or Path.cwd()).resolve()
    for directory in (here, *here.parents):
        if (directory / PROJECT).is_file():
            return directory
    message = f"{here}: neither here nor above is a {PROJECT}; run this in a clone of the project"
    raise UserError(message)


def project_name(root: Path) -> str:
    """The project's name, as its file states it."""
    try:
        content = yaml.safe_load((root / PROJECT).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        message = f"{root / PROJECT}: cannot be read: {error}"
        raise UserError(message) from None
    name = content.get("name") if isinstance(content, dict) else None
    if not isinstance(name, str):
        message = f"{root / PROJECT}: expected a name"
        raise UserError(message)
    return name


def stack_paths(root: Path, words: Sequence[str]) -> list[Path]:
    """The files of the stacks that are named, by name or by path; of every stack if none is."""
    if words:
        return [_stack_path(root, word) for word in dict.fromkeys(words)]
    found = sorted(root.glob("Pulumi.*.yaml"))
    if not found:
        message = f"{root}: no stack file (Pulumi.<stack>.yaml)"
        raise UserError(message)
    return found


def _stack_path(root: Path, word: str) -> Path:
    path = Path(word)
    if path.suffix not in {".yaml", ".yml"}:
        return stack_path(root, word)
    if path.is_file():
        return path.resolve()
    message = f"no stack file {word}"
    raise UserError(message)


def stack_path(root: Path, name: str) -> Path:
    """The file of one stack; which stacks there are, if there is no such file."""
    named = root / f"Pulumi.{name}.yaml"
    if named.is_file():
        return named
    names = sorted(path.stem.removeprefix("Pulumi.") for path in root.glob("Pulumi.*.yaml"))
    meant = Path(name).name.removeprefix("Pulumi.").removesuffix(".yaml").lower()
    hint = "".join(f"; did you mean {guess}" for guess in get_close_matches(meant, names, n=1))
    message = f"no stack {name} in {root} (there are: {', '.join(names) or 'none'}){hint}"
    raise UserError(message)


@cache
def sections(text: str) -> Mapping[str, Any]:
    """A stack file's sections, as far as it is one."""
    try:
        config = yaml.load(text, _LOADER)["config"]  # noqa: S506 - the safe one
        return {str(key).removeprefix("ml-platform:"): value for key, value in config.items()}
    except (yaml.YAMLError, LookupError, TypeError, AttributeError, ValueError):
        return {}
