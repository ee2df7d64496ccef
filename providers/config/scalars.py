"""The named scalars of the stack file.

`errorMessage` is a schema keyword that editors show in place of their own words; so do we.
"""

import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, Strict, WithJsonSchema

from providers.config.amounts import bytes_text, cpu_text, quantity_text


def text(
    pattern: str, most: int, expected: str, *examples: str, simple: bool = False
) -> tuple[Any, Any]:
    """A check of text, and the same as JSON Schema; a simple name is guessed when it is wrong."""
    form = re.compile(pattern)

    def check(value: str) -> str:
        if len(value) <= most and form.fullmatch(value):
            return value
        plain = re.sub("[^a-z0-9]+", "-", value.lower()).strip("-")[:most]
        hint = f"; did you mean {plain}" if simple and form.fullmatch(plain) else ""
        message = f"expected {expected}{hint}"
        raise ValueError(message)

    schema = {
        "type": "string",
        "maxLength": most,
        "pattern": f"^(?:{pattern})$",
        "errorMessage": expected,
        **({"examples": list(examples)} if examples else {}),
    }
    return AfterValidator(check), WithJsonSchema(schema)


def known_word(words: Iterable[str], whose: str, example: str) -> tuple[Any, Any]:
    """One of more words than a message can list; the nearest is guessed."""
    known = tuple(words)
    plain = {word.lower(): word for word in known}
    expected = f"one of {whose} such as {example}"

    def check(value: str) -> str:
        if value in known:
            return value
        near = get_close_matches(value.lower(), plain, n=1)
        hint = f"; did you mean {plain[near[0]]}" if near else ""
        message = f"expected {expected}{hint}"
        raise ValueError(message)

    schema = {"type": "string", "pattern": f"^(?:{'|'.join(known)})$", "errorMessage": expected}
    return AfterValidator(check), WithJsonSchema(schema)


def _scalar(check: Callable[[Any], Any], expected: str, *examples: str) -> tuple[Any, Any]:
    """A quantity: text or a number."""
    schema = {"type": ["string", "number"], "errorMessage": expected, "examples": list(examples)}
    return BeforeValidator(check), WithJsonSchema(schema)


def _cidr(value: Any) -> IPv4Network | IPv6Network:
    if isinstance(value, IPv4Network | IPv6Network):
        return value
    try:
        if isinstance(value, str):
            return ip_network(value)
    except ValueError:
        raise ValueError(_meant_network(value)) from None
    raise ValueError(_NETWORK)


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


_NETWORK = "expected a range of addresses such as 10.0.0.0/8"


def _meant_network(written: str) -> str:
    """Bits set beyond the prefix are the usual slip."""
    try:
        network = ip_network(written, strict=False)
    except ValueError:
        return _NETWORK
    return f"{_NETWORK}, got '{written}'; did you mean {network}"


_LABEL = r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
_NAME = r"[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?"

DnsLabel = Annotated[
    str,
    *text(
        _LABEL,
        63,
        "a name of at most 63 of a-z, 0-9 and -, with a letter or digit at both ends",
        simple=True,
    ),
]
"""A name that Kubernetes takes for a namespace, an object, a label value."""

DnsName = Annotated[
    str, *text(rf"{_LABEL}(?:\.{_LABEL})*", 253, "a name such as warehouse.example.com")
]
"""A host, or an object whose name may have dots."""

Domain = Annotated[
    str,
    *text(rf"(?:{_LABEL}\.)+{_LABEL}", 253, "a domain such as ml.example.com", "ml.example.com"),
]
"""A name of the internet's."""

HostPattern = Annotated[
    str,
    *text(
        rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*",
        253,
        "a name such as ml.example.com, or *.ml.example.com for all right below it",
        "ml.example.com",
    ),
]
"""A host, or all that are right below one."""

Scheme = Annotated[
    str, *text(r"[a-z][-a-z0-9+.]*", 32, "what a URL begins with, such as postgresql", "postgresql")
]
"""The part of a URL before `://`."""

Url = Annotated[
    str, *text(r"https?://[^\s/]+(?:/\S*)?", 2048, "a URL such as http://mirror.example.com:5000")
]
"""Where something answers over HTTP."""

LabelKey = Annotated[
    str,
    *text(
        rf"(?:{_LABEL}(?:\.{_LABEL})*/)?(?={_NAME}$).{{1,63}}",
        317,
        "a label's key such as app or example.com/app",
    ),
]
"""A label's, annotation's or taint's key."""

LabelValue = Annotated[
    str,
    *text(
        rf"(?:{_NAME})?",
        63,
        "a label's value of at most 63: letters and digits, between them also -, _ and .",
    ),
]
"""A label's or taint's value; may be empty."""

FileKey = Annotated[
    str, *text(r"[-._a-zA-Z0-9]+", 253, "a key of letters, digits, -, _ and .", "password")
]
"""A key within a Secret or ConfigMap."""

Quantity = Annotated[
    str, *_scalar(quantity_text, "a quantity such as 500m, 2 or 8Gi", "500m", "8Gi")
]
"""Any amount, as Kubernetes spells it."""

Cpu = Annotated[str, *_scalar(cpu_text, "CPU such as 500m or 2", "500m", "2")]
"""Cores; `500m` is half of one."""

Bytes = Annotated[
    str, *_scalar(bytes_text, "an amount of bytes such as 512Mi or 8Gi", "512Mi", "8Gi")
]
"""Memory or storage."""

Cidr = Annotated[
    IPv4Network | IPv6Network,
    PlainValidator(_cidr),
    WithJsonSchema(
        {
            "type": "string",
            "errorMessage": "a range of addresses such as 10.0.0.0/8",
            "examples": ["10.0.0.0/8"],
        }
    ),
]
"""A range of addresses."""

StackName = Annotated[str, *text(_NAME, 63, "a stack's name: letters, digits, -, _ and .", "prod")]
"""A stack of this project."""

CountKey = Annotated[
    str,
    *text(
        rf"{_LABEL}(?:\.{_LABEL})*",
        253,
        "a resource such as services or jobs.batch",
        "services",
        "jobs.batch",
    ),
]
"""A kind of object that a quota counts: plural, with its API group."""

Version = Annotated[
    str, *text(r"1\.[0-9]{2}", 4, "a Kubernetes version in quotes such as '1.35'", "1.35")
]
"""Kubernetes' major and minor version."""

Whole = Annotated[int, BeforeValidator(_whole), Strict()]
"""A whole number; one that was a float on the way, as between stacks, is whole again."""

Flag = Annotated[bool, Strict()]
"""True or false, and nothing that merely sounds like it."""

Number = Annotated[float, Strict()]
"""Any number; quoted, it is text."""

PortNumber = Annotated[int, Field(ge=1, le=65535), BeforeValidator(_whole), Strict()]
"""A TCP or UDP port."""

NodePortNumber = Annotated[int, Field(ge=30000, le=32767), BeforeValidator(_whole), Strict()]
"""A port that Kubernetes gives to Services on every node."""
