"""What a program tells the engine of its resources: if it says the same again, a state stays.

A preview shows what would change on the cluster. It does not show all that an `up` would write
down: after what a resource goes, whether it is kept then, what a component or the stack puts out.
So the whole of what the program says is heard, and compared with what it said when the state came
about.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from google.protobuf import struct_pb2
from google.protobuf.message import Message
from pulumi.runtime import rpc

_TELLING = ("RegisterResource", "RegisterResourceOutputs", "ReadResource")
_UNHEARD = ("sourcePosition", "stackTrace", "hooks")
"""The engine itself writes nothing anew when only a line of the program has moved; and what runs
beside a deployment, a gate that waits, is not told to a preview.
"""
_SECRET = rpc._special_secret_sig  # noqa: SLF001 - the protocol's word
_HIDDEN = struct_pb2.Value(string_value="secret")


class Said:
    """All that one run of a program has said so far, in whatever order."""

    def __init__(self) -> None:
        self._marks: list[bytes] = []

    def listen(self, monitor: Any) -> None:
        """Hear from now on what a program tells the engine's monitor."""
        for name in _TELLING:
            setattr(monitor, name, self._heard(getattr(monitor, name)))

    def digest(self) -> str:
        """The same for the same words; what is secret is no part of it."""
        return hashlib.sha256(b"".join(sorted(self._marks))).hexdigest()

    def _heard(self, tell: Callable[[Message], Any]) -> Callable[[Message], Any]:
        def telling(request: Message) -> Any:
            self._marks.append(_mark(request))
            return tell(request)

        return telling


def _mark(request: Any) -> bytes:
    said = type(request)()
    said.CopyFrom(request)
    for name in _UNHEARD:
        if name in said.DESCRIPTOR.fields_by_name:
            said.ClearField(name)
    for urns in _sets(said):
        urns.sort()
    content = said.SerializeToString(deterministic=True)
    if _SECRET.encode() in content:
        for name in ("object", "outputs", "properties"):
            if name in said.DESCRIPTOR.fields_by_name:
                _hide(getattr(said, name))
        content = said.SerializeToString(deterministic=True)
    return hashlib.sha256(said.DESCRIPTOR.name.encode() + content).digest()


def _sets(said: Any) -> list[Any]:
    """What the SDK gathers in sets, so that its order says nothing."""
    names = said.DESCRIPTOR.fields_by_name
    found = [said.dependencies] if "dependencies" in names else []
    if "propertyDependencies" in names:
        found += [each.urns for each in said.propertyDependencies.values()]
    return found


def _hide(struct: struct_pb2.Struct) -> None:
    """Take out whatever is secret: if that changes, so does the resource that it goes to."""
    for value in struct.fields.values():
        _hide_in(value)


def _hide_in(value: struct_pb2.Value) -> None:
    kind = value.WhichOneof("kind")
    if kind == "list_value":
        for item in value.list_value.values:
            _hide_in(item)
    elif kind == "struct_value":
        fields = value.struct_value.fields
        if rpc._special_sig_key in fields and fields[rpc._special_sig_key].string_value == _SECRET:  # noqa: SLF001
            fields["value"].CopyFrom(_HIDDEN)
        else:
            _hide(value.struct_value)
