"""Generic changes to one object: each node dropped, widened, relaxed, renamed, retargeted."""

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assurance.graph.values import QuantityError, quantity

Path = tuple[str | int, ...]
Changed = Iterator[tuple[Path, Any]]
"""Where, and what stands there then; `GONE` takes it away."""

GONE = object()
NAMESPACE: Path = ("metadata", "namespace")
ANYBODY = {"kind": "Group", "name": "system:authenticated", "apiGroup": "rbac.authorization.k8s.io"}
ANYTHING = {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}

_LABELS = ("metadata", "labels")
_PODS: tuple[Path, ...] = (("spec",),)
ROOTS: Mapping[str, tuple[Path, ...]] = {
    "ClusterRole": (("rules",), ("aggregationRule",)),
    "ClusterRoleBinding": (("subjects",), ("roleRef",)),
    "CronJob": _PODS,
    "DaemonSet": _PODS,
    "Deployment": _PODS,
    "Job": _PODS,
    "LimitRange": (("spec",),),
    "Namespace": (_LABELS,),
    "NetworkPolicy": (("spec",),),
    "Pod": _PODS,
    "ResourceQuota": (("spec",),),
    "Role": (("rules",),),
    "RoleBinding": (("subjects",), ("roleRef",)),
    "SecurityPolicy": (("spec",),),
    "ServiceAccount": (("automountServiceAccountToken",), ("imagePullSecrets",)),
    "StatefulSet": _PODS,
}
"""What of each kind is changed."""

_SELECTORS = {"matchLabels", "namespaceSelector", "podSelector"}
_RELAXED = {
    "baseline": "privileged",
    "restricted": "baseline",
    "RuntimeDefault": "Unconfined",
    "ClusterIP": "LoadBalancer",
    "OnFailure": "Never",
}


@dataclass(frozen=True, slots=True)
class Names:
    """What a reference can be pointed at instead."""

    pools: tuple[tuple[str, ...], ...]

    def other(self, name: str) -> str | None:
        """Another name of the same sort."""
        for pool in self.pools:
            if name in pool and len(pool) > 1:
                return pool[(pool.index(name) + 1) % len(pool)]
        return None


def changes(manifest: Mapping[str, Any], names: Names) -> Iterator[tuple[str, Path, Any]]:
    """Every mutator's every change of one object."""
    for mutator, change in MUTATORS.items():
        for path, value in _nodes(manifest):
            for where, what in change(path, value, names):
                if what != value:
                    yield mutator, where, what
    yield "drop", (), GONE
    place = (manifest.get("metadata") or {}).get("namespace")
    other = names.other(place) if place else None
    if other:
        yield "retarget", NAMESPACE, other


def changed(manifest: Mapping[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """The object with one change."""
    result: dict[str, Any] = copy.deepcopy(dict(manifest))
    here: Any = result
    for step in path[:-1]:
        here = here[step]
    if value is GONE:
        del here[path[-1]]
    else:
        here[path[-1]] = value
    return result


def _nodes(manifest: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    for root in ROOTS[manifest["kind"]]:
        value: Any = manifest
        for step in root:
            value = value.get(step) if isinstance(value, Mapping) else None
        if value is not None:
            yield from _within(value, root)


def _within(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    yield path, value
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _within(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _within(item, (*path, index))


def _drop(path: Path, _: Any, __: Names) -> Changed:
    yield path, GONE


def _widen(path: Path, value: Any, _: Names) -> Changed:
    match value:
        case dict():
            yield from ((path, wider) for wider in _wider_mapping(path, value))
        case list():
            yield from ((path, wider) for wider in _wider_list(path, value))
        case str() if path[-1] == "cidr":
            yield path, "0.0.0.0/0"


def _wider_mapping(path: Path, value: Mapping[str, Any]) -> Iterator[Any]:
    if value and path[-1] in _SELECTORS:
        yield {}
    match value:
        case {"port": int(), **rest} if "endPort" not in rest and "ports" in path:
            yield {**value, "endPort": 65535}
        case {"containers": list()}:
            yield {**value, "hostNetwork": True}
            yield {**value, "volumes": [*value.get("volumes", []), _HOST]}
            yield {**value, "tolerations": [{"operator": "Exists"}]}
        case {"capabilities": dict()}:
            yield {**value, "capabilities": {"drop": ["ALL"], "add": ["SYS_ADMIN"]}}
            yield {**value, "privileged": True}


def _wider_list(path: Path, value: list[Any]) -> Iterator[Any]:
    key, in_rule = path[-1], bool({"ingress", "egress"} & set(path[:-1]))
    if value and (key in {"from", "to"} or (key == "ports" and in_rule)):
        yield []
    if key in {"ingress", "egress"}:
        yield [*value, {}]
    if key in {"apiGroups", "resources", "verbs"}:
        yield ["*"]
    if path == ("rules",):
        yield [*value, ANYTHING]
    if path == ("subjects",):
        yield [*value, ANYBODY]


_HOST = {"name": "host", "hostPath": {"path": "/"}}


def _relax(path: Path, value: Any, _: Names) -> Changed:
    match value:
        case bool():
            yield path, not value
        case int():
            yield path, 0 if path[-1] == "runAsUser" else value * 10 or 5
        case str() if value in _RELAXED:
            yield path, _RELAXED[value]
        case str() if (more := _tenfold(path, value)) is not None:
            yield path, more


def _tenfold(path: Path, text: str) -> str | None:
    """Ten times a quantity, where quantities stand."""
    places = {"hard", "limits", "requests", "default", "defaultRequest", "max", "min", "sizeLimit"}
    if not places & set(path):
        return None
    try:
        amount = quantity(text) * 10
    except QuantityError:
        return None
    return str(int(amount) or 5) if amount == int(amount) else f"{int(amount * 1000)}m"


def _rename(path: Path, value: Any, _: Names) -> Changed:
    if isinstance(value, str):
        yield path, f"{value}-x"
    if isinstance(value, dict) and path[-1] in {"labels", "matchLabels", "hard"}:
        for key in value:
            yield path, {(f"{k}-x" if k == key else k): v for k, v in value.items()}


def _retarget(path: Path, value: Any, names: Names) -> Changed:
    if isinstance(value, str) and (other := names.other(value)) is not None:
        yield path, other
    if type(value) is int and path[-1] in {"port", "containerPort"}:
        yield path, value + 1


MUTATORS: Mapping[str, Callable[[Path, Any, Names], Changed]] = {
    "drop": _drop,
    "widen": _widen,
    "relax": _relax,
    "rename": _rename,
    "retarget": _retarget,
}
