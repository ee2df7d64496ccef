"""What Python and the SDK do over and over while a program grows, done seldom or in short."""

import asyncio
import contextlib
import gc
from collections.abc import Iterable, Iterator
from typing import Any

import pulumi
from pulumi.runtime import _depends_on, resource, rpc, stack

from assurance.graph.readers.recording.economy import outputs, values
from assurance.graph.readers.recording.economy.frames import stack_trace

_SELDOM = (100_000, 50, 100)
"""A program only grows: looking for garbage as often as usual costs a third of its time."""

Tasks = set[asyncio.Future[Any]]


class _Asyncio:
    """asyncio, as the SDK is to see it at the end of a program.

    There it waits for whichever output is known next, and then for all the others anew: quadratic.
    """

    def __init__(self, at_most: float | None) -> None:
        self._at_most = at_most

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    async def wait(
        self, tasks: Iterable[asyncio.Future[Any]], *, return_when: str
    ) -> tuple[Tasks, Tasks]:
        """Until all are known or one has failed; more may have come by then."""
        assert return_when == asyncio.FIRST_COMPLETED
        return await asyncio.wait(tasks, timeout=self._at_most, return_when=asyncio.FIRST_EXCEPTION)


@contextlib.contextmanager
def frugal(at_most: float | None) -> Iterator[None]:
    """Run programs with less ado; outputs that came meanwhile are looked at after `at_most`."""
    thresholds = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    with _instead(_cheaper(_Asyncio(at_most))):
        try:
            yield
        finally:
            gc.set_threshold(*thresholds)


@contextlib.contextmanager
def unheard() -> Iterator[None]:
    """Debug messages, a dozen for each resource, are for nobody."""
    with _instead([(pulumi.log, "debug", _unsaid)]):
        yield


Change = tuple[Any, str, Any]
"""A module, a name in it, and what that name is to mean."""


def _cheaper(waiting: _Asyncio) -> list[Change]:
    return [
        (stack, "asyncio", waiting),
        (resource, "_get_stack_trace", stack_trace),
        (resource, "create_urn", outputs.create_urn),
        (rpc, "serialize_property", values.serialize_property),
        (rpc, "contains_unknowns", values.contains_unknowns),
        (rpc, "declare_dependency", outputs.declare_dependency),
        (rpc, "deserialize_properties", values.deserialize_properties),
        (rpc, "transfer_properties", outputs.transfer_properties),
        (rpc, "translate_output_properties", values.translate_output_properties),
        (_depends_on, "_resolve_depends_on", outputs.resolve_depends_on),
    ]


@contextlib.contextmanager
def _instead(changes: Iterable[Change]) -> Iterator[None]:
    before = [(module, name, getattr(module, name)) for module, name, _ in changes]
    try:
        for module, name, value in changes:
            setattr(module, name, value)
        yield
    finally:
        for module, name, value in before:
            setattr(module, name, value)


def _unsaid(*_: object, **__: object) -> None:
    """Nobody has asked."""
