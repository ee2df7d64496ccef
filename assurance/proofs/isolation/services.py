"""No Service of a team leads anywhere but to the team's own pods, or off the cluster.

And none answers the API server for everybody: who judges, converts or serves objects sees them all.
"""

from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import Any

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.graph.kubernetes import KubernetesObject
from assurance.proofs.findings import Finding, Status
from assurance.proofs.isolation.declared import own_ranges
from assurance.proofs.isolation.roles import items
from assurance.proofs.isolation.witness import finding
from assurance.proofs.network.selectors import SpecError, refuse_unknown
from assurance.proofs.network.spans import addresses, common

_DISCOVERY = "discovery.k8s.io"
_CONTROLLER = "endpointslice-controller.k8s.io"
_MANAGED = "endpointslice.kubernetes.io/managed-by"
_ASKED = {
    *("APIService", "CustomResourceDefinition"),
    *("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"),
}
_SHORT = 2
"""Labels of a name that a resolver's search list completes: `api.blue`."""
_DASHES = 3
"""In a pod's name, which is its address: `10-244-1-5.blue.pod`."""
_OWN_NAME = "kubernetes.io/metadata.name"


class Services:
    """Judges Services, Endpoints and EndpointSlices in teams' namespaces."""

    def __init__(self, graph: Graph, intent: Intent) -> None:
        self._intent = intent
        self._live = graph.mode == "live"
        self._team_of = {ns: name for name, team in intent.teams.items() for ns in team.namespaces}
        self._ranges = own_ranges(intent)
        self._items = [
            item
            for item in graph.objects()
            if (item.gvk.group, item.gvk.kind)
            in {("", "Service"), ("", "Endpoints"), (_DISCOVERY, "EndpointSlice")}
            and str(item.namespace or "default") in self._team_of
        ]
        self._asked = [item for item in graph.objects() if item.gvk.kind in _ASKED]

    @property
    def count(self) -> int:
        """How many of them teams have."""
        return len(self._items)

    def findings(self) -> Iterator[Finding]:
        """What leads elsewhere or cannot be told; and each team whose Services lead home."""
        found = [each for item in self._items for each in self._judged(item)]
        found += [each for item in self._asked for each in self._answers(item)]
        yield from found
        doubtful = {str(f.witness.get("team")) for f in found}
        for team in sorted(set(self._team_of.values()) - doubtful) if self._items else ():
            message = f"what Services of {team} lead to is its own, or off the cluster"
            yield finding("service-elsewhere", Status.PROVED, f"team {team}", message)

    def _judged(self, item: KubernetesObject) -> Iterator[Finding]:
        manifest = {k: v for k, v in item.manifest.items() if k in {"spec", "subsets", "endpoints"}}
        try:
            refuse_unknown(manifest, str(item))
            for rule, message, remedy, status in self._ways(item, manifest):
                yield self._finding(item, rule, status, f"{item} {message}", remedy)
        except SpecError as error:
            remedy = "make it known before the deployment, or correct it"
            message = f"where {item} leads is not known: {error}"
            yield self._finding(item, "service-unknown", Status.UNKNOWN, message, remedy)

    def _answers(self, item: KubernetesObject) -> Iterator[Finding]:
        """A team's Services that the API server asks about objects of others."""
        try:
            callers = list(_callers(item))
        except SpecError as error:
            message = f"whom {item} has asked is not known: {error}"
            remedy = "make it known before the deployment, or correct it"
            yield finding("service-unknown", Status.UNKNOWN, str(item), message, remedy=remedy)
            return
        for service, namespaces in callers:
            where = str(service.get("namespace"))
            team = self._team_of.get(where)
            if team is not None and not _only(namespaces, where):
                yield finding(
                    "answers-for-all",
                    Status.REFUTED,
                    str(item),
                    f"{item} has Service {where}/{service.get('name')} of {team} answer for "
                    "objects of every team",
                    witness={"team": team, "service": f"{where}/{service.get('name')}"},
                    remedy="run it in a namespace of the platform's, or for the team's own alone",
                    origin=item.resource.origin,
                )

    def _finding(
        self, item: KubernetesObject, rule: str, status: Status, message: str, remedy: str
    ) -> Finding:
        team = self._team_of[str(item.namespace or "default")]
        return finding(
            rule,
            status,
            str(item),
            message,
            witness={"team": team, "service": str(item)},
            remedy=remedy,
            origin=item.resource.origin,
        )

    def _ways(
        self, item: KubernetesObject, manifest: Mapping[str, Any]
    ) -> Iterator[tuple[str, str, str, Status]]:
        if item.gvk.kind == "Service":
            spec = manifest.get("spec") or {}
            if claimed := items(spec, "externalIPs"):
                message = f"takes whatever any pod sends to {', '.join(map(str, claimed))}"
                yield "external-ips", message, "remove externalIPs", Status.REFUTED
            if spec.get("type") == "ExternalName":
                yield from self._address(item, str(spec.get("externalName") or ""))
        elif not self._controlled(item):
            for address in _addresses(manifest):
                yield from self._address(item, address)

    def _name(self, item: KubernetesObject, name: str) -> Iterator[tuple[str, str, str, Status]]:
        """A name that means a Service of another namespace, to whoever resolves it."""
        labels = name.rstrip(".").split(".")
        here = str(item.namespace or "default")
        there = labels[labels.index("svc") - 1] if "svc" in labels[2:] else here
        if len(labels) == _SHORT and labels[1] in self._team_of:
            there = labels[1]
        elif labels[2:3] == ["pod"]:
            dotted = labels[0].count("-") == _DASHES
            yield from self._address(item, labels[0].replace("-", "." if dotted else ":"))
        owner = self._team_of.get(there)
        if there != here and owner != self._team_of[here]:
            status = Status.UNKNOWN if owner is None else Status.REFUTED
            message = f"stands for {name}, in namespace {there}: a gateway follows it there"
            yield "service-elsewhere", message, "declare a need, and use that name itself", status

    def _controlled(self, item: KubernetesObject) -> bool:
        """Made by the controller from a Service's selector; only a cluster holds such."""
        metadata = item.manifest.get("metadata") or {}
        made_by = (metadata.get("labels") or {}).get(_MANAGED)
        owned = bool(metadata.get("ownerReferences"))
        mirrored = item.gvk.kind == "Endpoints" and "endpoints.kubernetes.io" in str(
            metadata.get("annotations") or {}
        )
        return self._live and ((made_by == _CONTROLLER and owned) or mirrored)

    def _address(
        self, item: KubernetesObject, address: str
    ) -> Iterator[tuple[str, str, str, Status]]:
        try:
            where = addresses([ip_network(address)])
        except ValueError:
            yield from self._name(item, address)
            return
        remedy = "let a selector choose the pods; a Service without one is for addresses off it"
        for name, area in self._ranges.items():
            if common(where, area):
                message = f"leads to {address}, one of the addresses of {name}, whoever's it is"
                yield "endpoints-by-hand", message, remedy, Status.REFUTED
                return
        if self._intent.addresses is None:
            message = f"leads to {address}; whether that is off the cluster has not been stated"
            yield "endpoints-by-hand", message, "state cluster.addresses", Status.UNKNOWN


