"""Dataclasses whose methods are compiled when one is first called.

Of the classes that a command loads it uses few, and compiling the methods of all of them is a
sixth of its start.
"""

import dataclasses
from collections.abc import Callable
from functools import partial
from typing import Any

_AT_ONCE = dataclasses.dataclass
_OPTIONS = frozenset({"frozen", "kw_only", "order", "slots"})
_METHODS = (
    "__init__",
    "__repr__",
    "__eq__",
    "__hash__",
    "__setattr__",
    "__delattr__",
    "__getstate__",
    "__setstate__",
)
_ORDER = ("__lt__", "__le__", "__gt__", "__ge__")
_OF_AN_INSTANCE = frozenset({"__dict__", "__weakref__"})


def compile_late() -> None:
    """From now on, modules that are loaded get such classes for frozen and slotted dataclasses."""
    setattr(dataclasses, "dataclass", dataclass)  # noqa: B010 - to mypy it is what it was


def dataclass(cls: type | None = None, /, **options: bool) -> Any:
    """The standard library's, but for the time when methods are compiled."""
    if cls is None:
        return partial(dataclass, **options)
    frozen_slots = options.get("frozen") and options.get("slots")
    if not frozen_slots or options.keys() - _OPTIONS or dataclasses.is_dataclass(cls):
        return _AT_ONCE(**options)(cls)
    written = {k: v for k, v in vars(cls).items() if k not in _OF_AN_INSTANCE}
    written["__qualname__"] = cls.__qualname__
    bare = _AT_ONCE(
        init=False, repr=False, eq=False, slots=True, kw_only=options.get("kw_only", False)
    )
    made: Any = bare(cls)
    made.__dataclass_params__.frozen = True
    whole = partial(type(cls), cls.__name__, cls.__bases__, written)
    _promise(
        made, written, lambda: _AT_ONCE(**options)(whole()), ordered=bool(options.get("order"))
    )
    return made


def _promise(
    made: type, written: dict[str, Any], compiled: Callable[[], type], *, ordered: bool
) -> None:
    """Methods that give way to the compiled ones, all of them, when one is called."""
    missing = [
        name for name in (*_METHODS, *(_ORDER if ordered else ())) if written.get(name) is None
    ]

    def fulfilled(name: str) -> Any:
        methods = vars(compiled())
        for each in missing:
            if each in methods:
                setattr(made, each, methods[each])
        return methods[name]

    for name in missing:
        setattr(made, name, _first_call(name, fulfilled))


def _first_call(name: str, fulfilled: Callable[[str], Any]) -> Any:
    def call(self: Any, *arguments: Any, **named: Any) -> Any:
        return fulfilled(name)(self, *arguments, **named)

    return call
