"""Where in a document something stands."""

from collections.abc import Iterable


def dotted(path: Iterable[str | int]) -> str:
    """As people write it: `spec.ports[0].name`; a key with dots or slashes goes in brackets."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif "." in step or "/" in step:
            text += f'["{step}"]'
        else:
            text += f".{step}" if text else step
    return text
