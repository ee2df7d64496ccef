"""Which stacks of a tree stand on one cluster, and which files they are made from."""

import hashlib
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from operations.stacks import sections
from operations.verdict.repository import Tree

_STACK_FILE = re.compile(r"Pulumi\.([^/]+)\.yaml")
_QUIET = (".ci", ".github", "docs", "tests", "tools")
"""What no program reads, unless a stack file names something in it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """Stacks on one cluster; the one that owns it first."""

    tree: Tree
    stacks: tuple[str, ...]

    @property
    def owner(self) -> str:
        """By whom the family of another tree is told to be the same."""
        return self.stacks[0]

    @property
    def name(self) -> str:
        """All of them."""
        return "+".join(self.stacks)

    def texts(self) -> dict[str, str]:
        """The stack files."""
        return {stack: self.tree.text(file_of(stack)) for stack in self.stacks}

    def key(self, *more: str) -> str:
        """The hash of everything that a rehearsal of these stacks depends on."""
        spoken = "".join(self.texts().values())
        loud = tuple(name for name in _QUIET if f"{name}/" in spoken)
        found = hashlib.sha256(repr((sys.version, more)).encode())
        for path, blob in sorted(self.tree.blobs.items()):
            if self._matters(path, loud):
                found.update(f"{path}\0{blob}\n".encode())
        return found.hexdigest()

    def _matters(self, path: str, loud: tuple[str, ...]) -> bool:
        top, _, _ = path.partition("/")
        stack = stack_of(path)
        if stack is not None:
            return stack in self.stacks
        return top not in _QUIET or top in loud


def families(tree: Tree) -> list[Family]:
    """Every stack of a tree, each in one family."""
    stacks = sorted(filter(None, map(stack_of, tree.blobs)))
    above = {stack: _platform(tree.text(file_of(stack))) for stack in stacks}
    found: dict[str, list[str]] = {}
    for stack in stacks:
        owner = _owner(stack, above)
        found.setdefault(owner, [owner] if owner in above else []).append(stack)
    return [Family(tree=tree, stacks=tuple(dict.fromkeys(found[owner]))) for owner in sorted(found)]


def stack_of(path: str) -> str | None:
    """The stack whose file this is."""
    found = _STACK_FILE.fullmatch(path)
    return found[1] if found else None


def file_of(stack: str) -> str:
    """The other way round."""
    return f"Pulumi.{stack}.yaml"


def _owner(stack: str, above: Mapping[str, str | None]) -> str:
    """At the end of the references; a circle is a fault that the rehearsal tells."""
    seen = [stack]
    while (other := above.get(seen[-1])) is not None and other not in seen:
        seen.append(other)
    return seen[-1] if seen[-1] in above else stack


def _platform(text: str) -> str | None:
    platform = sections(text).get("platform")
    reference = platform.get("from_stack") if isinstance(platform, Mapping) else None
    return reference if isinstance(reference, str) else None


def rewritten(before: Iterable[str], after: Iterable[str]) -> set[tuple[str, str]]:
    """Team and name of each secret that is encrypted otherwise in two sets of stack files."""
    old, new = _secrets(before), _secrets(after)
    return {name for name in old.keys() & new.keys() if old[name] != new[name]}


def _secrets(texts: Iterable[str]) -> dict[tuple[str, str], Any]:
    found = {}
    for text in texts:
        teams = sections(text).get("secrets")
        for team, secrets in teams.items() if isinstance(teams, Mapping) else ():
            for name, keys in secrets.items() if isinstance(secrets, Mapping) else ():
                found[str(team), str(name)] = keys
    return found
