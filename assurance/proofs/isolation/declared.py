"""What intent says may be reached: ports of pods, and regions of addresses with their ports."""

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_network

from assurance.graph.intent import Intent, PodsIntent
from assurance.graph.values import Endpoint, Need, Outside, Port
from assurance.proofs.isolation.cluster import Cluster
from assurance.proofs.network.bits import Bits, members
from assurance.proofs.network.pods import Pod
from assurance.proofs.network.spans import (
    EVERY_PORT,
    NOTHING,
    Network,
    Spans,
    addresses,
    common,
    minus,
    spans,
    union,
)

Region = tuple[Spans, Spans]
"""Addresses, and the ports there."""

DNS_PORTS: Spans = (("TCP", 53, 53), ("UDP", 53, 53))
API_PORTS: Spans = (("TCP", 443, 443), ("TCP", 6443, 6443))
"""Where the Kubernetes API listens: behind a load balancer, and by itself."""

METADATA = tuple(map(ip_network, ("169.254.169.254/32", "fd00:ec2::254/128", "168.63.129.16/32")))
"""Where clouds hand out a machine's credentials, whatever a stack states besides."""

_NOT_PUBLIC = addresses(
    map(
        ip_network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32"),
            *("169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24"),
            *("192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
            *("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "2001::/23", "2001:db8::/32"),
            *("2002::/16", "3fff::/20"),
        ),
    )
)
"""Special purposes, by the registries of RFC 6890."""
_UNICAST = addresses([ip_network("0.0.0.0/0"), ip_network("2000::/3")])
PUBLIC: Spans = minus(_UNICAST, _NOT_PUBLIC)


def own_ranges(intent: Intent) -> Mapping[str, Spans]:
    """The cluster's own addresses, by what they are."""
    plan = intent.addresses
    metadata = (*METADATA, *(plan.metadata if plan else ()))
    return {
        "the metadata service": addresses(metadata),
        "nodes": addresses(plan.nodes if plan else ()),
        "services": addresses(plan.services if plan else ()),
        "pods": addresses(plan.pods if plan else ()),
    }


class Declared:
    """Needs, looked up by who has them and what they lead to."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        own = own_ranges(cluster.intent).values()
        self.internet: Spans = minus(PUBLIC, spans(span for some in own for span in some))
        self._needs: dict[int, tuple[Need, ...]] = {}

    def needs(self, source: int) -> tuple[Need, ...]:
        """What a class of a party's pods needs."""
        if source not in self._needs:
            self._needs[source] = self._needs_of(source)
        return self._needs[source]

    def _needs_of(self, source: int) -> tuple[Need, ...]:
        party = self._cluster.party(source)
        if party is None:
            return ()
        labels = self._cluster.network.pod(source).labels
        return tuple(need for need in party.needs if party.has(need, labels))

    def targets(self, source: int) -> Bits:
        """Every class that one class may reach on some port."""
        cluster, party = self._cluster, self._cluster.party(source)
        found = cluster.resolvers
        if party is not None and party.open_within:
            found |= cluster.party_bits[party.name]
        for need in self.needs(source):
            found |= cluster.endpoints.get(str(need.to), 0)
        for target in members(self._met(source)):
            if self._at(source, target):
                found |= 1 << target
        return found

    def _met(self, source: int) -> Bits:
        """Whom a class may meet at an address that it needs: who is on a node's own network.

        The platform's pods may also meet those of nobody: on some clouds, they and the API server
        have their addresses from one range.
        """
        cluster, party = self._cluster, self._cluster.party(source)
        of_platform = party is not None and party.of_platform
        return cluster.on_nodes | (cluster.of_nobody if of_platform else 0)

    def _at(self, source: int, target: int) -> Spans:
        """The ports that a class needs of an address where another one may be."""
        there = self._cluster.network.pod(target).addresses
        found: Spans = NOTHING
        for where, ports in self.regions(source):
            if common(where, there):
                found = union(found, ports)
        return found

    def ports(self, source: int, target: int) -> Spans:
        """The ports on which one class may reach another."""
        cluster, bit = self._cluster, 1 << target
        party = cluster.party(source)
        if party is not None and party.open_within and party == cluster.party(target):
            return EVERY_PORT
        found: Spans = DNS_PORTS if cluster.resolvers & bit else NOTHING
        if self._met(source) & bit:
            found = union(found, self._at(source, target))
        for need in self.needs(source):
            if not isinstance(need.to, Outside) and cluster.endpoints.get(need.to, 0) & bit:
                endpoint = cluster.intent.endpoints[need.to]
                found = union(found, ports_of(need, endpoint, cluster.network.pod(target)))
        return found

    def regions(self, source: int) -> tuple[Region, ...]:
        """The addresses that a class may reach."""
        resolvers = addresses(self._cluster.dns.addresses)
        found = [(resolvers, DNS_PORTS)] if resolvers else []
        found += [region for need in self.needs(source) if (region := self.region(need))]
        return tuple(found)

    def entries(self, target: int) -> tuple[Region, ...]:
        """The addresses that may reach a class, and on which of its ports."""
        party, pod = self._cluster.party(target), self._cluster.network.pod(target)
        return tuple(
            (self.origins(entered), self.ports_at(entered, target))
            for entered in (() if party is None else party.entries)
            if entered.labels.items() <= pod.labels.items()
        )

    def ports_at(self, entered: PodsIntent, target: int) -> Spans:
        """The ports of a class that are entered."""
        return _resolved(entered.ports, self._cluster.network.pod(target))

    def origins(self, entered: PodsIntent) -> Spans:
        """Where calls from off the pod network come from; many of them bear a node's address."""
        plan = self._cluster.intent.addresses
        nodes = addresses(plan.nodes if plan else ())
        match entered.entered_from:
            case Outside.API_SERVER if plan and plan.webhooks:
                return addresses(plan.webhooks)
            case Outside.API_SERVER:
                return union(addresses(plan.api_server if plan else ()), nodes)
            case Outside.INTERNET if plan and plan.balancers:
                return union(self.internet, addresses(plan.balancers))
            case Outside.INTERNET:
                return union(self.internet, nodes)
            case _:
                return nodes

    def region(self, need: Need) -> Region | None:
        """Where a need leads, if it leads to addresses."""
        plan = self._cluster.intent.addresses
        if need.to is Outside.INTERNET:
            return self.internet, number_spans(need.ports) if need.ports else EVERY_PORT
        if need.to is Outside.API_SERVER:
            where = addresses(plan.api_server if plan else ())
            return where, number_spans(need.ports) if need.ports else API_PORTS
        if need.to is Outside.NODES:
            return addresses(plan.nodes if plan else ()), number_spans(need.ports)
        endpoint = self._cluster.intent.endpoints.get(str(need.to))
        if endpoint is None or endpoint.namespace is not None:
            return None
        return self._off_cluster(endpoint), ports_of(need, endpoint, None)

    def _off_cluster(self, endpoint: Endpoint) -> Spans:
        """The endpoint's ranges, less whatever range of the cluster lies within one of them."""
        plan = self._cluster.intent.addresses
        own = (*plan.pods, *plan.services, *plan.nodes, *plan.metadata) if plan else ()
        found: Spans = NOTHING
        for network in endpoint.cidrs:
            inner = (n for n in own if n != network and _within(n, network))
            found = union(found, minus(addresses([network]), addresses(inner)))
        return found


def ports_of(need: Need, endpoint: Endpoint, pod: Pod | None) -> Spans:
    """The ports of an endpoint that a need asks for: all, or those that it names."""
    offered = _resolved(endpoint.ports, pod)
    return common(offered, _resolved(need.ports, pod)) if need.ports else offered


def number_spans(ports: Iterable[Port]) -> Spans:
    """Ports that are numbers."""
    return _resolved(tuple(ports), None)


def left_over(given: Iterable[Region], allowed: Iterable[Region]) -> tuple[Region, ...]:
    """What of some regions no allowed region covers."""
    left = [(where, ports) for where, ports in given if where and ports]
    for area, open_ports in allowed:
        left = [rest for region in left for rest in _without(region, area, open_ports)]
    return tuple(left)


def _without(region: Region, area: Spans, open_ports: Spans) -> Iterator[Region]:
    where, ports = region
    if outside := minus(where, area):
        yield outside, ports
    inside, closed = common(where, area), minus(ports, open_ports)
    if inside and closed:
        yield inside, closed


def _resolved(ports: tuple[Port, ...], pod: Pod | None) -> Spans:
    found: list[tuple[str, int, int]] = []
    for port in ports:
        if isinstance(port.number, int):
            found.append((port.protocol.value, port.number, port.end or port.number))
        elif pod is not None:
            wanted = (port.number, port.protocol.value)
            found += [(kind, n, n) for name, kind, n in pod.ports if (name, kind) == wanted]
    return spans(found)


def _within(inner: Network, outer: Network) -> bool:
    return not minus(addresses([inner]), addresses([outer]))
