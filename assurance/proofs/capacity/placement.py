"""Which nodes a pod may be scheduled on: selector, affinity and taints, read exactly."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from assurance.graph.resource import Marker
from assurance.graph.values import Taint
from assurance.guardrails.truth import Truth, every, some
from assurance.proofs.capacity.nodes import Group
from assurance.proofs.capacity.reading import UnreadableError, mapping, mappings, text, texts

_SHUT = {"NoSchedule", "NoExecute"}
_WHERE = "spec.affinity.nodeAffinity"
_NEVER: Truth = (False, ())
_WHOLE = re.compile(r"[+-]?[0-9]+")


def may_run(spec: Mapping[str, Any], group: Group) -> Truth:
    """Whether a pod may be on the group's nodes, room aside."""
    return every([*_selected(spec, group), *_affine(spec, group), *_tolerated(spec, group)])


def _selected(spec: Mapping[str, Any], group: Group) -> Iterator[Truth]:
    for key, value in mapping(spec.get("nodeSelector"), "spec.nodeSelector").items():
        wanted = texts((value,), f"spec.nodeSelector.{key}")
        yield _label(group, key, lambda actual, wanted=wanted: actual in wanted)


def _label(group: Group, key: str, test: Any) -> Truth:
    """A test of a label, None standing for a label that is not there."""
    actual = group.label(key)
    if isinstance(actual, Marker):
        return None, ((f"nobody says whether pool {group.pool} has the label {key}",),)
    return bool(test(actual)), ((f"label {key} is {actual or 'not there'}",),)


def _affine(spec: Mapping[str, Any], group: Group) -> Iterator[Truth]:
    affinity = mapping(spec.get("affinity"), "spec.affinity").get("nodeAffinity")
    stated = mapping(affinity, _WHERE).get("requiredDuringSchedulingIgnoredDuringExecution")
    if stated is not None:
        terms = mappings(mapping(stated, _WHERE).get("nodeSelectorTerms"), _WHERE)
        yield some([_term(term, group) for term in terms])


def _term(term: Mapping[str, Any], group: Group) -> Truth:
    """Every requirement of a term; a term without any matches nothing."""
    stated = mappings(term.get("matchExpressions"), _WHERE)
    parts = [_requirement(each, group) for each in stated]
    if term.get("matchFields"):
        parts.append((None, (("nodes have no names before they exist",),)))
    return every(parts) if parts else _NEVER


def _requirement(stated: Mapping[str, Any], group: Group) -> Truth:
    key, operator = text(stated.get("key"), f"{_WHERE}: a key"), stated.get("operator")
    given = texts(stated.get("values"), f"{_WHERE}: the values of {key}")
    match operator:
        case "In":
            return _label(group, key, lambda actual: actual in given)
        case "NotIn":
            return _label(group, key, lambda actual: actual not in given)
        case "Exists":
            return _label(group, key, lambda actual: actual is not None)
        case "DoesNotExist":
            return _label(group, key, lambda actual: actual is None)
        case "Gt" | "Lt" if len(given) == 1 and _WHOLE.fullmatch(given[0]):
            return _label(group, key, lambda actual: _compares(actual, operator, given[0]))
    message = f"{_WHERE}: {operator!r} with {list(given)} is no requirement"
    raise UnreadableError(message)


def _compares(actual: str | None, operator: str, bound: str) -> bool:
    if actual is None or not _WHOLE.fullmatch(actual):
        return False
    return int(actual) > int(bound) if operator == "Gt" else int(actual) < int(bound)


def _tolerated(spec: Mapping[str, Any], group: Group) -> Iterator[Truth]:
    tolerations = mappings(spec.get("tolerations"), "spec.tolerations")
    for taint in group.taints:
        if taint.effect in _SHUT:
            words = f"taint {taint.key}{f'={taint.value}' if taint.value else ''}:{taint.effect}"
            tolerated, _ = some([_tolerates(each, taint) for each in tolerations])
            yield tolerated, ((words,),)


def _tolerates(toleration: Mapping[str, Any], taint: Taint) -> Truth:
    key, operator = toleration.get("key") or "", toleration.get("operator") or "Equal"
    if toleration.get("effect") not in (None, "", taint.effect) or key not in ("", taint.key):
        return _NEVER
    if operator not in ("Equal", "Exists"):
        return None, ()
    if not key and operator != "Exists":
        return _NEVER
    same = operator == "Exists" or (toleration.get("value") or "") == taint.value
    for_a_while = taint.effect == "NoExecute" and toleration.get("tolerationSeconds") is not None
    return (None if same and for_a_while else same), ()
