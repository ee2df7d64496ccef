"""Dataclasses whose methods are compiled late, beside the standard library's own."""

import copy
import dataclasses
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from operations import late


class Point:
    """A class with every kind of field."""

    x: int
    y: int = 2
    tags: list[str] = dataclasses.field(default_factory=list)
    seen: int = dataclasses.field(default=0, compare=False, repr=False)
    sum: int = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sum", self.x + self.y)


class Hidden:  # noqa: PLW1641 - the decorator writes it
    """A class that writes some of its methods itself."""

    value: int
    other: int = 0

    def __repr__(self) -> str:
        return "hidden"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and self.value == other.value


OPTIONS: tuple[dict[str, bool], ...] = ({"kw_only": True}, {}, {"kw_only": True, "order": True})
CALLS: tuple[Callable[[Any], object], ...] = (
    lambda cls: repr(cls(x=1)),
    lambda cls: cls(x=1) == cls(x=1, seen=5),
    lambda cls: cls(x=1) == cls(x=2),
    lambda cls: cls(x=1) == 1,
    lambda cls: cls(x=1, tags=["a"]).tags,
    lambda cls: cls(x=1).tags is cls(x=1).tags,
    lambda cls: repr(cls(1)),
    lambda cls: repr(cls()),
    lambda cls: repr(cls(x=1, z=1)),
    lambda cls: cls(x=1) < cls(x=2),
    lambda cls: cls(x=1, y=1) >= cls(x=2),
    lambda cls: hash(cls(x=1, tags=())) == hash(cls(x=1, tags=())),
    lambda cls: hash(cls(x=1)),
    lambda cls: setattr(cls(x=1), "x", 2),
    lambda cls: setattr(cls(x=1), "elsewhere", 2),
    lambda cls: delattr(cls(x=1), "x"),
    lambda cls: setattr(cls.__new__(cls), "x", 2),
    lambda cls: repr(dataclasses.replace(cls(x=1), y=3)),
    lambda cls: dataclasses.asdict(cls(x=1)),
    lambda cls: [item.name for item in dataclasses.fields(cls)],
    lambda cls: repr(copy.deepcopy(cls(x=1))),
    lambda cls: (cls.__slots__, cls.__match_args__, cls.__doc__, cls.__dataclass_params__.frozen),
)


def tried(call: Callable[[Any], object], cls: type) -> object:
    """What comes of a call, be it an error."""
    try:
        return call(cls)
    except (TypeError, AttributeError) as error:
        return type(error), str(error)


def fresh(cls: type) -> Any:
    """The same class once more, as a decorator gets it."""
    hidden = {"__dict__", "__weakref__"}
    content = {key: copy.copy(value) for key, value in vars(cls).items() if key not in hidden}
    return type(cls.__name__, (), content)


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("call", CALLS)
def test_each_method_does_from_its_first_call_what_the_library_s_does(
    call: Callable[[Any], object], options: dict[str, bool]
) -> None:
    made = [
        decorate(frozen=True, slots=True, **options)(fresh(Point))
        for decorate in (late.dataclass, late._AT_ONCE)
    ]
    for _ in range(2):
        ours, theirs = (tried(call, cls) for cls in made)
        assert ours == theirs


def test_what_a_class_writes_itself_stays() -> None:
    made: Any = late.dataclass(frozen=True, slots=True)(fresh(Hidden))
    assert repr(made(1)) == "hidden"
    assert made(1, 2) == made(1, 3)
    assert hash(made(1, 2)) != hash(made(1, 3))


def test_methods_are_compiled_at_the_first_call_and_never_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compiled: list[str] = []
    whole = late._AT_ONCE

    def counted(**options: Any) -> Any:
        compiled.extend(["methods"] if options.get("init", True) else [])
        return whole(**options)

    monkeypatch.setattr(late, "_AT_ONCE", counted)
    made: Any = late.dataclass(frozen=True, slots=True)(fresh(Point))
    assert not compiled
    assert (repr(made(1)), made(1) == made(1)) == (repr(made(1)), True)
    assert compiled == ["methods"]


@pytest.mark.parametrize(
    "options", [{"frozen": True}, {"slots": True}, {"frozen": True, "slots": True, "eq": False}]
)
def test_other_dataclasses_are_the_library_s(options: dict[str, bool]) -> None:
    made = late.dataclass(**options)(fresh(Point))
    assert made.__init__.__qualname__ == "Point.__init__"


@late.dataclass(frozen=True, slots=True)
class Sent:
    """Something that goes to another process."""

    name: str = "a"


def test_modules_that_are_loaded_from_then_on_get_them_and_instances_pickle(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dataclasses, "dataclass", late._AT_ONCE)
    late.compile_late()
    assert vars(dataclasses)["dataclass"] is late.dataclass
    assert pickle.loads(pickle.dumps(Sent())) == Sent()
