"""Between the engine's wire format and plain values with markers."""

from collections.abc import Mapping
from typing import Any

from google.protobuf import struct_pb2
from pulumi.runtime import rpc

from assurance.graph.codec import number
from assurance.graph.resource import Marker, Secret

_UNKNOWN = frozenset(
    {
        rpc.UNKNOWN,  # text, and whatever Python does not know
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
    }
)
"""What stands in place of a value that is not known yet, or within a text that holds one."""
_LENGTH = len(rpc.UNKNOWN)
WITHHELD = f"{rpc.UNKNOWN}/withheld"
"""Known to the program, unknown to us: a secret output of another stack, whose value nobody has."""

_SIGNATURE = "4dabf18193072939515e22adb298388d"
"""The key under which the engine's protocol says that an object is something else."""
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the protocol's word, no secret
_REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e"


def values_of(struct: struct_pb2.Struct) -> dict[str, Any]:
    """A struct as plain data: markers for what is unknown, `Secret` around what is secret."""
    return {key: value_of(value) for key, value in struct.fields.items()}


def value_of(value: struct_pb2.Value) -> Any:
    """One value; whole numbers are integers again."""
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return Marker.UNKNOWN if _is_unknown(value.string_value) else value.string_value
    if kind == "struct_value":
        return _object(value.struct_value)
    if kind == "list_value":
        return [value_of(item) for item in value.list_value.values]
    if kind == "number_value":
        return number(value.number_value)
    return value.bool_value if kind == "bool_value" else None


def struct_of(values: Mapping[str, Any]) -> struct_pb2.Struct:
    """Plain data with markers, for the program: what is not known is said so, or withheld."""
    struct = struct_pb2.Struct()
    struct.update({key: _plain(value) for key, value in values.items()})
    return struct


def _is_unknown(text: str) -> bool:
    return len(text) >= _LENGTH and any(sentinel in text for sentinel in _UNKNOWN)


def _object(struct: struct_pb2.Struct) -> Any:
    fields = struct.fields
    if _SIGNATURE not in fields:
        return values_of(struct)
    signature = fields[_SIGNATURE].string_value
    if signature == _SECRET:
        content = value_of(fields["value"])
        return Marker.SECRET_UNKNOWN if isinstance(content, Marker) else Secret(content)
    if signature == _REFERENCE:
        return fields["urn"].string_value
    return {key: value_of(value) for key, value in fields.items() if key != _SIGNATURE}


def _plain(value: Any) -> Any:
    """A stack's output, as another stack reads it: never unknown, for it has been deployed."""
    match value:
        case Marker.SECRET_UNKNOWN:
            return {_SIGNATURE: _SECRET, "value": WITHHELD}
        case Marker.UNKNOWN:
            return WITHHELD
        case Secret():
            content = WITHHELD if value.value is None else _plain(value.value)
            return {_SIGNATURE: _SECRET, "value": content}
        case Mapping():
            return {key: _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
    return value
