"""The one way a secret enters the program."""

import asyncio
from typing import TypeVar

import pulumi
from pulumi.runtime import rpc


T = TypeVar("T")


def secret(key: str) -> pulumi.Output[str] | None:
    """The stack's secret `ml-platform:<key>`; in a rehearsal an unknown secret; None where it is not set."""
    text = pulumi.Config("ml-platform").get(key)
    if text is None:
        return None
    if text == rpc.UNKNOWN:
        return unknown_secret()
    return pulumi.Output.secret(text)


def unknown_secret() -> pulumi.Output[str]:
    """A secret of which nothing is known but that it exists."""
    return pulumi.Output(_now(set()), _now(""), _now(False), _now(True))


def _now(value: T) -> asyncio.Future[T]:
    future: asyncio.Future[T] = asyncio.get_event_loop().create_future()
    future.set_result(value)
    return future
