"""NetworkPolicies from declared needs: closed by default, one opening at each end of every need.

Policies act on pods' own ports and addresses, after a Service's address has been translated, so the
ports here are container ports. The kubelet's probes come from a pod's own node, which every network
plugin lets through. Namespaces are selected by `kubernetes.io/metadata.name` only: the API server
sets that label, and nobody can set it otherwise.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from assurance.graph.values import (
    Addresses,
    Dns,
    Endpoint,
    Need,
    Network,
    Outside,
    Port,
    Protocol,
)
from components.config.faults import ConfigError
from components.manifests import Manifest
from components.network.internet import internet_blocks, off_cluster_block
from components.network.needs import (
    API_SERVER_PORTS,
    TeamNetwork,
    needs_key,
    ports_of,
    unmet_needs,
)

Rule = dict[str, Any]

_LONGEST_NAME = 253


@dataclass(frozen=True, kw_only=True, slots=True)
class Consumer:
    """Pods that need something: a team's, one workload's, or some of the platform's."""

    name: str
    """What stands in the names of the policies at the other end."""
    namespace: str
    key: str
    """The stack file's, which asks for it."""
    suffix: str = ""
    """What tells its policies from others of its namespace."""
    pods: Mapping[str, str] = field(default_factory=dict)


def synthesise(
    teams: Mapping[str, TeamNetwork], endpoints: Mapping[str, Endpoint], addresses: Addresses
) -> list[Manifest]:
    """Every policy of every team, and those that needs open in the namespaces of what is needed.

    ConfigError names every need that nothing can be opened for.
    """
    unmet = tuple(unmet_needs(teams, endpoints, addresses))
    if unmet:
        raise ConfigError(unmet)
    return [
        policy
        for team, network in sorted(teams.items())
        for policy in _team_policies(team, network, endpoints, addresses)
    ]


def in_namespace(policies: Iterable[Manifest], namespace: str) -> tuple[Manifest, ...]:
    """The policies that belong in one namespace."""
    return tuple(policy for policy in policies if policy["metadata"]["namespace"] == namespace)


def asked_by(team: str, policies: Iterable[Manifest]) -> Iterator[Manifest]:
    """Those that exist because of a team's own words."""
    for each in policies:
        key = each["metadata"]["annotations"]["ml-platform/config"]
        if f"{key}.".startswith(f"teams.{team}."):
            yield each


def _team_policies(
    team: str, network: TeamNetwork, endpoints: Mapping[str, Endpoint], addresses: Addresses
) -> Iterator[Manifest]:
    key = f"teams.{team}"
    within = "allow-same-team" if network.open_within else None
    yield from closed(network.namespace, key, addresses.dns, within=within)
    for needs in together(network.needs):
        yield from opening(_consumer(team, network, needs[0]), needs, endpoints, addresses)


def _consumer(team: str, network: TeamNetwork, need: Need) -> Consumer:
    return Consumer(
        name=team,
        namespace=network.namespace,
        key=needs_key(team, need, network.models),
        suffix="" if need.by is None else f".by.{need.by}",
        pods={} if need.by is None else {"ml-platform/workload": need.by},
    )


def closed(namespace: str, key: str, dns: Dns, *, within: str | None) -> Iterator[Manifest]:
    """A namespace that is closed but for names; `within` names what opens it to its own pods."""
    yield policy(namespace, "default-deny", key, ingress=[], egress=[])
    yield policy(namespace, "allow-dns", key, egress=[_dns_rule(dns)])
    if within is not None:
        own: list[Rule] = [{"podSelector": {}}]
        yield policy(namespace, within, key, ingress=[{"from": own}], egress=[{"to": own}])


def together(needs: Iterable[Need]) -> Iterator[tuple[Need, ...]]:
    """Needs of one thing by one workload, whatever their ports, so that they share a policy."""

    def who_what(need: Need) -> tuple[str, str]:
        return (need.by or "", str(need.to))

    for _, group in groupby(sorted(set(needs), key=who_what), key=who_what):
        yield tuple(group)