def _callers(item: KubernetesObject) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Services that it names, each with the namespaces that it is about."""
    manifest = item.manifest
    given: list[tuple[Mapping[str, Any], Mapping[str, Any]]]
    match item.gvk.kind:
        case "APIService":
            given = [(_part(manifest, "spec"), {})]
        case "CustomResourceDefinition":
            given = [(_part(manifest, "spec", "conversion", "webhook", "clientConfig"), {})]
        case _:
            hooks = items(manifest, "webhooks")
            given = [
                (_part(hook, "clientConfig"), _part(hook, "namespaceSelector")) for hook in hooks
            ]
    for asked, namespaces in given:
        service = asked.get("service")
        refuse_unknown([service, namespaces], str(item))
        if service:
            yield service, namespaces


def _part(value: Any, *path: str) -> Mapping[str, Any]:
    """What stands there; empty where nothing does."""
    for key in path:
        if not isinstance(value, Mapping):
            message = f"what {key} is part of is not known"
            raise SpecError(message)
        value = value.get(key) or {}
    if not isinstance(value, Mapping):
        message = f"{path[-1]} is not known"
        raise SpecError(message)
    return value


def _only(namespaces: Mapping[str, Any], name: str) -> bool:
    """Whether a selector is about one namespace, by the label that nobody can set otherwise."""
    return (namespaces.get("matchLabels") or {}).get(_OWN_NAME) == name


def _addresses(manifest: Mapping[str, Any]) -> Iterator[str]:
    for subset in items(manifest, "subsets"):
        for key in ("addresses", "notReadyAddresses"):
            for entry in items(subset, key):
                yield str(entry.get("ip"))
    for endpoint in items(manifest, "endpoints"):
        yield from map(str, items(endpoint, "addresses"))
