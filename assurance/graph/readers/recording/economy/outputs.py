"""Outputs and what they wait for, in short where it is known already.

The SDK makes a dozen futures for each resource, and a task for each of them. Each function here
answers as the SDK's of that name does.
"""

import asyncio
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from pulumi import Output, Resource
from pulumi.output import _OutputData
from pulumi.runtime import _depends_on, resource, resource_cycle_breaker

Resolve = Callable[[Any, bool, bool, set[Resource] | None, Exception | None], None]

_AWAITED = "_is_awaited"
"""What a resource has that another one depends on."""
_resolve = _depends_on._resolve_depends_on  # noqa: SLF001
_urn = resource.create_urn


def create_urn(
    name: Any,
    type_: Any,
    parent: Any = None,
    project: str | None = None,
    stack: str | None = None,
) -> Output[str]:
    """A resource's name, as it is beneath its parent."""
    if not all(isinstance(each, str) for each in (name, type_, parent)):
        return _urn(name, type_, parent, project, stack)
    urn = f"{parent[0 : parent.rfind('::')]}${type_}::{name}"
    data = _OutputData(resources=set(), value=urn, is_known=True, is_secret=False)
    known: asyncio.Future[_OutputData[str]] = asyncio.Future()
    known.set_result(data)
    return Output._from_data(known)  # noqa: SLF001


def transfer_properties(
    res: Resource,
    props: Iterable[str],
    custom: bool,  # noqa: FBT001
) -> dict[str, Resolve]:
    """An output for each input: all that becomes known of it becomes known at once."""
    resolvers: dict[str, Resolve] = {}
    for name in props:
        if name == "urn" or (name == "id" and custom):
            continue
        data: asyncio.Future[_OutputData[Any]] = asyncio.Future()
        resolvers[name] = partial(_resolved, res, data)
        res.__dict__[name] = Output._from_data(data)  # noqa: SLF001
    return resolvers


def _resolved(  # noqa: PLR0913, PLR0917 - the SDK's parameters
    res: Resource,
    data: "asyncio.Future[_OutputData[Any]]",
    value: Any,
    is_known: bool,  # noqa: FBT001
    is_secret: bool,  # noqa: FBT001
    deps: set[Resource] | None,
    failed: Exception | None,
) -> None:
    if failed is not None:
        data.set_exception(failed)
        return
    resources = {*(deps or ()), res}
    data.set_result(
        _OutputData(resources=resources, value=value, is_known=is_known, is_secret=is_secret)
    )


async def resolve_depends_on(depends_on: Any) -> set[Resource]:
    """What must be there before: mostly resources, seldom what comes to be one."""
    if isinstance(depends_on, list) and all(isinstance(each, Resource) for each in depends_on):
        return set(depends_on)
    return await _resolve(depends_on)


def declare_dependency(from_resource: Resource, to_resource: Resource) -> bool:
    """Whether it closes no circle: one that nobody depends on yet is in none."""
    setattr(to_resource, _AWAITED, True)
    if hasattr(from_resource, _AWAITED):
        return resource_cycle_breaker.declare_dependency(from_resource, to_resource)
    resource_cycle_breaker._add_dep(from_resource, to_resource)  # noqa: SLF001
    return True