def opening(
    consumer: Consumer,
    needs: tuple[Need, ...],
    endpoints: Mapping[str, Endpoint],
    addresses: Addresses,
) -> Iterator[Manifest]:
    """The egress policy for a need, and the ingress policy where default-deny stands at its end."""
    to = needs[0].to
    peers, offered = _destination(needs[0], endpoints, addresses)
    ports = _ports(needs, offered)
    yield policy(
        consumer.namespace,
        f"need-{to}{consumer.suffix}",
        consumer.key,
        pods=consumer.pods,
        egress=[{"to": peers, **ports}],
    )
    endpoint = None if isinstance(to, Outside) else endpoints[to]
    if endpoint is not None and endpoint.namespace is not None and endpoint.managed:
        yield policy(
            endpoint.namespace,
            f"serve-{to}.to.{consumer.name}{consumer.suffix}",
            consumer.key,
            pods=endpoint.labels,
            ingress=[{"from": [peer(consumer.namespace, consumer.pods)], **ports}],
        )


def _destination(
    need: Need, endpoints: Mapping[str, Endpoint], addresses: Addresses
) -> tuple[list[Rule], tuple[Port, ...]]:
    """Where a need leads, as policy peers, and the ports there; none for the internet: any port.

    Never without a peer: in a policy, no peer means everybody.
    """
    if need.to is Outside.INTERNET:
        return [{"ipBlock": block} for block in internet_blocks(addresses)], ()
    if need.to is Outside.API_SERVER:
        return blocks(addresses.api_server), API_SERVER_PORTS
    if need.to is Outside.NODES:
        return blocks(addresses.nodes), ()
    endpoint = endpoints[need.to]
    if endpoint.namespace is not None:
        return [peer(endpoint.namespace, endpoint.labels)], endpoint.ports
    outside = [off_cluster_block(network, addresses) for network in endpoint.cidrs]
    return [{"ipBlock": block} for block in outside], endpoint.ports


def blocks(networks: Iterable[Network]) -> list[Rule]:
    """Address ranges as policy peers."""
    return [{"ipBlock": {"cidr": str(network)}} for network in networks]


def _ports(needs: tuple[Need, ...], offered: tuple[Port, ...]) -> Rule:
    """The `ports` of a rule; left out where nothing limits the ports and a need names none."""
    opened = [ports_of(need, offered) if offered else need.ports for need in needs]
    if not all(opened):
        return {}
    ports = {port for some in opened for port in some}
    ordered = sorted(ports, key=lambda port: (str(port.number).zfill(5), port.protocol))
    return {"ports": port_rules(ordered)}


def port_rules(ports: Iterable[Port]) -> list[Rule]:
    """Ports as a policy spells them."""
    return [
        {
            "protocol": port.protocol.value,
            "port": port.number,
            **({} if port.end is None else {"endPort": port.end}),
        }
        for port in ports
    ]


def _dns_rule(dns: Dns) -> Rule:
    ports = (Port(number=53, protocol=Protocol.UDP), Port(number=53, protocol=Protocol.TCP))
    return {
        "to": [peer(dns.namespace, dns.labels), *blocks(dns.addresses)],
        "ports": port_rules(ports),
    }


def peer(namespace: str, labels: Mapping[str, str]) -> Rule:
    """Pods with these labels, of one namespace."""
    near: Rule = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}}}
    return {**near, "podSelector": _selector(labels)}


def _selector(labels: Mapping[str, str]) -> Rule:
    return {"matchLabels": dict(sorted(labels.items()))} if labels else {}


def policy(
    namespace: str,
    name: str,
    key: str,
    *,
    pods: Mapping[str, str] | None = None,
    **directions: list[Rule],
) -> Manifest:
    """A policy for the directions given; an empty list of rules closes the direction."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {
            "name": _short(name),
            "namespace": namespace,
            "annotations": {"ml-platform/config": key},
        },
        "spec": {
            "podSelector": _selector(pods or {}),
            "policyTypes": [
                direction.capitalize() for direction in sorted(directions, reverse=True)
            ],
            **{direction: rules for direction, rules in directions.items() if rules},
        },
    }


def _short(name: str) -> str:
    """The name itself, or its beginning and a digest where Kubernetes would refuse the length."""
    if len(name) <= _LONGEST_NAME:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:16]
    return f"{name[: _LONGEST_NAME - 17].rstrip('.-')}-{digest}"
