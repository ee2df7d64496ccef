"""A graph and its intent as one network: teams, endpoints and the resolver have their places."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.graph.resource import Marker
from assurance.graph.values import Dns
from assurance.proofs.network.bits import Bits, bits
from assurance.proofs.network.model import Mark, Network
from assurance.proofs.network.pods import Pod, UnknownPodError, namespace_labels, place, pod_of
from assurance.proofs.network.policies import Policy, is_policy, read_policy
from assurance.proofs.network.selectors import EVERYTHING, Selector, SpecError, labelled

WORKLOAD = "ml-platform/workload"
"""The label by which a need names its workload."""
ANY_POD = "any other pod"
"""Without labels, in each team's namespace: what the team starts besides its templates."""
ELSEWHERE = "any other namespace"
"""One that neither graph nor intent names."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Blur:
    """Something in a namespace that could not be judged, and why."""

    subject: str
    namespace: str | None
    """None: it may be in any."""
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Cluster:
    """What all parts of the proof look at."""

    network: Network
    intent: Intent
    templates: int
    """Pods that the graph itself describes."""
    team_of: Mapping[str, str]
    """By namespace."""
    team_bits: Mapping[str, Bits]
    """By team, the classes of its pods."""
    endpoints: Mapping[str, Bits]
    """Classes behind each endpoint."""
    resolver: Bits
    resolvers: Bits
    """Classes that may be it: all of its usual namespace if nobody has stated where it is."""
    blurs: tuple[Blur, ...] = ()

    def team(self, index: int) -> str | None:
        """Whose pods a class holds."""
        return self.team_of.get(self.network.pod(index).namespace)

    def pods_of(self, team: str) -> list[int]:
        """A team's classes."""
        return self.network.within(self.intent.teams[team].namespaces)

    @property
    def dns(self) -> Dns:
        """Where names are resolved; the usual place if nobody says otherwise."""
        return dns_of(self.intent)


def dns_of(intent: Intent) -> Dns:
    """Where names are resolved; the usual place if nobody says otherwise."""
    return Dns() if intent.addresses is None else intent.addresses.dns


def cluster(graph: Graph, intent: Intent) -> Cluster:
    """Read everything that the proof is about, once."""
    blurs: list[Blur] = []
    policies = list(_policies(graph, blurs))
    real = list(_pods(graph, intent, blurs))
    pods = [*real, *_supposed(real, intent)]
    peers = _peers_of_teams(policies, intent)
    places = {pod.namespace for pod in pods} | {p.namespace for p in policies} | {ELSEWHERE}
    places |= {name for near, _ in peers if (name := near.name) is not None}
    labels = namespace_labels(graph, places)
    pods += _strangers(peers, labels, intent)
    network = Network(pods, labels, policies, set(_marks(intent)))
    dns = dns_of(intent)
    resolver = network.chosen(dns.namespace, labelled(dns.labels))
    anywhere = bits(network.within([dns.namespace])) if intent.addresses is None else 0
    return Cluster(
        network=network,
        intent=intent,
        templates=len(real),
        team_of={ns: name for name, team in intent.teams.items() for ns in team.namespaces},
        team_bits={
            name: bits(network.within(team.namespaces)) for name, team in intent.teams.items()
        },
        endpoints={
            name: network.chosen(endpoint.namespace, labelled(endpoint.labels))
            for name, endpoint in intent.endpoints.items()
            if endpoint.namespace is not None
        },
        resolver=resolver,
        resolvers=resolver | anywhere,
        blurs=tuple(blurs),
    )


def _policies(graph: Graph, blurs: list[Blur]) -> Iterator[Policy]:
    for item in filter(is_policy, graph.objects()):
        try:
            yield read_policy(item)
        except SpecError as error:
            where = None if isinstance(item.namespace, Marker) else item.namespace or "default"
            blurs.append(Blur(subject=str(item), namespace=where, reason=str(error)))


def _pods(graph: Graph, intent: Intent, blurs: list[Blur]) -> Iterator[Pod]:
    for template in graph.pods():
        try:
            yield pod_of(template, intent.addresses)
        except UnknownPodError as error:
            known = template.namespace
            where = None if isinstance(known, Marker) else known or "default"
            blurs.append(Blur(subject=str(template), namespace=where, reason=str(error)))


def _supposed(real: Iterable[Pod], intent: Intent) -> Iterator[Pod]:
    """Pods that no template shows: teams' own further ones, and those behind endpoints and DNS."""
    where = place(intent.addresses)
    for team in intent.teams.values():
        for namespace in team.namespaces:
            yield Pod(namespace=namespace, name=ANY_POD, addresses=where)
    by_namespace: dict[str, list[Pod]] = {}
    for pod in real:
        by_namespace.setdefault(pod.namespace, []).append(pod)
    for name, namespace, labels in _wanted(intent):
        if not any(labels.matches(pod.labels) for pod in by_namespace.get(namespace, ())):
            yield Pod(
                namespace=namespace,
                name=name,
                labels=dict(labels.labels),
                addresses=where,
                supposed=True,
                assumes=f"pods of {name} run in {namespace}, with the labels {labels}",
            )


def _peers_of_teams(
    policies: Iterable[Policy], intent: Intent
) -> dict[tuple[Selector, Selector], None]:
    """Namespaces and pods that teams' policies let them reach, each pair once."""
    own = {namespace for team in intent.teams.values() for namespace in team.namespaces}
    return {
        (peer.namespaces, peer.pods): None
        for policy in policies
        if policy.namespace in own
        for rule in policy.egress or ()
        for peer in rule.peers or ()
        if peer.namespaces is not None
    }


def _strangers(
    peers: Iterable[tuple[Selector, Selector]],
    namespaces: Mapping[str, Mapping[str, str]],
    intent: Intent,
) -> Iterator[Pod]:
    """In namespaces of no team, pods that nobody shows: without labels, and with a peer's."""
    own = {namespace for team in intent.teams.values() for namespace in team.namespaces}
    there = {(namespace, labels) for _, namespace, labels in _wanted(intent)}
    where = place(intent.addresses)
    made: dict[tuple[str, Selector], None] = {}
    for near, pods in peers:
        exact = [near.name] if near.name is not None else namespaces
        for name in exact:
            if name not in own and near.matches(namespaces.get(name, {})):
                made |= {(name, EVERYTHING): None, (name, labelled(dict(pods.labels))): None}
    for name, labels in (one for one in made if one not in there):
        title = f"{ANY_POD} with {labels}" if labels.labels else ANY_POD
        yield Pod(
            namespace=name, name=title, labels=dict(labels.labels), addresses=where, supposed=True
        )


def _wanted(intent: Intent) -> Iterator[tuple[str, str, Selector]]:
    dns = dns_of(intent)
    yield "DNS", dns.namespace, labelled(dns.labels)
    for endpoint in intent.endpoints.values():
        if endpoint.namespace is not None:
            yield f"endpoint {endpoint.name}", endpoint.namespace, labelled(endpoint.labels)


def _marks(intent: Intent) -> Iterator[Mark]:
    """What intent tells apart, although no policy may."""
    for _, namespace, labels in _wanted(intent):
        yield namespace, labels
    for team in intent.teams.values():
        for need in team.needs:
            if need.by is not None:
                for namespace in team.namespaces:
                    yield namespace, labelled({WORKLOAD: need.by})
