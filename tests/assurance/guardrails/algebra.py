"""Guardrails for the sake of the algebra: what the real rules do not say."""

from assurance.guardrails import Guardrail, Kind, Objects, PodTemplates, Selector, Severity
from assurance.guardrails.predicate import (
    ITEM,
    AllOf,
    Amounts,
    AnyOf,
    Compares,
    Equals,
    Every,
    EveryEntry,
    Image,
    ImagePart,
    Matches,
    Not,
    OneOf,
    Order,
    Predicate,
    Present,
    Some,
    at,
)

CONTAINERS = (at("spec", "initContainers"), at("spec", "containers"))


def _rule(name: str, require: Predicate, *kinds: Kind) -> Guardrail:
    return Guardrail(
        name=f"algebra-{name}",
        title="",
        severity=Severity.LOW,
        frameworks=(),
        applies=Selector(of=Objects(f"algebra-{name}", kinds) if kinds else PodTemplates()),
        require=require,
        remedy="",
        page="",
    )


def _each(require: Predicate) -> Every:
    return Every(CONTAINERS, require)


_IMAGE, _MEMORY = at("image"), at("resources", "limits", "memory")
ALGEBRA = (
    *(
        _rule(f"image-{part}", _each(Matches(Image(_IMAGE, part), "[a-z0-9./]+(:[a-f][a-f0-9]+)?")))
        for part in ImagePart
    ),
    _rule("repository", _each(Not(OneOf(Image(_IMAGE, ImagePart.REPOSITORY), ("a/b", "nginx"))))),
    _rule("memory-most", _each(Amounts(_MEMORY, Order.AT_MOST, "0.0625Gi"))),
    _rule("memory-less", _each(Not(Amounts(_MEMORY, Order.LESS, "67108864")))),
    _rule("cpu", _each(Amounts(at("resources", "requests", "cpu"), Order.LESS, "1000m"))),
    _rule("user", Not(Compares(at("spec", "securityContext", "runAsUser"), Order.MORE, 999))),
    _rule(
        "users",
        _each(Not(Compares(at("securityContext", "runAsUser"), Order.AT_LEAST, 1000))),
    ),
    _rule(
        "labels",
        EveryEntry(at("metadata", "labels"), "ml-platform/.*", Equals(ITEM, "probe")),
    ),
    _rule(
        "nested",
        Every(
            (at("rules"),),
            AnyOf(
                (
                    Some((at("apiGroups"), at("verbs")), Matches(ITEM, "apps|li.t")),
                    AllOf((Present(at("nonResourceURLs")), Not(Present(at("resources"))))),
                )
            ),
        ),
        Kind("rbac.authorization.k8s.io", "ClusterRole"),
        Kind("rbac.authorization.k8s.io", "Role"),
    ),
)
