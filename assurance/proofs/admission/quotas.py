"""ResourceQuotas: which objects they are about, and what those are charged."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.resource import Marker
from assurance.proofs.admission.amounts import (
    NONE,
    Amounts,
    amounts,
    give_up,
    items,
    listed,
    mapping,
    only,
    plain,
    plus,
    rounded,
    text,
    written,
)
from assurance.proofs.admission.faults import Fault
from assurance.proofs.admission.pods import (
    HUGE_PAGES,
    Container,
    Pod,
    best_effort,
    charged_limits,
    charged_requests,
)
from assurance.proofs.admission.validity import extended

RULE = "quota"
REQUESTS = "requests."
CLASS = ".storageclass.storage.k8s.io/"
DEVICES = ".deviceclass.resource.k8s.io/devices"
_MEASURED = ("cpu", "memory", "ephemeral-storage")
_DEMANDED = ("cpu", "memory")
"""Once one of these is in a quota, every container must state it; a mistake that stayed."""
_OF_PODS = frozenset(
    ["pods", "count/pods"]
    + [f"{kind}{each}" for kind in ("", REQUESTS, "limits.") for each in _MEASURED]
)
_OTHERS = frozenset(
    (
        "configmaps",
        "persistentvolumeclaims",
        "replicationcontrollers",
        "requests.storage",
        "resourcequotas",
        "secrets",
        "services",
        "services.loadbalancers",
        "services.nodeports",
    )
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """One condition on what a quota is about."""

    name: str
    operator: str = "Exists"
    values: tuple[str, ...] = ()

    def chooses(self, name: str | None) -> bool:
        """Whether it chooses something by the name of its class, or by there being none."""
        match self.operator:
            case "In":
                return name in self.values
            case "NotIn":
                return name not in self.values
            case "DoesNotExist":
                return name is None
            case _:
                return name is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class Quota:
    """One ResourceQuota."""

    name: str
    hard: Amounts
    scopes: tuple[Scope, ...]
    item: KubernetesObject

    def about_pod(self, pod: Pod) -> bool:
        """Whether a pod is charged to it."""
        return any(map(of_pods, self.hard)) and all(_holds(scope, pod) for scope in self.scopes)

    def about_claim(self, attributes: str | None) -> bool:
        """Whether a claim is, by its VolumeAttributesClass."""
        return all(s.name == "VolumeAttributesClass" and s.chooses(attributes) for s in self.scopes)

    @property
    def about_objects(self) -> bool:
        """Whether anything else is."""
        return not self.scopes


def read_quota(item: KubernetesObject) -> Quota:
    """A ResourceQuota as it is stored; raises where an amount or a scope is not known."""
    spec = mapping(item.manifest.get("spec"), "spec")
    names = plain(spec.get("scopes"), "spec.scopes") or ()
    if any(not isinstance(name, str) for name in names):
        give_up("spec.scopes")
    selector = mapping(spec.get("scopeSelector"), "spec.scopeSelector")
    place = "spec.scopeSelector.matchExpressions"
    return Quota(
        name=str(item.name),
        hard=rounded(amounts(spec.get("hard"), "spec.hard")),
        scopes=(
            *(Scope(name=name) for name in names),
            *(_scope(each, place) for each in items(selector.get("matchExpressions"), place)),
        ),
        item=item,
    )


def _scope(stated: Mapping[str, Any], place: str) -> Scope:
    values = plain(stated.get("values"), f"{place}.values") or ()
    if any(isinstance(value, Marker) for value in values):
        give_up(f"{place}.values")
    return Scope(
        name=text(stated.get("scopeName"), f"{place}.scopeName") or "",
        operator=text(stated.get("operator"), f"{place}.operator") or "",
        values=tuple(values),
    )


_SCOPES: Mapping[str, Callable[[Pod], bool]] = {
    "Terminating": lambda pod: pod.deadline,
    "NotTerminating": lambda pod: not pod.deadline,
    "BestEffort": best_effort,
    "NotBestEffort": lambda pod: not best_effort(pod),
    "CrossNamespacePodAffinity": lambda pod: pod.crosses,
}


def _holds(scope: Scope, pod: Pod) -> bool:
    if scope.name == "PriorityClass":
        return scope.chooses(pod.priority_class or None)
    return scope.name in _SCOPES and _SCOPES[scope.name](pod)


def of_pods(key: str) -> bool:
    """Whether pods are charged under this key of a quota."""
    pages = key.removeprefix(REQUESTS).startswith(HUGE_PAGES)
    return key in _OF_PODS or pages or (key.startswith(REQUESTS) and extended(key))


def counts_something(key: str) -> bool:
    """Whether anything at all is ever charged under this key."""
    classes = key.endswith((f"{CLASS}requests.storage", f"{CLASS}persistentvolumeclaims", DEVICES))
    return of_pods(key) or key in _OTHERS or key.startswith("count/") or classes


def pod_charge(pod: Pod) -> dict[str, Decimal]:
    """What one pod is charged."""
    return {"count/pods": Decimal(1), **_measured(charged_requests(pod), charged_limits(pod))}


def _measured(requests: Amounts, limits: Amounts) -> dict[str, Decimal]:
    found = {"pods": Decimal(1)}
    for name, value in requests.items():
        if name in _MEASURED or name.startswith(HUGE_PAGES):
            found |= {name: value, f"{REQUESTS}{name}": value}
        elif extended(name):
            found[f"{REQUESTS}{name}"] = value
    found.update({f"limits.{name}": limits[name] for name in _MEASURED if name in limits})
    return found


def unstated(quota: Quota, pod: Pod) -> Iterator[Fault]:
    """What the containers of a pod must state because a quota is about it."""
    if pod.requests or pod.limits:
        return
    keys = [f"{kind}{name}" for kind in ("", REQUESTS, "limits.") for name in _DEMANDED]
    for key in (key for key in keys if key in quota.hard):
        silent = [one.name for one in pod.all if not _states(key, one)]
        if silent:
            kind = "limit" if key.startswith("limits.") else "request"
            yield Fault(
                rule="quota-must-specify",
                message=f"ResourceQuota {quota.name} counts {key}, so every container must state "
                f"a {kind} for it; without one: {', '.join(silent)}",
                remedy="state it in the container's resources, or let a LimitRange do it",
                witness={"ResourceQuota": str(quota.item), "key": key, "containers": silent},
            )


def _states(key: str, container: Container) -> bool:
    return key in _measured(container.requests, container.limits)


def charged_to(quota: Quota, charge: Amounts) -> dict[str, Decimal]:
    """The part of a charge that a quota limits."""
    return {name: value for name, value in only(charge, quota.hard).items() if value}


def exceeded(quota: Quota, charge: Amounts, used: Amounts = NONE) -> Iterator[Fault]:
    """What of a charge a quota does not leave room for, beside what is used already."""
    asked = charged_to(quota, charge)
    total = plus(used, asked)
    over = [name for name in asked if total[name] > quota.hard[name]]
    if not over:
        return
    room, wanted = only(quota.hard, over), only(asked, over)
    spent = {name: used.get(name, Decimal(0)) for name in over}
    beside = f", used already: {listed(spent)}" if any(spent.values()) else ""
    yield Fault(
        rule=RULE,
        message=f"ResourceQuota {quota.name} allows {listed(room)}, asked for: {listed(wanted)}"
        f"{beside}",
        remedy="ask for less, or raise the quota",
        witness={
            "ResourceQuota": str(quota.item),
            "asked": written(wanted),
            "used": written(spent),
            "hard": written(room),
        },
    )
