"""Who may do what on the cluster, and off it: bindings, roles, grants."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.resource import Marker
from assurance.verdict.side import Side

_RBAC = "rbac.authorization.k8s.io"


Right = tuple[str, str, str]
"""Who, the verb, and what it is done to."""


def granted(before: Side | None, after: Side | None) -> tuple[str, ...]:
    """What somebody may do after, and might not before; swap the sides for what is taken away."""
    told = set(_told(after)) - set(_told(before))
    return tuple(sorted({*told, *_together(set(_rights(after)) - set(_rights(before)))}))


def _together(rights: Iterable[Right]) -> Iterator[str]:
    """One line for everything that a role may do by the same verbs."""
    verbs: dict[tuple[str, str], set[str]] = {}
    for who, verb, thing in rights:
        verbs.setdefault((who, thing), set()).add(verb)
    things: dict[tuple[str, str], list[str]] = {}
    for (who, thing), several in sorted(verbs.items()):
        things.setdefault((who, ", ".join(sorted(several))), []).append(thing)
    for (who, words), named in things.items():
        yield f"{who} may {words} {', '.join(named)}"


def _objects(side: Side | None) -> Iterator[KubernetesObject]:
    for item in side.graph.objects() if side is not None else ():
        if item.gvk.group == _RBAC:
            yield item


def _told(side: Side | None) -> Iterator[str]:
    """Who has which role, and what teams are granted off the cluster."""
    for item in _objects(side):
        if item.gvk.kind.endswith("Binding"):
            yield from _bound(item)
    for name, team in side.intent.teams.items() if side is not None else ():
        for grant in team.grants:
            place = f"{grant.name}/{grant.prefix}" if grant.prefix else grant.name
            yield f"workloads of team {name} may {grant.access} {grant.kind} {place}"


def _rights(side: Side | None) -> Iterator[Right]:
    """What each role allows."""
    for item in _objects(side):
        if not item.gvk.kind.endswith("Binding"):
            yield from _ruled(item)


def _bound(item: KubernetesObject) -> Iterator[str]:
    role = _mapping(item.manifest.get("roleRef"))
    where = f"in {_word(item.namespace)}" if item.namespace is not None else "everywhere"
    for subject in map(_mapping, _listed(item.manifest.get("subjects"))):
        kind, name = _word(subject.get("kind")), _word(subject.get("name"))
        place = f"{_word(subject['namespace'])}/" if subject.get("namespace") else ""
        yield f"{kind} {place}{name} has {role.get('kind')} {_word(role.get('name'))} {where}"


def _ruled(item: KubernetesObject) -> Iterator[Right]:
    for rule in map(_mapping, _listed(item.manifest.get("rules"))):
        groups = [_word(each) for each in _listed(rule.get("apiGroups"))] or [""]
        things = [f"{name}.{group}" if group else name for name in _names(rule) for group in groups]
        only = ", ".join(map(_word, _listed(rule.get("resourceNames"))))
        for verb in map(_word, _listed(rule.get("verbs"))):
            for thing in things:
                yield str(item), verb, f"{thing} named {only}" if only else thing


def _names(rule: Mapping[str, Any]) -> Iterable[str]:
    return (_word(n) for key in ("resources", "nonResourceURLs") for n in _listed(rule.get(key)))


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {"kind": "unknown", "name": "(unknown)"}


def _listed(value: Any) -> Iterable[Any]:
    """What is not known yet is one thing that is not known."""
    return value if isinstance(value, list | tuple) else () if value is None else (value,)


def _word(value: Any) -> str:
    return "(unknown)" if isinstance(value, Marker) else str(value)
