"""`waivers.yaml`: the findings that somebody answers for, of every stack, in one file."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path as FilePath
from typing import Any

from pydantic import TypeAdapter, ValidationError

from assurance.graph.values import dotted
from components.config.faults import Fault, Path, Problem
from components.config.validation import Written, problems_of
from components.config.wording import one_of, shown, unknown_key
from components.config.yaml_positions import Document, read_yaml
from components.waivers import WaiverConfig

FILE = "waivers.yaml"
"""It lies beside Pulumi.yaml, so that whoever approves waivers can own one file."""
_KEY = "waivers"


@dataclass(frozen=True, kw_only=True, slots=True)
class Signed:
    """What the file holds."""

    waivers: Mapping[str, WaiverConfig] = field(default_factory=dict)
    """By dotted key; those that are wrong are left out."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """Where each dotted key stands."""
    faults: tuple[Fault, ...] = ()

    def of(self, stack: str) -> tuple[WaiverConfig, ...]:
        """Those of one stack."""
        return tuple(each for each in self.waivers.values() if each.stack == stack)


def read_signed(project: FilePath) -> Signed:
    """What a project's file holds; nothing where there is none."""
    try:
        text = (project / FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return Signed()
    except OSError as error:
        return Signed(faults=(_fault(f"cannot be read: {error.strerror}"),))
    except UnicodeDecodeError:
        return Signed(faults=(_fault("cannot be read: expected text in UTF-8"),))
    files = project.glob("Pulumi.*.yaml")
    return signed(text, {path.stem.removeprefix("Pulumi.") for path in files})


def signed(text: str, stacks: Collection[str]) -> Signed:
    """The same of the file's text, in a project of these stacks."""
    document = read_yaml(text)
    problems = list(document.problems)
    waivers: dict[str, WaiverConfig] = {}
    items = _items(document, problems)
    for position, item in enumerate(items):
        path: Path = (_KEY, position)
        model, error = _model(item)
        found = problems_of(error, Written(data={_KEY: items}, texts=document.texts), path)
        found += _strange(model, path, stacks)
        problems += found
        if model is not None and not found:
            waivers[dotted(path)] = model
    return Signed(
        waivers=waivers,
        lines={dotted(path): line for path, line in document.lines.items()},
        faults=tuple(_faults(problems, document)),
    )


def _items(document: Document, problems: list[Problem]) -> list[Any]:
    """The file's one list; what else it is is told."""
    top = document.value
    if top is None:
        return []
    if not isinstance(top, Mapping):
        problems.append(Problem(path=(), message=f"expected `waivers:`, got {shown(top)}"))
        return []
    problems += [Problem(path=(k,), message=unknown_key(k, [_KEY])) for k in top if k != _KEY]
    items = top.get(_KEY)
    if items is None or isinstance(items, list):
        return items or []
    problems.append(Problem(path=(_KEY,), message=f"expected a list, got {shown(items)}"))
    return []


def _model(item: Any) -> tuple[WaiverConfig | None, ValidationError | None]:
    try:
        return _adapter().validate_python(item), None
    except ValidationError as error:
        return None, error


def _strange(model: WaiverConfig | None, path: Path, stacks: Collection[str]) -> list[Problem]:
    """A waiver of a stack that is not there would never be told as unused."""
    if model is None or model.stack in stacks:
        return []
    message = one_of(sorted(stacks), model.stack, of="the stacks here")
    return [Problem(path=(*path, "stack"), message=message)]


def _faults(problems: list[Problem], document: Document) -> Iterator[Fault]:
    """One for each place: what the YAML itself says of it comes first."""
    told: dict[Path, Problem] = {}
    for problem in problems:
        told.setdefault(problem.path, problem)
    for path, problem in told.items():
        line = problem.line or document.line(path)
        yield Fault(file=FILE, line=line, key=dotted(path), message=problem.message)


def _fault(message: str) -> Fault:
    return Fault(file=FILE, line=None, key="", message=message)


@cache
def _adapter() -> TypeAdapter[WaiverConfig]:
    return TypeAdapter(WaiverConfig)
