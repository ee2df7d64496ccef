"""Kinds of objects, and what the API and Pulumi call them."""

from dataclasses import dataclass

_AS_IT_IS = frozenset({"endpoints"})
_HISSING = ("s", "x", "ch", "sh")


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Gvk:
    """Group, version and kind; the core group is empty."""

    group: str
    version: str
    kind: str

    @property
    def api_version(self) -> str:
        """As a manifest spells it: `v1`, `apps/v1`."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def token(self) -> str:
        """Pulumi's type: `kubernetes:core/v1:Namespace`."""
        return f"kubernetes:{self.group or 'core'}/{self.version}:{self.kind}"

    def __str__(self) -> str:
        """As people name it: `apps/v1 Deployment`."""
        return f"{self.api_version} {self.kind}"


def plural(kind: str) -> str:
    """Of a kind without a CRD: `Ingress` is `ingresses`, `NetworkPolicy` is `networkpolicies`."""
    word = kind.lower()
    if word in _AS_IT_IS:
        return word
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(_HISSING) else f"{word}s"
