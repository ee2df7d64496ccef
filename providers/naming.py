"""Names that a cloud takes: short enough, and still told apart."""

import hashlib
import re

_DIGEST = 6


def fitted(*words: str, limit: int, separator: str = "-") -> str:
    """The words as one name; too long a one is cut, and ends in a digest of the whole."""
    name = separator.join(word for word in words if word)
    if len(name) <= limit:
        return name
    return _marked(name, name, limit, separator)


def plain_name(name: str, *, limit: int) -> str:
    """The name in a-z, 0-9 and -; one that had to be changed ends in a digest of the original."""
    plain = re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")
    if plain == name and len(name) <= limit:
        return name
    return _marked(plain, name, limit, "-")


def _marked(name: str, original: str, limit: int, separator: str) -> str:
    digest = hashlib.sha256(original.encode()).hexdigest()[:_DIGEST]
    kept = name[: limit - _DIGEST - len(separator)].rstrip("-_.")
    return f"{kept}{separator}{digest}"
