"""What the API calls a kind's objects."""

_AS_IT_IS = frozenset({"endpoints"})
_HISSING = ("s", "x", "ch", "sh")


def plural(kind: str) -> str:
    """Of a kind without a CRD: `Ingress` is `ingresses`, `NetworkPolicy` is `networkpolicies`."""
    word = kind.lower()
    if word in _AS_IT_IS:
        return word
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(_HISSING) else f"{word}s"
