"""No two teams answer at one place of a gateway, and no route leads into another team."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.graph.kubernetes import KubernetesObject
from assurance.proofs.findings import Finding, Status
from assurance.proofs.isolation.answers import PREFIX, SURE, Answer, kind_of, pairs, paths_meet
from assurance.proofs.isolation.gateways import (
    ANY_HOST,
    GATEWAY,
    Door,
    Gateways,
    common_host,
    hosts,
)
from assurance.proofs.isolation.roles import items
from assurance.proofs.isolation.witness import finding
from assurance.proofs.network.pods import namespace_labels
from assurance.proofs.network.selectors import SpecError, refuse_unknown

_ROUTES = frozenset({"GRPCRoute", "HTTPRoute", "TCPRoute", "TLSRoute", "UDPRoute"})


class Routes:
    """Judges routes and Ingresses of teams, beside those of everybody."""

    def __init__(self, graph: Graph, intent: Intent) -> None:
        self._teams = intent.teams
        self._team_of = {ns: name for name, team in intent.teams.items() for ns in team.namespaces}
        objects = list(graph.objects())
        self._gateways = Gateways(objects, namespace_labels(graph))
        self._grants = [o for o in objects if _is(o, GATEWAY, "ReferenceGrant")]
        self._routes = [o for o in objects if o.gvk.group == GATEWAY and o.gvk.kind in _ROUTES]
        self._ingresses = [o for o in objects if _is(o, "networking.k8s.io", "Ingress")]
        classes = (o for o in objects if _is(o, "networking.k8s.io", "IngressClass"))
        self._class = next((str(o.name) for o in classes if _is_default(o)), "default")

    @property
    def count(self) -> int:
        """How many routes and Ingresses there are."""
        return len(self._routes) + len(self._ingresses)

    def answers(self) -> Iterator[tuple[KubernetesObject, Answer]]:
        """Every place that leads to a route; of one that cannot be told, `findings` speaks."""
        for item in (*self._routes, *self._ingresses):
            with suppress(SpecError):
                refuse_unknown(item.manifest.get("spec"), str(item))
                yield from [(item, answer) for answer in self._answers(item)]

    def findings(self) -> Iterator[Finding]:
        """What is shared, leads elsewhere or cannot be told; and each team that does none of it."""
        found: list[Finding] = []
        answers: dict[str, list[Answer]] = defaultdict(list)
        for item in (*self._routes, *self._ingresses):
            try:
                refuse_unknown(item.manifest.get("spec"), str(item))
                for answer in self._answers(item):
                    answers[answer.door].append(answer)
                found += self._elsewhere(item)
            except SpecError as error:
                message = f"where {item} answers and leads is not known: {error}"
                found.append(self._finding("route-unknown", Status.UNKNOWN, [item], message))
        found += [each for some in answers.values() for each in self._shared(some)]
        yield from found
        doubtful = any(f.status is Status.UNKNOWN for f in found)
        guilty = {team for each in found for team in each.witness["teams"]}
        for team in sorted(set(self._teams) - guilty) if self.count else ():
            status = Status.UNKNOWN if doubtful else Status.PROVED
            message = f"{team} answers where nobody else does, and its routes lead to itself"
            yield finding("route-shared", status, f"team {team}", message)

    def _owner(self, namespace: Any) -> str:
        where = str(namespace or "default")
        return self._team_of.get(where, f"namespace {where}")

    def _finding(
        self, rule: str, status: Status, routes: list[KubernetesObject], message: str, *others: str
    ) -> Finding:
        owners = [*(self._owner(item.namespace) for item in routes), *others]
        return finding(
            rule,
            status,
            " → ".join(dict.fromkeys(owners)) if others else str(routes[0]),
            message,
            witness={
                "teams": [each for each in owners if each in self._teams],
                "routes": [str(item) for item in routes],
            },
            remedy="let a team's routes answer at a host of its own, and lead to its own Services",
            origin=routes[0].resource.origin,
        )

    def _elsewhere(self, item: KubernetesObject) -> Iterator[Finding]:
        """Backends and gateways of other teams."""
        here, team = str(item.namespace or "default"), self._owner(item.namespace)
        if team not in self._teams:
            return
        for door in self._gateways.doors(item) if item.gvk.group == GATEWAY else ():
            other = self._owner(door.namespace)
            if other != team and other in self._teams:
                status = Status.REFUTED if door.known else Status.UNKNOWN
                message = f"{item} of {team} answers at {door.name}, which is {other}'s"
                yield self._finding("route-through-another", status, [item], message, other)
        for kind, there, name in _backends(item):
            other = self._owner(there)
            if kind != "Service":
                message = (
                    f"{item} of {team} leads to {kind} {there}/{name}; where that leads is not read"
                )
                yield self._finding("route-unknown", Status.UNKNOWN, [item], message)
            if there == here or other == team:
                continue
            allowed = any(_grants(grant, item, there, name) for grant in self._grants)
            open_to = "a ReferenceGrant lets it" if allowed else "no ReferenceGrant lets it"
            message = f"{item} of {team} leads to Service {there}/{name}: {open_to}"
            status = Status.REFUTED if allowed and other in self._teams else Status.UNKNOWN
            yield self._finding("route-to-another", status, [item], message, other)

    def _answers(self, item: KubernetesObject) -> Iterator[Answer]:
        if item.gvk.kind == "Ingress":
            yield from self._of_ingress(item)
            return
        spec = item.manifest.get("spec") or {}
        for door in self._gateways.doors(item):
            for host in hosts(door, items(spec, "hostnames")):
                for rule in items(spec, "rules") or [{}]:
                    for match in items(rule, "matches") or [{}]:
                        path = match.get("path") or {}
                        yield self._answer(item, door, host, path.get("type"), path.get("value"))

    def _answer(
        self, item: KubernetesObject, door: Door, host: str, kind: Any, path: Any
    ) -> Answer:
        return Answer(
            owner=self._owner(item.namespace),
            door=door.name,
            host=host,
            path=str(path or "/"),
            kind=kind_of(kind),
            by=str(item),
            origin=item.resource.origin,
        )

    def _of_ingress(self, item: KubernetesObject) -> Iterator[Answer]:
        spec = item.manifest.get("spec") or {}
        notes = (item.manifest.get("metadata") or {}).get("annotations") or {}
        stated = spec.get("ingressClassName") or notes.get("kubernetes.io/ingress.class")
        name = stated or self._class
        door = Door(name=f"Ingresses of class {name}", namespace="")
        if spec.get("defaultBackend"):
            yield self._answer(item, door, ANY_HOST, PREFIX, "/")
        for rule in items(spec, "rules"):
            host = str(rule.get("host") or ANY_HOST).lower()
            for path in items(rule.get("http") or {}, "paths") or [{}]:
                yield self._answer(item, door, host, path.get("pathType"), path.get("path"))

    def _shared(self, answers: list[Answer]) -> Iterator[Finding]:
        """The first answers of each pair of owners that meet."""
        seen: set[frozenset[str]] = set()
        for one, other in pairs(answers):
            owners = frozenset({one.owner, other.owner})
            if owners in seen or not self._too_close(one, other):
                continue
            seen.add(owners)
            sure = {one.kind, other.kind} <= SURE
            doubt = "" if sure else "; what an expression matches is not decided"
            yield finding(
                "route-shared",
                Status.REFUTED if sure else Status.UNKNOWN,
                f"{one.owner} → {other.owner}",
                f"{one.by} ({one.owner}) and {other.by} ({other.owner}) answer at one place of "
                f"{one.door}: {one} and {other}{doubt}",
                witness={
                    "teams": [each for each in (one.owner, other.owner) if each in self._teams],
                    "routes": [one.by, other.by],
                    "places": [str(one), str(other)],
                },
                remedy="give each team a host of its own, or a path that no other begins with",
                origin=one.origin,
            )

    def _too_close(self, one: Answer, other: Answer) -> bool:
        """Nobody's general place may be narrowed by a team; everything else is its owner's."""
        if one.owner == other.owner or not {one.owner, other.owner} & set(self._teams):
            return False
        for nobody, team in ((one, other), (other, one)):
            general = nobody.host != team.host and common_host(nobody.host, team.host) == team.host
            if nobody.owner not in self._teams and general:
                return False
        return paths_meet(one, other)


def _is(item: KubernetesObject, group: str, kind: str) -> bool:
    return (item.gvk.group, item.gvk.kind) == (group, kind)


def _is_default(item: KubernetesObject) -> bool:
    """Whether Ingresses that name no class are of this one."""
    notes = (item.manifest.get("metadata") or {}).get("annotations") or {}
    return notes.get("ingressclass.kubernetes.io/is-default-class") == "true"


def _backends(item: KubernetesObject) -> Iterator[tuple[str, str, str]]:
    """Kind, namespace and name of everything that a route leads to, mirrors included."""
    here = str(item.namespace or "default")
    for rule in items(item.manifest.get("spec") or {}, "rules"):
        filters = items(rule, "filters")
        mirrors = [
            each["requestMirror"].get("backendRef") for each in filters if "requestMirror" in each
        ]
        for backend in (*items(rule, "backendRefs"), *mirrors):
            if isinstance(backend, Mapping):
                kind = str(backend.get("kind") or "Service")
                yield kind, str(backend.get("namespace") or here), str(backend.get("name"))


def _grants(grant: KubernetesObject, route: KubernetesObject, there: str, name: str) -> bool:
    """Whether a ReferenceGrant of the Service's namespace lets a route lead there."""
    spec = grant.manifest.get("spec")
    refuse_unknown(spec, str(grant))
    if str(grant.namespace or "default") != there or not isinstance(spec, Mapping):
        return False
    source = (GATEWAY, route.gvk.kind, str(route.namespace or "default"))
    return source in {
        (each.get("group"), each.get("kind"), each.get("namespace")) for each in items(spec, "from")
    } and any(
        each.get("kind") == "Service" and each.get("name") in {None, "", name}
        for each in items(spec, "to")
    )
