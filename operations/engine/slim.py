"""What the engine answers to a registration, without what nobody in a program reads."""

from collections.abc import Callable
from typing import Any

_OURS = "kubernetes:"
_BOOKS = ("__inputs", "__fieldManager", "__initialApiVersion")
"""What the provider writes down for itself, in the outputs of each object."""
_MANAGERS = "managedFields"
"""Who has set which field: more than half of an object's metadata."""


def slim(monitor: Any) -> None:
    """Take the books of provider and API server out of the answers: half of all that is read."""
    monitor.RegisterResource = _shortened(monitor.RegisterResource)


def _shortened(register: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def registering(request: Any) -> Any:
        answer = register(request)
        if request.type.startswith(_OURS):
            fields = answer.object.fields
            for name in _BOOKS:
                fields.pop(name, None)
            if "metadata" in fields:
                fields["metadata"].struct_value.fields.pop(_MANAGERS, None)
        return answer

    return registering
