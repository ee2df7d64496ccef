"""The address plan of an EKS cluster: one range, cut alike whatever is asked for later."""

from dataclasses import dataclass
from ipaddress import IPv4Network, ip_network
from typing import Self

from pydantic import Field, model_validator

from providers.config.networks import ipv4, keep_apart, keep_size, piece
from providers.config.scalars import Cidr
from providers.config.section import MisfitError, Section

MOST_ZONES = 6
_PRIVATE_CUT, _SMALL_CUT = 3, 8
_PUBLIC_BLOCK, _DATABASE_BLOCK = 6, 7
"""Of eight equal blocks, six are nodes' and pods', one is divided for each of these."""
_CONTROL = 8
"""Of the databases' block, the pieces from here on are the control plane's."""
_RESERVED = 5
"""Addresses of every subnet that AWS keeps."""
PREFIX = 16
"""Addresses that a network interface takes at a time."""
_FOR_SERVICES = tuple(ip_network(r) for r in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Subnets:
    """One zone's share of the cluster's range."""

    zone: str
    private: IPv4Network
    """Nodes and pods."""
    public: IPv4Network
    """Load balancers and NAT gateways."""
    database: IPv4Network
    """Databases and caches; no way leads out."""
    control: IPv4Network
    """The control plane's network interfaces, and nothing else: who calls from here is no pod."""


class EksNetworksConfig(Section):
    """The cluster's address plan. Neither range can be changed later."""

    vpc: Cidr = Field(default=ip_network("10.0.0.0/16"), examples=["10.64.0.0/16"])
    """Everything but Services: four subnets for each zone are cut from it."""
    services: Cidr = ip_network("172.20.0.0/16")
    """Where Services get theirs from."""

    @model_validator(mode="after")
    def _possible(self) -> Self:
        ranges = {"vpc": ipv4(self.vpc, "vpc"), "services": ipv4(self.services, "services")}
        keep_size(ranges["vpc"], 16, 19, "vpc")
        keep_size(ranges["services"], 12, 24, "services")
        if not any(ranges["services"].subnet_of(ipv4(allowed)) for allowed in _FOR_SERVICES):
            allowed = " or ".join(str(each) for each in _FOR_SERVICES)
            message = f"expected a range within {allowed}, got {self.services}"
            raise MisfitError(message, "services")
        keep_apart(ranges, self.model_fields_set)
        return self

    def subnets(self, zones: tuple[str, ...]) -> tuple[Subnets, ...]:
        """The zones' subnets; another zone at the end of the list moves none of the others."""
        whole = ipv4(self.vpc)
        public, database = (
            piece(whole, whole.prefixlen + _PRIVATE_CUT, block)
            for block in (_PUBLIC_BLOCK, _DATABASE_BLOCK)
        )
        small = whole.prefixlen + _SMALL_CUT
        return tuple(
            Subnets(
                zone=zone,
                private=piece(whole, whole.prefixlen + _PRIVATE_CUT, number),
                public=piece(public, small, number),
                database=piece(database, small, number),
                control=piece(database, small, _CONTROL + number),
            )
            for number, zone in enumerate(zones)
        )


def addresses_of(pods: int) -> int:
    """What a node takes: blocks for its pods, one block in reserve, and its own."""
    return (-(-pods // PREFIX) + 1) * PREFIX + 1


def room(subnet: IPv4Network) -> int:
    """What a subnet has to give, in whole blocks; its ends are AWS's own."""
    return (subnet.num_addresses - _RESERVED) // PREFIX * PREFIX - PREFIX
