"""Bugs that evaluators of NetworkPolicies have had, to be planted in ours."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from assurance.proofs.network import model, policies, selectors
from assurance.proofs.network.model import Network, Opening
from assurance.proofs.network.selectors import NAME, Selector
from assurance.proofs.network.spans import EVERY_ADDRESS, EVERY_PORT


def _holds_wrongly(changed: Mapping[str, Callable[..., bool]]) -> Callable[..., bool]:
    real = selectors._holds

    def holds(part: tuple[str, str, frozenset[str]], labels: Mapping[str, str]) -> bool:
        key, operator, values = part
        return changed[operator](key, values, labels) if operator in changed else real(part, labels)

    return holds


def _open(network: Network) -> Opening:
    return Opening(
        classes=network.everyone,
        sure=network.everyone,
        addresses=EVERY_ADDRESS,
        ports=EVERY_PORT,
        policy=None,
    )


Planted = dict[str, tuple[Any, str, Any]]
"""By what goes wrong: where, what is replaced, and by what."""


def _selectors() -> Planted:
    """In what a selector selects."""
    matches = Selector.matches
    return {
        "NotIn asks for the label": (
            selectors,
            "_holds",
            _holds_wrongly({"NotIn": lambda k, v, has: k in has and has[k] not in v}),
        ),
        "Exists compares values": (
            selectors,
            "_holds",
            _holds_wrongly({"Exists": lambda k, _v, has: bool(has.get(k) == "a")}),
        ),
        "DoesNotExist always holds": (
            selectors,
            "_holds",
            _holds_wrongly({"DoesNotExist": lambda _k, _v, _has: True}),
        ),
        "expressions are passed over": (
            Selector,
            "matches",
            lambda self, labels: all(labels.get(k) == v for k, v in self.labels),
        ),
        "an empty selector selects nothing": (
            Selector,
            "matches",
            lambda self, labels: not self.empty and matches(self, labels),
        ),
        "one expression is enough": (
            Selector,
            "matches",
            lambda self, labels: (
                all(labels.get(k) == v for k, v in self.labels)
                and (
                    not self.expressions
                    or any(selectors._holds(e, labels) for e in self.expressions)
                )
            ),
        ),
        "namespaces do not carry their names": (
            Selector,
            "matches",
            lambda self, labels: matches(self, {k: v for k, v in labels.items() if k != NAME}),
        ),
    }


def _ports() -> Planted:
    """In how a policy's ports are read."""
    port = policies._port
    return {
        "endPort is exclusive": (
            policies,
            "_port",
            lambda p: port({**p, "endPort": p["endPort"] - 1} if "endPort" in p else p),
        ),
        "endPort is passed over": (
            policies,
            "_port",
            lambda p: port({k: v for k, v in p.items() if k != "endPort"}),
        ),
        "every port is TCP": (policies, "_port", lambda p: port({**p, "protocol": "TCP"})),
        "a protocol without a port is nothing": (
            policies,
            "_port",
            lambda p: port({"port": "nobody", **p} if p.get("port") is None else p),
        ),
    }


def _peers() -> Planted:
    """In how the other ends of its rules are read."""
    rule, block, peer = policies._rule, policies._block, policies._peer
    return {
        "an empty list of peers is nobody": (
            policies,
            "_rule",
            lambda given, side: (
                replace(rule(given, side), peers=()) if given.get(side) == [] else rule(given, side)
            ),
        ),
        "exceptions are passed over": (policies, "_block", lambda b: block({"cidr": b["cidr"]})),
        "a pod selector beside a namespace selector is passed over": (
            policies,
            "_peer",
            lambda p: peer({"namespaceSelector": p["namespaceSelector"]} if len(p) > 1 else p),
        ),
        "a namespace selector beside a pod selector is passed over": (
            policies,
            "_peer",
            lambda p: peer({"podSelector": p["podSelector"]} if len(p) > 1 else p),
        ),
    }


def _types() -> Planted:
    """In which ways it shuts."""
    types = policies._types
    return {
        "an egress key shuts egress": (
            policies,
            "_types",
            lambda spec: spec.get("policyTypes") or ["Ingress", *["Egress"] * ("egress" in spec)],
        ),
        "egress rules alone do not shut ingress": (
            policies,
            "_types",
            lambda spec: (
                spec.get("policyTypes")
                or [way for way in ("Ingress", "Egress") if way.lower() in spec]
            ),
        ),
        "types default to both ways": (
            policies,
            "_types",
            lambda spec: spec.get("policyTypes") or ["Ingress", "Egress"],
        ),
        "types are passed over": (
            policies,
            "_types",
            lambda spec: types({**spec, "policyTypes": None}),
        ),
    }


def _network() -> Planted:
    """In who is let through."""
    resolve, openings = Network._resolve, Network.openings
    return {
        "a pod selector reaches every namespace": (
            Network,
            "_resolve",
            lambda self, ns, peer: resolve(
                self, ns, replace(peer, namespaces=Selector()) if peer.local else peer
            ),
        ),
        "policies act on the host's network": (
            Network,
            "_selects",
            staticmethod(lambda selector, pod: selector.matches(pod.labels)),
        ),
        "an ipBlock never means pods": (
            Network,
            "_resolve",
            lambda self, ns, peer: (0, 0) if peer.block is not None else resolve(self, ns, peer),
        ),
        "a named port is the first pod's": (
            model,
            "_resolved",
            lambda named, _pod: (("TCP", 8080, 8080),) if named else (),
        ),
        "egress alone decides": (
            Network,
            "openings",
            lambda self, way, n: openings(self, way, n) if way == "egress" else (_open(self),),
        ),
        "ingress alone decides": (
            Network,
            "openings",
            lambda self, way, n: openings(self, way, n) if way == "ingress" else (_open(self),),
        ),
        "the first policy decides": (
            Network,
            "openings",
            lambda self, way, n: tuple(
                o for o in openings(self, way, n) if o.policy in {None, *self.acting(way, n)[:1]}
            ),
        ),
        "names of ports are passed over": (model, "_resolved", lambda _named, _pod: ()),
        "what nothing selects is shut": (
            Network,
            "openings",
            lambda self, way, index: openings(self, way, index) if self.acting(way, index) else (),
        ),
    }


BUGS = _selectors() | _ports() | _peers() | _types() | _network()


def plant(bug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put one of them in place, for one test."""
    place, name, replacement = BUGS[bug]
    monkeypatch.setattr(place, name, replacement)
