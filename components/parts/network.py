"""The network policies of the platform's own namespaces, from what its parts state. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, assert_never

from assurance.graph.values import Addresses, Endpoint, Outside
from components.config.faults import ConfigError, Fault
from components.manifests import Manifest
from components.network.internet import internet_blocks
from components.network.needs import why_unmet
from components.network.policies import (
    Consumer,
    blocks,
    closed,
    opening,
    policy,
    port_rules,
    together,
)
from components.parts.part import Client, Entry, Part


def part_policies(
    parts: Iterable[Part], endpoints: Mapping[str, Endpoint], addresses: Addresses
) -> dict[str, list[Manifest]]:
    """By a part's key, the policies in its namespaces, whoever asks for them.

    What opens a namespace comes with it: what runs there waits for every policy that acts on it.
    ConfigError names every need that nothing can be opened for.
    """
    wanted = list(parts)
    unmet = [
        Fault(file="", line=None, key=part.key, message=f"{client.name} needs {message}")
        for part in wanted
        for client in _clients(part)
        for need in client.needs
        if (message := why_unmet(need, endpoints, addresses)) is not None
    ]
    if unmet:
        raise ConfigError(unmet)
    owners = {place.name: part.key for part in wanted for place in part.namespaces}
    found: dict[str, list[Manifest]] = {part.key: [] for part in wanted}
    for part in wanted:
        for each in _policies(part, endpoints, addresses):
            found[owners[each["metadata"]["namespace"]]].append(each)
    return found


def _clients(part: Part) -> Iterator[Client]:
    for namespace in part.namespaces:
        yield from namespace.clients


def _policies(
    part: Part, endpoints: Mapping[str, Endpoint], addresses: Addresses
) -> Iterator[Manifest]:
    for namespace in part.namespaces:
        within = "allow-within" if namespace.open_within else None
        yield from closed(namespace.name, part.key, addresses.dns, within=within)
        for entry in namespace.entries:
            yield _entry(namespace.name, part.key, entry, addresses)
        for client in namespace.clients:
            consumer = Consumer(
                name=part.key,
                namespace=namespace.name,
                key=part.key,
                suffix=f".by.{client.name}",
                pods=client.labels,
            )
            for needs in together(client.needs):
                yield from opening(consumer, needs, endpoints, addresses)


def _entry(namespace: str, key: str, entry: Entry, addresses: Addresses) -> Manifest:
    rule: dict[str, Any] = {
        "from": _sources(entry.source, addresses),
        "ports": port_rules(entry.ports),
    }
    return policy(namespace, f"enter-{entry.name}", key, pods=entry.labels, ingress=[rule])


def _sources(source: Outside, addresses: Addresses) -> list[dict[str, Any]]:
    """Where calls from off the pod network come from.

    An API server calls webhooks from its own addresses or, behind a cloud's tunnel, from a node's.
    What arrives at a NodePort or a load balancer may bear a node's. Where known, that counts.
    """
    match source:
        case Outside.API_SERVER:
            either = dict.fromkeys((*addresses.api_server, *addresses.nodes))
            return blocks(addresses.webhooks or either)
        case Outside.NODES:
            return blocks(addresses.nodes)
        case Outside.INTERNET:
            public = [{"ipBlock": block} for block in internet_blocks(addresses)]
            return [*public, *blocks(addresses.balancers or addresses.nodes)]
    assert_never(source)
