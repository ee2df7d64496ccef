"""Names that a cloud takes: short enough, and still told apart."""

import hashlib

_DIGEST = 6


def fitted(*words: str, limit: int, separator: str = "-") -> str:
    """The words as one name; too long a one is cut, and ends in a digest of the whole."""
    name = separator.join(word for word in words if word)
    if len(name) <= limit:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:_DIGEST]
    kept = name[: limit - _DIGEST - len(separator)].rstrip("-_.")
    return f"{kept}{separator}{digest}"
