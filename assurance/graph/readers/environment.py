"""What a program may see of the environment of whoever rehearses it."""

from collections.abc import Mapping

_KEPT = {
    "LANG",
    "LANGUAGE",
    "ML_PLATFORM_CACHE",
    "ML_PLATFORM_TODAY",
    "PATH",
    "PYTHONHASHSEED",
    "PYTHONPATH",
    "TMPDIR",
    "VIRTUAL_ENV",
}
_NOWHERE = "/nonexistent"
"""The home directory of a rehearsal, so that no file with credentials is found in it."""


def kept(environment: Mapping[str, str]) -> dict[str, str]:
    """What a rehearsal may see of an environment: nothing that could be a credential."""
    named = {
        name: value
        for name, value in environment.items()
        if name in _KEPT or name.startswith("LC_")
    }
    return {**named, "HOME": _NOWHERE}
