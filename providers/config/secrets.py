"""The one way a secret enters the program."""

import asyncio
import json
from typing import TypeVar

import pulumi
from pulumi.runtime import rpc

T = TypeVar("T")


def secret(key: str) -> pulumi.Output[str] | None:
    """The stack's secret `ml-platform:<key>`; unknown in a rehearsal, None where it is not set."""
    text = pulumi.Config("ml-platform").get(key)
    return None if text is None else _sealed(text)


def team_secret(team: str, name: str, key: str) -> pulumi.Output[str]:
    """One value of `ml-platform:secrets`; the stack's models hold its name only."""
    values = pulumi.Config("ml-platform").get("secrets")
    if values == rpc.UNKNOWN:
        return unknown_secret()
    try:
        text = json.loads(values or "{}")[team][name][key]
    except (KeyError, TypeError, ValueError):
        message = f"secrets.{team}.{name}.{key}: expected a value, got none"
        raise pulumi.RunError(message) from None
    return _sealed(str(text))


def unknown_secret() -> pulumi.Output[str]:
    """A secret of which nothing is known but that it exists."""
    known = False
    return pulumi.Output(_now(set()), _now(""), _now(known), _now(not known))


def _sealed(text: str) -> pulumi.Output[str]:
    return unknown_secret() if text == rpc.UNKNOWN else pulumi.Output.secret(text)


def _now(value: T) -> asyncio.Future[T]:
    future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    future.set_result(value)
    return future
