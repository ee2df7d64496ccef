"""Gateways: which routes they let in, and what those then answer to."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assurance.graph.kubernetes import KubernetesObject
from assurance.proofs.isolation.roles import items
from assurance.proofs.network.selectors import refuse_unknown, selector

GATEWAY = "gateway.networking.k8s.io"
ANY_HOST = "*"


@dataclass(frozen=True, kw_only=True, slots=True)
class Door:
    """Where a route is let in: a listener of a gateway, or all that is known of one."""

    name: str
    namespace: str
    host: str = ANY_HOST
    known: bool = True
    """Whether the graph has the gateway; else what it lets in is not known."""


class Gateways:
    """All of them, by namespace and name."""

    def __init__(
        self, objects: Iterable[KubernetesObject], namespaces: Mapping[str, Mapping[str, str]]
    ) -> None:
        self._namespaces = namespaces
        self._found = {
            (str(item.namespace or "default"), str(item.name)): item
            for item in objects
            if (item.gvk.group, item.gvk.kind) == (GATEWAY, "Gateway")
        }

    def doors(self, route: KubernetesObject) -> Iterator[Door]:
        """Where a route asks to be let in, and is; at a Service, by its own namespace alone."""
        here = str(route.namespace or "default")
        for parent in items(route.manifest.get("spec") or {}, "parentRefs"):
            kind = str(parent.get("kind") or "Gateway")
            if kind == "Service":
                continue
            where, name = str(parent.get("namespace") or here), str(parent.get("name"))
            item = self._found.get((where, name)) if kind == "Gateway" else None
            if item is None:
                yield Door(name=f"{kind} {where}/{name}", namespace=where, known=False)
                continue
            refuse_unknown(item.manifest.get("spec"), str(item))
            for listener in items(item.manifest.get("spec") or {}, "listeners"):
                if _asked(parent, listener) and self._lets_in(listener, where, here):
                    yield Door(
                        name=f"Gateway {where}/{name} {listener.get('name')}",
                        namespace=where,
                        host=str(listener.get("hostname") or ANY_HOST),
                    )

    def _lets_in(self, listener: Mapping[str, Any], where: str, here: str) -> bool:
        """Routes of its own namespace, unless it says otherwise."""
        said = (listener.get("allowedRoutes") or {}).get("namespaces") or {}
        match said.get("from") or "Same":
            case "All":
                return True
            case "Selector":
                return selector(said.get("selector")).matches(self._namespaces.get(here, {}))
        return where == here


def _asked(parent: Mapping[str, Any], listener: Mapping[str, Any]) -> bool:
    section, port = parent.get("sectionName"), parent.get("port")
    return section in {None, listener.get("name")} and port in {None, listener.get("port")}


def common_host(one: str, other: str) -> str | None:
    """What two hosts both mean: the narrower one; None if there is nothing."""
    if one == other or _covers(one, other):
        return other
    return one if _covers(other, one) else None


def _covers(wide: str, narrow: str) -> bool:
    """`*` is any host, `*.example.com` any below it."""
    return wide == ANY_HOST or (wide.startswith("*.") and narrow.endswith(wide[1:]))


def hosts(door: Door, stated: Iterable[Any]) -> Iterator[str]:
    """What a route answers to behind a door: what both say."""
    for host in [str(each) for each in stated] or [ANY_HOST]:
        found = common_host(door.host, host.lower())
        if found is not None:
            yield found
