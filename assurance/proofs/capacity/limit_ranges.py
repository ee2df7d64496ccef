"""What a namespace's LimitRanges give to containers, and what they do not let in."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from assurance.graph.kubernetes import KubernetesObject
from assurance.proofs.capacity.amounts import Amounts, amounts_of, show
from assurance.proofs.capacity.reading import mapping, mappings, text

CONTAINER, POD, CLAIM = "Container", "Pod", "PersistentVolumeClaim"


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """One item of a LimitRange, with its defaults filled in as the API server does."""

    owner: KubernetesObject
    type: str
    least: Amounts = field(default_factory=dict)
    most: Amounts = field(default_factory=dict)
    default: Amounts = field(default_factory=dict)
    """Limits of a container that states none."""
    default_request: Amounts = field(default_factory=dict)
    ratio: Mapping[str, float] = field(default_factory=dict)
    """How many times its request a limit may be."""


def limits_of(item: KubernetesObject) -> list[Limit]:
    """Read a LimitRange."""
    spec = mapping(item.manifest.get("spec"), "spec")
    stated = mappings(spec.get("limits"), "spec.limits")
    return [_limit(item, each, f"spec.limits[{n}]") for n, each in enumerate(stated)]


def _limit(owner: KubernetesObject, stated: Mapping[str, Any], where: str) -> Limit:
    kind = text(stated.get("type"), f"{where}.type")
    parts = {
        key: amounts_of(stated.get(key), f"{where}.{key}")
        for key in ("min", "max", "default", "defaultRequest")
    }
    ratio = amounts_of(stated.get("maxLimitRequestRatio"), f"{where}.maxLimitRequestRatio")
    default, request = parts["default"], parts["defaultRequest"]
    if kind == CONTAINER:
        default = {**parts["max"], **default}
        request = {**parts["min"], **default, **request}
    return Limit(
        owner=owner,
        type=kind,
        least=parts["min"],
        most=parts["max"],
        default=default,
        default_request=request,
        ratio={name: value / (1000 if name == "cpu" else 1) for name, value in ratio.items()},
    )


def breaches(limit: Limit, requests: Amounts, limits: Amounts) -> Iterator[str]:
    """Why a container, a pod or a claim with these amounts is refused, in words."""
    both = (("request", requests), ("limit", limits))
    for name, least in limit.least.items():
        if name not in requests:
            yield f"it states no {name} request, and at least {show(name, least)} is asked for"
        for word, amounts in both:
            if amounts.get(name, least) < least:
                it = f"its {name} {word} is {show(name, amounts[name])}"
                yield f"{it}, and the smallest allowed is {show(name, least)}"
    for name, most in limit.most.items():
        if limit.type != CLAIM and name not in limits:
            yield f"it states no {name} limit, and at most {show(name, most)} is allowed"
        for word, amounts in both:
            if amounts.get(name, most) > most:
                it = f"its {name} {word} is {show(name, amounts[name])}"
                yield f"{it}, and at most {show(name, most)} is allowed"
    yield from _too_far_apart(limit, requests, limits)


def _too_far_apart(limit: Limit, requests: Amounts, limits: Amounts) -> Iterator[str]:
    for name, ratio in limit.ratio.items():
        low, high = requests.get(name, 0), limits.get(name, 0)
        if not low or not high or high > ratio * low:
            it = f"its {name} limit ({show(name, high)}) is more than {ratio:g} times its request"
            yield f"{it} ({show(name, low)})"


def filled(
    requests: Amounts, limits: Amounts, given: Iterable[Limit]
) -> tuple[dict[str, int], dict[str, int]]:
    """A container's requests and limits, as they are once it is admitted.

    A request that is not stated is the limit, if that is; what is still missing, LimitRanges give.
    """
    low, high = {**limits, **requests}, dict(limits)
    for limit in given:
        if limit.type == CONTAINER:
            low = {**limit.default_request, **low}
            high = {**limit.default, **high}
    return low, high
