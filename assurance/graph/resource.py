"""One resource, as a program registered it or a cluster holds it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

OBJECT = (dict, Mapping)
"""A manifest's own kind of mapping, and every other; asked in this order it is ten times faster."""


class Marker(Enum):
    """Stands where a value cannot be known."""

    UNKNOWN = "unknown"
    SECRET_UNKNOWN = "secret-unknown"  # noqa: S105 - a marker, no secret


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A value that is known and must not be shown."""

    value: Any

    def __repr__(self) -> str:
        """Never the value."""
        return "[secret]"


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Where a resource was asked for."""

    config: str | None = None
    """The stack file's key, such as `teams.fraud.workloads.api`."""
    source: str | None = None
    """`file:line` in the program, or the manifest's file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """What the engine was told beside the inputs."""

    protect: bool = False
    retain_on_delete: bool = False
    delete_before_replace: bool = False
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    additional_secret_outputs: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    deleted_with: str | None = None
    import_id: str | None = None
    timeouts: Mapping[str, str] = field(default_factory=dict)
    version: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Resource:
    """A node of the graph."""

    urn: str
    type: str
    name: str
    parent: str | None
    provider: str | None
    inputs: Mapping[str, Any]
    """Plain values with markers; for Kubernetes the manifest itself."""
    outputs: Mapping[str, Any] = field(default_factory=dict)
    """What is known after the fact (warm and live)."""
    dependencies: frozenset[str] = frozenset()
    property_dependencies: Mapping[str, frozenset[str]] = field(default_factory=dict)
    options: Options = Options()
    origin: Origin = Origin()
    assumed: str | None = None
    """The stand-in that this resource comes from."""
    custom: bool = True
    """False for components and the stack itself."""
