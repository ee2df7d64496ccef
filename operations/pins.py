"""Which charts are pinned in the code, what is in their packages, and the pins with digests."""

import ast
import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import components
from components.charts.helm import ChartError
from components.charts.obtaining import Store, digest_of, fetched
from components.charts.pin import ChartPin
from operations.errors import UserError


@dataclass(frozen=True, kw_only=True, slots=True)
class Pinned:
    """A pin, and the file that it stands in."""

    pin: ChartPin
    file: Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What a pin's repository has under its name and version."""

    pinned: Pinned
    digest: str | None = None
    fault: str | None = None
    """Why it could not be had."""

    @property
    def state(self) -> str:
        """In a word."""
        if self.digest is None:
            return "not had"
        if self.pinned.pin.digest is None:
            return "unverified"
        return "the same" if self.pinned.pin.digest == self.digest else "another"


def every_pin() -> list[Pinned]:
    """All that stand at the top of a module, by chart."""
    found: dict[str, Pinned] = {}
    for each in pkgutil.walk_packages(components.__path__, f"{components.__name__}."):
        module = importlib.import_module(each.name)
        for value in vars(module).values():
            if isinstance(value, ChartPin) and _stated(module.__file__, value):
                found[value.chart] = Pinned(pin=value, file=Path(module.__file__ or ""))
    return [found[chart] for chart in sorted(found)]


def look(wanted: Iterable[Pinned], store: Store) -> list[Seen]:
    """Fetch each package and take its digest, whatever its pin says of it."""
    with ThreadPoolExecutor() as pool:
        return list(pool.map(lambda each: _seen(each, store), wanted))


def write(seen: Seen) -> None:
    """State the digest in the file that the pin stands in."""
    file = seen.pinned.file
    text = file.read_text(encoding="utf-8")
    file.write_text(with_digest(text, seen.pinned.pin.chart, seen.digest or ""), "utf-8")


def with_digest(text: str, chart: str, digest: str) -> str:
    """A module's text, with the digest in the pin of this chart."""
    for call in _calls(text):
        stated = {word.arg: word for word in call.keywords}
        if _text(stated["chart"].value) != chart:
            continue
        lines = text.splitlines(keepends=True)
        old, version = stated.get("digest"), stated["version"]
        at = version.lineno if old is None else old.lineno - 1
        stating = f'{" " * version.col_offset}digest="{digest}",\n'
        lines[at : at + (old is not None)] = [stating]
        return "".join(lines)
    message = f"no pin of chart {chart} is in that text"
    raise UserError(message)


def _seen(each: Pinned, store: Store) -> Seen:
    try:
        chart = fetched(replace(each.pin, digest=None), store)
    except ChartError as error:
        return Seen(pinned=each, fault=str(error))
    return Seen(pinned=each, digest=digest_of(chart))


def _stated(file: str | None, pin: ChartPin) -> bool:
    """Whether the pin is made in that file, and not merely imported there."""
    text = Path(file).read_text(encoding="utf-8") if file else ""
    return any(
        word.arg == "chart" and _text(word.value) == pin.chart
        for call in _calls(text)
        for word in call.keywords
    )


def _calls(text: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == ChartPin.__name__:
            yield node


def _text(value: ast.expr) -> object:
    return value.value if isinstance(value, ast.Constant) else None
