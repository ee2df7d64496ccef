"""LimitRanges: what they add to a pod, and what they refuse."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from assurance.graph.kubernetes import KubernetesObject
from assurance.proofs.admission.amounts import (
    NONE,
    Amounts,
    amounts,
    items,
    mapping,
    rounded,
    spelled,
    text,
)
from assurance.proofs.admission.faults import Fault
from assurance.proofs.admission.pods import Container, Pod, limited_limits, limited_requests

CONTAINER, POD, CLAIM = "Container", "Pod", "PersistentVolumeClaim"
RULE = "limit-range"
_REMEDY = "state amounts within it in the resources of the pod, or change the LimitRange"


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """One entry of a LimitRange, with what the API server fills in."""

    type: str
    default: Amounts = field(default_factory=dict)
    """Limits of containers that state none."""
    default_request: Amounts = field(default_factory=dict)
    minimum: Amounts = field(default_factory=dict)
    maximum: Amounts = field(default_factory=dict)
    ratio: Amounts = field(default_factory=dict)
    """How many times its request a limit may be."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LimitRange:
    """One LimitRange."""

    name: str
    limits: tuple[Limit, ...]
    item: KubernetesObject


def read_limit_range(item: KubernetesObject) -> LimitRange:
    """A LimitRange as it is stored; raises where an amount is not known."""
    spec = mapping(item.manifest.get("spec"), "spec")
    stated = items(spec.get("limits"), "spec.limits")
    limits = tuple(_limit(each, f"spec.limits[{n}]") for n, each in enumerate(stated))
    return LimitRange(name=str(item.name), limits=limits, item=item)


def _limit(stated: Mapping[str, Any], place: str) -> Limit:
    def read(key: str) -> dict[str, Decimal]:
        return rounded(amounts(stated.get(key), f"{place}.{key}"))

    kind = text(stated.get("type"), f"{place}.type") or ""
    low, high, default, request = read("min"), read("max"), read("default"), read("defaultRequest")
    if kind == CONTAINER:
        default = {**high, **default}
        request = {**low, **default, **request}
    return Limit(
        type=kind,
        default=default,
        default_request=request,
        minimum=low,
        maximum=high,
        ratio=read("maxLimitRequestRatio"),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Defaults:
    """What all LimitRanges of a namespace give to a container that is silent."""

    limits: Amounts = field(default_factory=dict)
    requests: Amounts = field(default_factory=dict)
    contested: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    """By `limits` or `requests` and resource, the LimitRanges that say different things."""


def defaults_of(ranges: Sequence[LimitRange]) -> Defaults:
    """The API server takes them in no order, so where two differ, chance decides."""
    contested: dict[tuple[str, str], tuple[str, ...]] = {}
    found: dict[str, dict[str, Decimal]] = {"limits": {}, "requests": {}}
    for kind, amount in (("limits", "default"), ("requests", "default_request")):
        given: dict[str, dict[str, Decimal]] = {}
        for each in ranges:
            for limit in each.limits:
                if limit.type == CONTAINER:
                    for name, value in getattr(limit, amount).items():
                        given.setdefault(name, {})[each.name] = value
        for name, values in given.items():
            found[kind][name] = next(iter(values.values()))
            if len(set(values.values())) > 1:
                contested[kind, name] = tuple(sorted(values))
    return Defaults(**found, contested=contested)


def with_defaults(pod: Pod, defaults: Defaults) -> Pod:
    """The pod with limits and requests where its containers are silent."""

    def filled(container: Container) -> Container:
        limits, requests = defaults.limits, defaults.requests
        new = {f"limits.{name}" for name in limits if name not in container.limits}
        new |= {f"requests.{name}" for name in requests if name not in container.requests}
        return replace(
            container,
            limits={**limits, **container.limits},
            requests={**requests, **container.requests},
            defaults=container.defaults | new,
        )

    return replace(
        pod, containers=tuple(map(filled, pod.containers)), inits=tuple(map(filled, pod.inits))
    )


def contested(pod: Pod, defaults: Defaults) -> Iterator[str]:
    """What chance decides about a pod, in words."""
    for (kind, name), ranges in defaults.contested.items():
        for container in pod.all:
            if name not in getattr(container, kind):
                yield (
                    f"the LimitRanges {' and '.join(ranges)} give container {container.name} "
                    f"different {name} {kind}, and which of them does is left to chance"
                )


def refused_pod(pod: Pod, ranges: Iterable[LimitRange]) -> Iterator[Fault]:
    """Why a pod is refused, once it has its defaults."""
    for each in ranges:
        for limit in each.limits:
            if limit.type == CONTAINER:
                for one in pod.all:
                    whose = f"container {one.name}"
                    yield from _refused(each, limit, whose, one.requests, one.limits)
            elif limit.type == POD:
                requests, limits = limited_requests(pod), limited_limits(pod)
                yield from _refused(each, limit, "the pod", requests, limits)


def refused_claim(requests: Amounts, ranges: Iterable[LimitRange]) -> Iterator[Fault]:
    """Why a claim is refused: only its requests count."""
    for each in ranges:
        for limit in each.limits:
            if limit.type == CLAIM:
                yield from _refused(each, replace(limit, ratio=NONE), "the claim", requests, None)


def _refused(
    source: LimitRange, limit: Limit, whose: str, requests: Amounts, limits: Amounts | None
) -> Iterator[Fault]:
    """Each resource that lies outside; without `limits`, the maximum is one of requests."""
    checks: tuple[tuple[str, Amounts, Callable[..., str]], ...] = (
        ("min", limit.minimum, _under),
        ("max", limit.maximum, _over),
        ("maxLimitRequestRatio", limit.ratio, _spread),
    )
    for key, bounds, check in checks:
        for name, bound in sorted(bounds.items()):
            words = check(name, bound, requests, limits)
            if words:
                yield Fault(
                    rule=RULE,
                    message=f"{whose}: {words} (LimitRange {source.name}, per {limit.type})",
                    remedy=_REMEDY,
                    witness={
                        "LimitRange": str(source.item),
                        "bound": f"{limit.type} {key} {name}",
                        "says": words,
                    },
                )


def _under(name: str, bound: Decimal, requests: Amounts, limits: Amounts | None) -> str:
    least = f"at least {spelled(name, bound)} is demanded"
    if name not in requests:
        return f"no {name} request, and {least}"
    if requests[name] < bound:
        return f"{name} request {spelled(name, requests[name])}, but {least}"
    if limits and name in limits and limits[name] < bound:
        return f"{name} limit {spelled(name, limits[name])}, but {least}"
    return ""


def _over(name: str, bound: Decimal, requests: Amounts, limits: Amounts | None) -> str:
    most = f"at most {spelled(name, bound)} is allowed"
    for kind, given, needed in (("limit", limits, True), ("request", requests, limits is None)):
        if given is None:
            continue
        if name not in given and needed:
            return f"no {name} {kind}, and {most}"
        if name in given and given[name] > bound:
            return f"{name} {kind} {spelled(name, given[name])}, but {most}"
    return ""


def _spread(name: str, bound: Decimal, requests: Amounts, limits: Amounts | None) -> str:
    most = f"a limit of at most {bound.normalize():f} times the request is allowed"
    request, limit = requests.get(name), (limits or NONE).get(name)
    if not request:
        return f"no {name} request, and {most}"
    if not limit:
        return f"no {name} limit, and {most}"
    if float(limit * 1000) / float(request * 1000) * 1000 > float(bound * 1000):
        asked, given = spelled(name, request), spelled(name, limit)
        return f"{name} limit {given} for a request of {asked}, but {most}"
    return ""
