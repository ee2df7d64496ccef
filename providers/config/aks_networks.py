"""The address plan of a cluster on Azure: what is stated, and what is cut from it."""

from dataclasses import dataclass
from ipaddress import IPv4Network, ip_network
from typing import Self

from pydantic import model_validator

from providers.config.networks import ipv4, keep_apart, keep_size, piece
from providers.config.scalars import Cidr
from providers.config.section import MisfitError, Section

_PRIVATE = tuple(
    IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)
_TAKEN = tuple(IPv4Network(text) for text in ("172.30.0.0/15",))
"""Azure uses these inside the nodes."""
_OF_A_NODE = 24
"""Every node takes a /24 of the pods' range."""
_KEPT_BACK = 5
"""Addresses of every subnet that Azure keeps for itself."""
_LOAD_BALANCERS = 16
"""Addresses of the nodes' subnet that are left to internal load balancers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AksSubnets:
    """What the network is cut into."""

    nodes: IPv4Network
    api: IPv4Network
    """Where the API server answers; nothing else may be in it."""
    database: IPv4Network
    """PostgreSQL's alone."""
    endpoints: IPv4Network
    """Private addresses of storage, cache, registry and key vault."""


class AksNetworksConfig(Section):
    """The address plan. Pods have a range of their own, which only the cluster knows."""

    vnet: Cidr = ip_network("10.64.0.0/16")
    """The network: half of it for nodes, the rest for the API server, databases and the like."""
    pods: Cidr = ip_network("10.244.0.0/16")
    """Where pods get their addresses from: a /24 for each node."""
    services: Cidr = ip_network("10.96.0.0/16")
    """Where Services get theirs from."""

    @model_validator(mode="after")
    def _fit(self) -> Self:
        named = {key: ipv4(getattr(self, key), key) for key in ("vnet", "pods", "services")}
        for key, network in named.items():
            inside = any(network.subnet_of(private) for private in _PRIVATE)
            if not inside or any(network.overlaps(taken) for taken in _TAKEN):
                message = f"expected a private range that Azure leaves free, got {network}"
                raise MisfitError(message, key)
        keep_size(named["vnet"], 8, 24, "vnet")
        keep_size(named["pods"], 8, _OF_A_NODE, "pods")
        keep_size(named["services"], 12, 26, "services")
        keep_apart(named, self.model_fields_set)
        return self

    def subnets(self) -> AksSubnets:
        """Nodes get the first half; the rest has four pieces, of which three are in use."""
        vnet = ipv4(self.vnet, "vnet")
        small = min(vnet.prefixlen + 4, 28)
        first = 2 ** (small - vnet.prefixlen - 1)
        return AksSubnets(
            nodes=piece(vnet, vnet.prefixlen + 1, 0),
            api=piece(vnet, small, first),
            database=piece(vnet, small, first + 1),
            endpoints=piece(vnet, small, first + 2),
        )

    def keep_room(self, nodes: int) -> None:
        """Refuse ranges in which that many nodes, all pools at their largest, have no place."""
        subnet = self.subnets().nodes
        room = subnet.num_addresses - _KEPT_BACK - _LOAD_BALANCERS
        if nodes > room:
            message = (
                f"expected room for {nodes} nodes, surge included, got {self.vnet}, "
                f"whose subnet for nodes ({subnet}) has room for {room}"
            )
            raise MisfitError(message, "networks", "vnet")
        blocks = 2 ** (_OF_A_NODE - self.pods.prefixlen)
        if nodes > blocks:
            message = (
                f"expected a /{_OF_A_NODE} for each of {nodes} nodes, surge included, "
                f"got {self.pods}, which has {blocks}"
            )
            raise MisfitError(message, "networks", "pods")

    def dns_address(self) -> str:
        """Where the cluster's own names are resolved: the tenth Service address."""
        return str(self.services[10])
