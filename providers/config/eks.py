"""`provider: eks`: a cluster on AWS."""

from collections.abc import Mapping
from ipaddress import ip_network
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from assurance.graph.values import Addresses, Pool
from providers.config.aws_scalars import AccountId, GroupName, Region, RoleArn, Zone
from providers.config.eks_networks import (
    MOST_ZONES,
    EksNetworksConfig,
    Subnets,
    addresses_of,
    room,
)
from providers.config.eks_pools import POOLS, EksPoolConfig, keep_system
from providers.config.endpoints import EndpointConfig
from providers.config.scalars import Cidr, DnsLabel, Flag, Version
from providers.config.section import EVERYTHING, MisfitError, Section
from providers.config.support import CALENDARS
from providers.config.zones import EksZoneConfig

_METADATA = tuple(ip_network(range_) for range_ in ("169.254.169.254/32", "fd00:ec2::254/128"))
_ZONE_LETTERS = "abc"
_FEWEST_ZONES = 2

PrivateService = Literal[
    "autoscaling",
    "ec2",
    "ecr.api",
    "ecr.dkr",
    "eks",
    "eks-auth",
    "elasticloadbalancing",
    "kms",
    "logs",
    "secretsmanager",
    "ssm",
    "sts",
]
"""What AWS can be asked for without leaving the VPC."""
LogDays = Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653]
"""Periods that CloudWatch knows."""


class EksConfig(Section):
    """A cluster on AWS, with a network, keys, logs and stores of its own."""

    brings: ClassVar[frozenset[str]] = EVERYTHING
    """The sections of a platform that it can serve: all of them."""
    storage_classes: ClassVar[frozenset[str]] = frozenset({"gp3"})
    """The storage classes that it comes with: ours, whose volumes are encrypted."""
    provider: Literal["eks"]
    """Who makes the cluster: AWS, as an EKS cluster."""
    account: AccountId
    """The account that everything goes to; any other one is refused."""
    region: Region
    """The region that everything is in."""
    zones: Annotated[tuple[Zone, ...], Field(max_length=MOST_ZONES)] = ()
    """Its availability zones; the region's a, b and c if left out. Add new ones at the end."""
    version: Version = "1.35"
    """Kubernetes' major and minor version."""
    networks: EksNetworksConfig = EksNetworksConfig()
    """The address plan."""
    nat: Literal["per-zone", "regional", "single"] = "per-zone"
    """What private addresses leave through: a gateway in each zone, one that spans them, or one."""
    interface_endpoints: tuple[PrivateService, ...] = ()
    """Services of AWS that are reached inside the VPC; each costs by the hour and zone."""
    public_from: tuple[Cidr, ...] = Field(default=(), max_length=40)
    """From where the Kubernetes API may be reached over the internet; nowhere if left out."""
    admins: tuple[RoleArn, ...] = Field(min_length=1)
    """IAM roles that may do everything; whoever deploys must be in one of them."""
    groups: Mapping[GroupName, tuple[RoleArn, ...]] = {}
    """IAM roles by the group that they are in, as teams' members name groups."""
    pools: Mapping[DnsLabel, EksPoolConfig] = Field(default=POOLS, min_length=1)
    """The nodes, by what they are for; `system` must be among them."""
    zone: EksZoneConfig | None = None
    """The public domain: its zone, and a certificate of AWS's for it and all names below it."""
    log_days: LogDays = 90
    """How long the logs of the cluster, its network and its stores are kept."""
    protected: Flag = True
    """Whether what holds data, and the cluster, refuse to be deleted."""
    endpoints: Mapping[DnsLabel, EndpointConfig] = {}
    """What runs beside the cluster and may be needed as `cluster.<name>`."""

    @model_validator(mode="after")
    def _can_be_made(self) -> Self:
        CALENDARS["eks"].keep_known(self.version)
        self._keep_zones()
        self._keep_closed()
        self._keep_roles()
        keep_system(self.pools)
        self._keep_room()
        return self

    @property
    def zone_names(self) -> tuple[str, ...]:
        """The zones, stated or not."""
        return self.zones or tuple(f"{self.region}{letter}" for letter in _ZONE_LETTERS)

    @property
    def partition(self) -> str:
        """Which of AWS's separate worlds the region is in."""
        area = self.region.partition("-")[0]
        gov = self.region.startswith("us-gov-")
        return "aws-cn" if area == "cn" else "aws-us-gov" if gov else "aws"

    def subnets(self) -> tuple[Subnets, ...]:
        """The zones' subnets."""
        return self.networks.subnets(self.zone_names)

    def pool_values(self) -> tuple[Pool, ...]:
        """The pools as values."""
        return tuple(each.pool(name, self.zone_names) for name, each in sorted(self.pools.items()))

    def address_plan(self) -> Addresses:
        """Nodes and pods share the private subnets; the API server is in none of them.

        It calls webhooks from its own; load balancers call from the public ones.
        """
        subnets = self.subnets()
        private, control = (tuple(getattr(e, k) for e in subnets) for k in ("private", "control"))
        services = self.networks.services
        return Addresses(
            pods=private,
            services=(services,),
            nodes=private,
            api_server=control,
            metadata=_METADATA,
            webhooks=control,
            balancers=tuple(each.public for each in subnets),
        )

    def _keep_zones(self) -> None:
        for number, zone in enumerate(self.zones):
            if zone[:-1] != self.region:
                message = f"expected a zone of {self.region}, got {zone}"
                raise MisfitError(message, "zones", number)
            if zone in self.zones[:number]:
                message = f"expected each zone once, got {zone} again"
                raise MisfitError(message, "zones", number)
        if self.zones and len(self.zones) < _FEWEST_ZONES:
            message = f"expected at least {_FEWEST_ZONES} zones, got {len(self.zones)}"
            raise MisfitError(message, "zones")
        for name, pool in self.pools.items():
            for number, zone in enumerate(pool.zones):
                if zone not in self.zone_names:
                    known = " or ".join(self.zone_names)
                    message = f"expected a zone of the cluster ({known}), got {zone}"
                    raise MisfitError(message, "pools", name, "zones", number)

    def _keep_closed(self) -> None:
        for number, network in enumerate(self.public_from):
            if network.prefixlen == 0:
                message = f"expected where people and pipelines are, got {network}: everywhere"
                raise MisfitError(message, "public_from", number)

    def _keep_roles(self) -> None:
        named = [(("admins", n), role) for n, role in enumerate(self.admins)] + [
            (("groups", group, n), role)
            for group, roles in self.groups.items()
            for n, role in enumerate(roles)
        ]
        for at, role in named:
            if role.split(":")[4] != self.account:
                message = f"expected a role of account {self.account}, got {role}"
                raise MisfitError(message, *at)

    def _keep_room(self) -> None:
        """Even at their largest, the pools' nodes and pods find addresses in every zone."""
        subnets = {each.zone: each.private for each in self.subnets()}
        wanted = dict.fromkeys(subnets, 0)
        for pool in self.pools.values():
            zones = pool.zones or self.zone_names
            for zone in zones:
                share = -(-pool.most // len(zones))
                wanted[zone] += share * addresses_of(pool.instance.pods)
        for zone, subnet in subnets.items():
            if wanted[zone] > room(subnet):
                message = (
                    f"expected a range with {wanted[zone]} addresses for nodes and pods in {zone}, "
                    f"got {self.networks.vpc}, which has {room(subnet)} there; "
                    "state a larger one, or a lower max of the pools"
                )
                raise MisfitError(message, "networks", "vpc")
