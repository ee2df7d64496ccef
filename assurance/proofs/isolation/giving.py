"""Which of the rights that open a way into a namespace the rules of a role give."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from assurance.proofs.isolation.rights import RIGHTS, Right
from assurance.proofs.network.selectors import SpecError

Rule = Mapping[str, Any]


def given(rules: Iterable[Any]) -> Iterator[tuple[Right, str, str]]:
    """The rights that rules give, each with a resource and a verb that show it."""
    for rule in rules:
        if not isinstance(rule, Mapping):
            message = f"expected a rule, got {rule!r}"
            raise SpecError(message)
        groups, resources, verbs = (_words(rule, k) for k in ("apiGroups", "resources", "verbs"))
        named = bool(_words(rule, "resourceNames"))
        for right in RIGHTS:
            if groups & {right.group, "*"}:
                shown = _shown(right, resources, verbs, named=named)
                yield from [(right, *shown)] if shown else []


def _shown(
    right: Right, resources: frozenset[str], verbs: frozenset[str], *, named: bool
) -> tuple[str, str] | None:
    """A resource and a verb of a right that a rule gives."""
    for resource in right.resources:
        if _covers(resources, resource):
            for verb in sorted(right.verbs):
                if verbs & {verb, "*"} and not (named and _nameless(verb, resource)):
                    return resource, verb
    return None


def _nameless(verb: str, resource: str) -> bool:
    """A request that carries no name of an object, so a rule about names never allows it."""
    return verb == "deletecollection" or (verb == "create" and "/" not in resource)


def _covers(stated: frozenset[str], resource: str) -> bool:
    """`*` is every resource with every subresource, `*/exec` one subresource of each."""
    _, _, sub = resource.partition("/")
    return bool(stated & {resource, "*", *({f"*/{sub}"} if sub else ())})


def _words(rule: Mapping[str, Any], key: str) -> frozenset[str]:
    stated = rule.get(key) or ()
    if not isinstance(stated, list | tuple) or not all(isinstance(word, str) for word in stated):
        message = f"{key} is not known"
        raise SpecError(message)
    return frozenset(stated)
