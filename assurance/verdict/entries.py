"""Where people come in through a gateway, and what they must show there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assurance.graph.kubernetes import KubernetesObject
from assurance.proofs.isolation.answers import Answer
from assurance.proofs.isolation.gateways import ANY_HOST
from assurance.proofs.isolation.roles import items
from assurance.proofs.isolation.routes import Routes
from assurance.verdict.side import Side

_SHOWN = {"jwt": "a token", "apiKeyAuth": "a key", "basicAuth": "a password", "oidc": "a login"}
"""By what a SecurityPolicy asks for, what people need."""


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Entry:
    """A place of a gateway that leads to a route."""

    route: str
    place: str
    needs: tuple[str, ...]
    """What whoever comes has to show; nothing if anybody may come."""

    def __str__(self) -> str:
        """One line."""
        who = f"whoever has {' and '.join(self.needs)}" if self.needs else "anybody"
        return f"through the gateway: {who} → {self.route} at {self.place}"


def entered(before: Side | None, after: Side | None) -> tuple[Entry, ...]:
    """What leads in after, and did not so before; other places, or with less to show."""
    if before is after:
        return ()
    return tuple(sorted(_entries(after) - _entries(before)))


def _entries(side: Side | None) -> set[Entry]:
    if side is None:
        return set()
    asked = _asked(side)
    return {
        Entry(route=str(route), place=_place(answer), needs=asked.get(_named(route), ()))
        for route, answer in Routes(side.graph, side.intent).answers()
    }


def _place(answer: Answer) -> str:
    return f"{answer.path} of every host" if answer.host == ANY_HOST else str(answer)


_Key = tuple[str, str, str]


def _named(item: KubernetesObject) -> _Key:
    return item.gvk.kind, str(item.namespace or "default"), str(item.name)


def _asked(side: Side) -> Mapping[_Key, tuple[str, ...]]:
    """By route, what its SecurityPolicies ask for."""
    found: dict[_Key, tuple[str, ...]] = {}
    for policy in side.graph.objects():
        if policy.gvk.kind == "SecurityPolicy":
            spec = policy.manifest.get("spec") or {}
            asked = tuple(words for key, words in _SHOWN.items() if spec.get(key))
            for kind, name in _targets(spec):
                key = (kind, str(policy.namespace or "default"), name)
                found[key] = (*found.get(key, ()), *asked)
    return found


def _targets(spec: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for target in items(spec, "targetRefs"):
        yield str(target.get("kind")), str(target.get("name"))
