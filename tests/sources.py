"""Python sources, parsed: what a rule about them asks of one file."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path, PurePosixPath


@dataclass(frozen=True, slots=True)
class Source:
    """One parsed file."""

    path: PurePosixPath
    text: str

    @property
    def tree(self) -> ast.Module:
        return _parsed(self.text)

    @property
    def nodes(self) -> tuple[ast.AST, ...]:
        return _walked(self.text)

    def under(self, *places: str) -> bool:
        return any(self.path.is_relative_to(place) for place in places)

    def at(self, node: ast.AST, words: str) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 1)}: {words}"


@lru_cache(maxsize=1)
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


@lru_cache(maxsize=1)
def _walked(text: str) -> tuple[ast.AST, ...]:
    """What `ast.walk` comes to, in half the time."""
    nodes: list[ast.AST] = [_parsed(text)]
    for node in nodes:
        for value in vars(node).values():
            if isinstance(value, list):
                nodes.extend(item for item in value if isinstance(item, ast.AST))
            elif isinstance(value, ast.AST):
                nodes.append(value)
    return tuple(nodes)


@cache
def sources(root: Path, *places: str) -> tuple[Source, ...]:
    """Every Python file of a project that is one of some places, or in one of them."""
    named = [root / place for place in places]
    paths = sorted(
        path for place in named for path in ([place] if place.is_file() else place.rglob("*.py"))
    )
    return tuple(
        Source(PurePosixPath(p.relative_to(root).as_posix()), p.read_text()) for p in paths
    )


def components(source: Source) -> Iterator[ast.ClassDef]:
    """Every ComponentResource of a file."""
    if "ComponentResource" not in source.text:
        return
    for node in source.nodes:
        if isinstance(node, ast.ClassDef) and any(
            ast.unparse(base).endswith("ComponentResource") for base in node.bases
        ):
            yield node


def token(component: ast.ClassDef) -> str | None:
    """The type token that a component passes on, if it is a literal."""
    call = super_call_of(component)
    first = call.args[0] if call and call.args else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None


def stem_of(part: str) -> str:
    return part.removesuffix(".py")


def init_of(component: ast.ClassDef) -> ast.FunctionDef | None:
    found = (n for n in component.body if isinstance(n, ast.FunctionDef) and n.name == "__init__")
    return next(found, None)


def super_call_of(component: ast.ClassDef) -> ast.Call | None:
    calls = (node for node in ast.walk(component) if isinstance(node, ast.Call))
    return next((c for c in calls if ast.unparse(c.func) == "super().__init__"), None)


def calls_of(source: Source, name: str) -> Iterator[ast.Call]:
    if name not in source.text:
        return
    for node in source.nodes:
        if isinstance(node, ast.Call) and called(node) == name:
            yield node


def called(call: ast.Call) -> str | None:
    """The last part of what is called, if that has a name."""
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return str(name)
    return None


def imports_of(source: Source) -> Iterator[tuple[ast.AST, str]]:
    for node in source.nodes:
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node, node.module or ""
