"""What a cluster serves, asked by get and list alone: its kinds, and their objects page by page."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assurance.graph.values import Gvk

PAGE = 500
PLAIN = "application/json"
METADATA = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
NAMES = "application/json;as=Table;v=v1;g=meta.k8s.io"
_GONE = 410
_ATTEMPTS = 3

_ALL = frozenset({"*"})
_OF_THE_CLUSTER: Mapping[str, frozenset[str]] = {
    "": frozenset({"componentstatuses", "endpoints", "events"}),
    "apps": frozenset({"controllerrevisions"}),
    "certificates.k8s.io": frozenset({"certificatesigningrequests"}),
    "coordination.k8s.io": _ALL,
    "custom.metrics.k8s.io": _ALL,
    "discovery.k8s.io": _ALL,
    "events.k8s.io": _ALL,
    "external.metrics.k8s.io": _ALL,
    "flowcontrol.apiserver.k8s.io": _ALL,
    "internal.apiserver.k8s.io": _ALL,
    "metrics.k8s.io": _ALL,
    "networking.k8s.io": frozenset({"ipaddresses"}),
    "resource.k8s.io": frozenset({"resourceslices"}),
    "storage.k8s.io": frozenset({"csinodes", "csistoragecapacities", "volumeattachments"}),
}
"""What a cluster writes about itself: much, and nothing in it that a proof looks at."""


class RefusedError(Exception):
    """The API server did not give what it was asked for."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status


Ask = Callable[[str, Mapping[str, str], str], Any]
"""GET a path with a query, in a form; JSON, or RefusedError."""


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Served:
    """A kind that can be listed."""

    gvk: Gvk
    plural: str
    namespaced: bool

    @property
    def path(self) -> str:
        """Where all of them are listed."""
        return f"{_root(self.gvk.group)}{self.gvk.version}/{self.plural}"

    def __str__(self) -> str:
        """As RBAC spells it: `networkpolicies.networking.k8s.io`."""
        return f"{self.plural}.{self.gvk.group}" if self.gvk.group else self.plural


@dataclass(frozen=True, kw_only=True, slots=True)
class Unread:
    """What could not be had, and why."""

    what: str
    reason: str
    kind: Served | None = None
    """None: not even which kinds there are."""


def served(ask: Ask) -> tuple[list[Served], list[Unread]]:
    """Every kind that can be listed, once, in the version that its group prefers."""
    found: dict[tuple[str, str], Served] = {}
    unread: list[Unread] = []
    for group, version in _versions(ask):
        try:
            listed = ask(f"{_root(group)}{version}", {}, PLAIN)
        except RefusedError as error:
            what = f"the kinds of {group}/{version}"
            unread.append(Unread(what=what, reason=str(error)))
            continue
        for each in listed.get("resources") or ():
            kind = _served(group, version, each)
            if kind is not None:
                found.setdefault((group, kind.plural), kind)
    return sorted(found.values()), unread


def _versions(ask: Ask) -> Iterator[tuple[str, str]]:
    """Groups with their versions, the preferred one first."""
    yield "", "v1"
    for group in ask("/apis", {}, PLAIN).get("groups") or ():
        if _OF_THE_CLUSTER.get(group["name"]) == _ALL:
            continue
        preferred = group["preferredVersion"]["version"]
        others = [v["version"] for v in group["versions"] if v["version"] != preferred]
        for version in (preferred, *others):
            yield group["name"], version


def _served(group: str, version: str, resource: Mapping[str, Any]) -> Served | None:
    plural = resource["name"]
    if "/" in plural or "list" not in resource.get("verbs", ()):
        return None
    if plural in _OF_THE_CLUSTER.get(group, ()):
        return None
    kind = Gvk(group=group, version=version, kind=resource["kind"])
    return Served(gvk=kind, plural=plural, namespaced=bool(resource.get("namespaced")))


def _root(group: str) -> str:
    return f"/apis/{group}/" if group else "/api/"


def pages(ask: Ask, path: str, form: str = PLAIN) -> Iterator[Any]:
    """One list in pages; read again from the start where the server has forgotten its place."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            yield from list(_pages(ask, path, form))
        except RefusedError as error:
            if error.status != _GONE or attempt == _ATTEMPTS:
                raise
        else:
            return


def _pages(ask: Ask, path: str, form: str) -> Iterator[Any]:
    query = {"limit": str(PAGE)}
    if form == NAMES:
        query["includeObject"] = "None"
    while True:
        page = ask(path, query, form)
        yield page
        token = (page.get("metadata") or {}).get("continue")
        if not token:
            return
        query["continue"] = token
