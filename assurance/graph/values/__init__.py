"""The values that every layer speaks in; standard library only, so any layer may import them."""

from assurance.graph.values.capacity import Capability, Overcommit, Pool, Shape, Taint
from assurance.graph.values.governance import Access, Grant, Level, Waiver
from assurance.graph.values.kinds import Gvk, plural
from assurance.graph.values.labels import CLASS, TEAM
from assurance.graph.values.namespaces import DEFAULT_NAMESPACE, SYSTEM_NAMESPACES
from assurance.graph.values.network import (
    FOR_TEAMS,
    Addresses,
    Call,
    Caller,
    Dns,
    Endpoint,
    Need,
    Network,
    Outside,
    Port,
    Protocol,
    Shown,
    Tokens,
)
from assurance.graph.values.paths import dotted
from assurance.graph.values.pins import Pin
from assurance.graph.values.priorities import BATCH_PRIORITY, PLATFORM_PRIORITY
from assurance.graph.values.quantity import (
    QuantityError,
    bytes_of,
    format_bytes,
    format_millicores,
    millicores_of,
    quantity,
)

__all__ = [
    "BATCH_PRIORITY",
    "CLASS",
    "DEFAULT_NAMESPACE",
    "FOR_TEAMS",
    "PLATFORM_PRIORITY",
    "SYSTEM_NAMESPACES",
    "TEAM",
    "Access",
    "Addresses",
    "Call",
    "Caller",
    "Capability",
    "Dns",
    "Endpoint",
    "Grant",
    "Gvk",
    "Level",
    "Need",
    "Network",
    "Outside",
    "Overcommit",
    "Pin",
    "Pool",
    "Port",
    "Protocol",
    "QuantityError",
    "Shape",
    "Shown",
    "Taint",
    "Tokens",
    "Waiver",
    "bytes_of",
    "dotted",
    "format_bytes",
    "format_millicores",
    "millicores_of",
    "plural",
    "quantity",
]
