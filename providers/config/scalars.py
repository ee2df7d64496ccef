"""The named scalars of the stack file."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, WithJsonSchema

from assurance.graph.values import quantity

_DNS_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"


def _dns_label(text: str) -> str:
    if len(text) > 63 or re.fullmatch(_DNS_LABEL, text) is None:  # noqa: PLR2004 - RFC 1123
        message = (
            "expected at most 63 of a-z, 0-9 and -, beginning and ending with a letter or digit"
        )
        raise ValueError(message)
    return text


def _quantity(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        message = "expected a quantity such as 500m, 2 or 1.5Gi"
        raise ValueError(message)  # noqa: TRY004 - pydantic reports ValueError only
    if quantity(value) < 0:
        message = "expected a quantity that is not negative"
        raise ValueError(message)
    return str(value)


def _cidr(value: Any) -> IPv4Network | IPv6Network:
    return ip_network(value)


DnsLabel = Annotated[
    str,
    AfterValidator(_dns_label),
    WithJsonSchema({"type": "string", "maxLength": 63, "pattern": f"^{_DNS_LABEL}$"}),
]
"""A name that Kubernetes takes for a namespace, a Service, a label value."""

Quantity = Annotated[
    str,
    BeforeValidator(_quantity),
    WithJsonSchema({"type": ["string", "number"], "examples": ["500m", "8Gi"]}),
]
"""CPU, memory, storage, as Kubernetes spells it."""

Cidr = Annotated[
    IPv4Network | IPv6Network,
    PlainValidator(_cidr),
    WithJsonSchema({"type": "string", "examples": ["10.0.0.0/8"]}),
]
"""A range of addresses."""

PortNumber = Annotated[int, Field(ge=1, le=65535)]
