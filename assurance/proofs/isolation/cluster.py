"""A graph and its intent as one network: parties, endpoints and the resolver have their places."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.graph.resource import Marker
from assurance.graph.values import Dns
from assurance.proofs.isolation.parties import Party, parties
from assurance.proofs.network.bits import Bits, bits
from assurance.proofs.network.model import Mark, Network
from assurance.proofs.network.pods import Pod, UnknownPodError, namespace_labels, place, pod_of
from assurance.proofs.network.policies import Policy, is_foreign, is_policy, read_policy
from assurance.proofs.network.selectors import EVERYTHING, Selector, SpecError, labelled

ANY_POD = "any other pod"
"""Without labels, in each party's namespace: what it starts besides its templates."""
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
    parties: Mapping[str, Party]
    party_of: Mapping[str, str]
    """By namespace."""
    party_bits: Mapping[str, Bits]
    """By party, the classes of its pods."""
    endpoints: Mapping[str, Bits]
    """Classes behind each endpoint."""
    on_nodes: Bits
    """Of the platform's pods, those on their node's own network."""
    of_nobody: Bits
    """Classes in no party's namespace: the cluster's own."""
    resolver: Bits
    resolvers: Bits
    """Classes that may be it: all of its usual namespace if nobody has stated where it is."""
    blurs: tuple[Blur, ...] = ()

    def party(self, index: int) -> Party | None:
        """Whose pods a class holds."""
        name = self.party_of.get(self.network.pod(index).namespace)
        return None if name is None else self.parties[name]

    def pods_of(self, party: Party) -> list[int]:
        """Its classes; of the platform's, those on their node's own network are the node's."""
        within = self.network.within(party.namespaces)
        pod = self.network.pod
        return [i for i in within if not (party.of_platform and pod(i).host_network)]

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
    everybody = parties(intent)
    own = {namespace for party in everybody.values() for namespace in party.namespaces}
    pods = [*real, *_supposed(real, intent, own)]
    peers = _peers_of(policies, own)
    places = {pod.namespace for pod in pods} | {p.namespace for p in policies} | {ELSEWHERE}
    places |= {name for near, _ in peers if (name := near.name) is not None}
    labels = namespace_labels(graph, places)
    pods += _strangers(peers, labels, intent, own)
    network = Network(pods, labels, policies, set(_marks(intent, everybody)))
    dns = dns_of(intent)
    resolver = network.chosen(dns.namespace, labelled(dns.labels))
    anywhere = bits(network.within([dns.namespace])) if intent.addresses is None else 0
    return Cluster(
        network=network,
        intent=intent,
        templates=len(real),
        parties=everybody,
        party_of={ns: party.name for party in everybody.values() for ns in party.namespaces},
        party_bits={
            party.name: bits(network.within(party.namespaces)) for party in everybody.values()
        },
        endpoints={
            name: network.chosen(endpoint.namespace, labelled(endpoint.labels))
            for name, endpoint in intent.endpoints.items()
            if endpoint.namespace is not None
        },
        on_nodes=bits(_on_nodes(network, everybody)),
        of_nobody=bits(network.within(places - own)),
        resolver=resolver,
        resolvers=resolver | anywhere,
        blurs=tuple(blurs),
    )


def _on_nodes(network: Network, everybody: Mapping[str, Party]) -> Iterator[int]:
    for party in everybody.values():
        within = network.within(party.namespaces) if party.of_platform else ()
        yield from (index for index in within if network.pod(index).host_network)


def _policies(graph: Graph, blurs: list[Blur]) -> Iterator[Policy]:
    for item in graph.objects():
        where = None if isinstance(item.namespace, Marker) else item.namespace
        if is_foreign(item):
            reason = f"what a {item.gvk.kind} of {item.gvk.group} opens is not read"
            blurs.append(Blur(subject=str(item), namespace=where, reason=reason))
        elif is_policy(item):
            try:
                yield read_policy(item)
            except SpecError as error:
                known = "default" if item.namespace is None else where
                blurs.append(Blur(subject=str(item), namespace=known, reason=str(error)))


def _pods(graph: Graph, intent: Intent, blurs: list[Blur]) -> Iterator[Pod]:
    for template in graph.pods():
        try:
            yield pod_of(template, intent.addresses)
        except UnknownPodError as error:
            known = template.namespace
            where = None if isinstance(known, Marker) else known or "default"
            blurs.append(Blur(subject=str(template), namespace=where, reason=str(error)))


def _supposed(real: Iterable[Pod], intent: Intent, own: Collection[str]) -> Iterator[Pod]:
    """Pods that no template shows: further ones of parties, and those behind endpoints and DNS."""
    where = place(intent.addresses)
    for namespace in own:
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
                assumes=f"pods of {name} run in {namespace}{_labelled(labels)}",
            )


def _labelled(labels: Selector) -> str:
    return f", with the labels {labels}" if labels.labels else ", whatever their labels"


def _peers_of(
    policies: Iterable[Policy], own: Collection[str]
) -> dict[tuple[Selector, Selector], None]:
    """Namespaces and pods that parties' policies let them reach, each pair once."""
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
    own: Collection[str],
) -> Iterator[Pod]:
    """In namespaces of no party, pods that nobody shows: without labels, and with a peer's."""
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


def _marks(intent: Intent, everybody: Mapping[str, Party]) -> Iterator[Mark]:
    """What intent tells apart, although no policy may."""
    for _, namespace, labels in _wanted(intent):
        yield namespace, labels
    for party in everybody.values():
        for namespace in party.namespaces:
            for needing in party.pods.values():
                yield namespace, labelled(needing)
            for entered in party.entries:
                yield namespace, labelled(entered.labels)
