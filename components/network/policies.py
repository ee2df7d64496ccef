"""NetworkPolicies from declared needs: closed by default, one opening at each end of every need.

Policies act on pods' own ports and addresses, after a Service's address has been translated, so the
ports here are container ports. The kubelet's probes come from a pod's own node, which every network
plugin lets through. Namespaces are selected by `kubernetes.io/metadata.name` only: the API server
sets that label, and nobody can set it otherwise.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from assurance.graph.values import Addresses, Dns, Endpoint, Need, Outside, Port, Protocol
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


def _team_policies(
    team: str, network: TeamNetwork, endpoints: Mapping[str, Endpoint], addresses: Addresses
) -> Iterator[Manifest]:
    yield _policy(network.namespace, "default-deny", f"teams.{team}", ingress=[], egress=[])
    yield _policy(
        network.namespace, "allow-dns", f"teams.{team}", egress=[_dns_rule(addresses.dns)]
    )
    if network.open_within:
        own: list[Rule] = [{"podSelector": {}}]
        yield _policy(
            network.namespace,
            "allow-same-team",
            f"teams.{team}",
            ingress=[{"from": own}],
            egress=[{"to": own}],
        )
    for needs in _together(network.needs):
        yield from _opening(team, network, needs, endpoints, addresses)


def _together(needs: Iterable[Need]) -> Iterator[tuple[Need, ...]]:
    """Needs of one thing by one workload, whatever their ports, so that they share a policy."""

    def who_what(need: Need) -> tuple[str, str]:
        return (need.by or "", str(need.to))

    for _, group in groupby(sorted(set(needs), key=who_what), key=who_what):
        yield tuple(group)


def _opening(
    team: str,
    network: TeamNetwork,
    needs: tuple[Need, ...],
    endpoints: Mapping[str, Endpoint],
    addresses: Addresses,
) -> Iterator[Manifest]:
    """The egress policy for a need, and the ingress policy where default-deny stands at its end."""
    need = needs[0]
    key = needs_key(team, need)
    suffix = "" if need.by is None else f".by.{need.by}"
    consumers = {} if need.by is None else {"ml-platform/workload": need.by}
    peers, offered = _destination(need, endpoints, addresses)
    ports = _ports(needs, offered)
    yield _policy(
        network.namespace,
        f"need-{need.to}{suffix}",
        key,
        pods=consumers,
        egress=[{"to": peers, **ports}],
    )
    endpoint = None if isinstance(need.to, Outside) else endpoints[need.to]
    if endpoint is not None and endpoint.namespace is not None and endpoint.managed:
        yield _policy(
            endpoint.namespace,
            f"serve-{need.to}.to.{team}{suffix}",
            key,
            pods=endpoint.labels,
            ingress=[{"from": [_peer(network.namespace, consumers)], **ports}],
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
        return [{"ipBlock": {"cidr": str(r)}} for r in addresses.api_server], API_SERVER_PORTS
    endpoint = endpoints[need.to]
    if endpoint.namespace is not None:
        return [_peer(endpoint.namespace, endpoint.labels)], endpoint.ports
    blocks = [off_cluster_block(network, addresses) for network in endpoint.cidrs]
    return [{"ipBlock": block} for block in blocks], endpoint.ports


def _ports(needs: tuple[Need, ...], offered: tuple[Port, ...]) -> Rule:
    """The `ports` of a rule; left out where nothing limits the ports and a need names none."""
    opened = [ports_of(need, offered) if offered else need.ports for need in needs]
    if not all(opened):
        return {}
    ports = {port for some in opened for port in some}
    ordered = sorted(ports, key=lambda port: (str(port.number).zfill(5), port.protocol))
    return {"ports": [_port(port) for port in ordered]}


def _port(port: Port) -> Rule:
    end = {} if port.end is None else {"endPort": port.end}
    return {"protocol": port.protocol.value, "port": port.number, **end}


def _dns_rule(dns: Dns) -> Rule:
    blocks = [{"ipBlock": {"cidr": str(network)}} for network in dns.addresses]
    ports = (Port(number=53, protocol=Protocol.UDP), Port(number=53, protocol=Protocol.TCP))
    return {
        "to": [_peer(dns.namespace, dns.labels), *blocks],
        "ports": [_port(port) for port in ports],
    }


def _peer(namespace: str, labels: Mapping[str, str]) -> Rule:
    peer: Rule = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}}}
    return {**peer, "podSelector": _selector(labels)}


def _selector(labels: Mapping[str, str]) -> Rule:
    return {"matchLabels": dict(sorted(labels.items()))} if labels else {}


def _policy(
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
