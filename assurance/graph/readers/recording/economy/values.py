"""Values on their way to the engine and back, in short where they are plain.

Most are text, numbers, lists and mappings; what is more than that is left to the SDK. Each function
here answers as the SDK's of that name does.
"""

from collections.abc import Callable
from typing import Any

from google.protobuf import struct_pb2
from pulumi import Resource
from pulumi.runtime import known_types, rpc

Translator = Callable[[str], str]

_LEAVES = frozenset({str, int, float, bool, type(None)})
_SIGNATURE = rpc._special_sig_key  # noqa: SLF001 - what marks an object as something else
_serialize = rpc.serialize_property
_deserialize = rpc.deserialize_properties
_translate = rpc.translate_output_properties


class _NotPlainError(ValueError):
    """Something is unknown, secret or an object of its own kind."""


async def serialize_property(
    value: Any,
    deps: Any,
    property_key: Any,
    resource_obj: Any = None,
    input_transformer: Translator | None = None,
    typ: type | None = None,
    *more: Any,
    **named: Any,
) -> Any:
    """An input as the engine takes it."""
    kept = input_transformer is None or _is(input_transformer, Resource.translate_input_property)
    if kept and typ is None and _is_plain(value) and not named.get("return_protobuf_value"):
        return value
    first = (value, deps, property_key, resource_obj, input_transformer, typ)
    return await _serialize(*first, *more, **named)


def deserialize_properties(
    props_struct: struct_pb2.Struct,
    keep_unknowns: Any = None,
    keep_internal: Any = True,  # noqa: FBT002
) -> Any:
    """What a resource came to."""
    if keep_internal is not False:
        try:
            return _properties(props_struct)
        except _NotPlainError:
            pass
    return _deserialize(props_struct, keep_unknowns, keep_internal)


def translate_output_properties(
    output: Any, output_transformer: Translator, typ: type | None = None, *more: Any, **named: Any
) -> Any:
    """An output under the program's names for it: without a type, they are the engine's."""
    if typ is None and _is(output_transformer, Resource.translate_output_property):
        return output
    return _translate(output, output_transformer, typ, *more, **named)


def contains_unknowns(val: Any) -> bool:
    """Whether anything within is not known."""
    if type(val) in _LEAVES:
        return False
    waiting, seen = [val], set()
    while waiting:
        value = waiting.pop()
        if type(value) in _LEAVES or id(value) in seen:
            continue
        if known_types.is_unknown(value):
            return True
        seen.add(id(value))
        if isinstance(value, dict):
            waiting.extend(value[key] for key in value)
        elif isinstance(value, list):
            waiting.extend(value)
    return False


def _is(translator: Translator, own: Callable[[Resource, str], str]) -> bool:
    """Whether names are translated as every resource does: not at all."""
    return getattr(translator, "__func__", None) is own


def _is_plain(value: Any) -> bool:
    kind = type(value)
    if kind is dict:
        return all(map(_is_plain, value.values()))
    return kind in _LEAVES or (kind is list and all(map(_is_plain, value)))


def _properties(struct: struct_pb2.Struct) -> dict[str, Any]:
    read = {key: _property(value) for key, value in struct.fields.items()}
    if _SIGNATURE in read:
        raise _NotPlainError
    return {key: value for key, value in read.items() if value is not None}


def _property(value: struct_pb2.Value) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return _properties(value.struct_value)
    if kind == "list_value":
        return [_property(item) for item in value.list_value.values]
    read = None if kind in {None, "null_value"} else getattr(value, kind)
    if read == rpc.UNKNOWN:
        raise _NotPlainError
    return read
