"""The VPC: four subnets for each zone, ways out for the private ones, none for databases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from providers.config import EksConfig
from providers.config.eks_networks import Subnets
from providers.eks.names import Names
from providers.eks.sdk import aws

_ROLE = "kubernetes.io/role"
"""Tags by which the load balancer controller finds its subnets."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EksNetworkArgs:
    """The address plan, and the names of what is made."""

    config: EksConfig
    names: Names


class EksNetwork(pulumi.ComponentResource):
    """The network that the cluster and its stores share."""

    vpc: aws.ec2.Vpc
    private: Mapping[str, aws.ec2.Subnet]
    """By zone: nodes and pods."""
    database: Mapping[str, aws.ec2.Subnet]
    control: Mapping[str, aws.ec2.Subnet]
    """The control plane's interfaces."""
    ways_out: tuple[pulumi.Resource, ...]
    """What must be there before a node can fetch anything."""

    def __init__(
        self, name: str, args: EksNetworkArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("ml-platform:providers:EksNetwork", name, None, opts)
        config = args.config
        subnets = config.subnets()
        self.vpc = aws.ec2.Vpc(
            name,
            cidr_block=str(config.networks.vpc),
            enable_dns_hostnames=True,
            enable_dns_support=True,
            tags={"Name": args.names.cluster},
            opts=pulumi.ResourceOptions(parent=self),
        )
        aws.ec2.DefaultSecurityGroup(
            f"{name}-closed",
            vpc_id=self.vpc.id,
            ingress=[],
            egress=[],
            opts=pulumi.ResourceOptions(parent=self),
        )
        public, self.private, self.database, self.control = (
            self._subnets(kind, {each.zone: each for each in subnets}, args.names)
            for kind in ("public", "private", "database", "control")
        )
        gateways, attached = self._gateways(config, public)
        tables, self.ways_out = self._routes(gateways, attached)
        self._storage_endpoint(config, tables)
        if config.interface_endpoints:
            self._interface_endpoints(config)
        self.register_outputs({"vpc": self.vpc.id})

    def _called(self, *words: str) -> str:
        return "-".join((self.pulumi_resource_name, *words))

    def _subnets(
        self, kind: str, plan: Mapping[str, Subnets], names: Names
    ) -> dict[str, aws.ec2.Subnet]:
        found = {"public": {f"{_ROLE}/elb": "1"}, "private": {f"{_ROLE}/internal-elb": "1"}}
        return {
            zone: aws.ec2.Subnet(
                self._called(kind, zone),
                vpc_id=self.vpc.id,
                availability_zone=zone,
                cidr_block=str(getattr(share, kind)),
                map_public_ip_on_launch=False,
                tags={"Name": f"{names.cluster}-{kind}-{zone}", **found.get(kind, {})},
                opts=pulumi.ResourceOptions(parent=self),
            )
            for zone, share in plan.items()
        }

    def _gateways(
        self, config: EksConfig, public: Mapping[str, aws.ec2.Subnet]
    ) -> tuple[Mapping[str, aws.ec2.NatGateway], tuple[pulumi.Resource, ...]]:
        """The gateway of each zone; one may serve several."""
        internet = aws.ec2.InternetGateway(
            self._called("internet"),
            vpc_id=self.vpc.id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        table = self._table("public")
        way = self._route("public", table, gateway_id=internet.id)
        for zone, subnet in public.items():
            self._associate(f"public-{zone}", table, subnet)
        # a NAT gateway has no address of the internet before its VPC has a way there
        ready = pulumi.ResourceOptions(parent=self, depends_on=[way])
        if config.nat == "regional":
            one = aws.ec2.NatGateway(
                self._called("nat"),
                availability_mode="regional",
                connectivity_type="public",
                vpc_id=self.vpc.id,
                opts=ready,
            )
            return dict.fromkeys(public, one), (way,)
        places = public if config.nat == "per-zone" else dict([next(iter(public.items()))])
        made = {zone: self._zonal_gateway(zone, subnet, ready) for zone, subnet in places.items()}
        first = next(iter(made.values()))
        return {zone: made.get(zone, first) for zone in public}, (way,)

    def _zonal_gateway(
        self, zone: str, subnet: aws.ec2.Subnet, ready: pulumi.ResourceOptions
    ) -> aws.ec2.NatGateway:
        address = aws.ec2.Eip(
            self._called("nat", zone), domain="vpc", opts=pulumi.ResourceOptions(parent=self)
        )
        return aws.ec2.NatGateway(
            self._called("nat", zone),
            allocation_id=address.id,
            connectivity_type="public",
            subnet_id=subnet.id,
            opts=ready,
        )

    def _routes(
        self,
        gateways: Mapping[str, aws.ec2.NatGateway],
        attached: tuple[pulumi.Resource, ...],
    ) -> tuple[list[aws.ec2.RouteTable], tuple[pulumi.Resource, ...]]:
        """Private subnets leave through their zone's gateway; the others do not leave."""
        closed = self._table("database")
        ways: list[pulumi.Resource] = [*attached]
        tables = []
        for zone, subnet in self.private.items():
            table = self._table(f"private-{zone}")
            ways.append(self._route(f"private-{zone}", table, nat_gateway_id=gateways[zone].id))
            ways.append(self._associate(f"private-{zone}", table, subnet))
            self._associate(f"database-{zone}", closed, self.database[zone])
            self._associate(f"control-{zone}", closed, self.control[zone])
            tables.append(table)
        return tables, tuple(ways)

    def _table(self, name: str) -> aws.ec2.RouteTable:
        return aws.ec2.RouteTable(
            self._called(name), vpc_id=self.vpc.id, opts=pulumi.ResourceOptions(parent=self)
        )

    def _route(
        self, name: str, table: aws.ec2.RouteTable, **through: pulumi.Input[str]
    ) -> aws.ec2.Route:
        return aws.ec2.Route(
            self._called(name),
            route_table_id=table.id,
            destination_cidr_block="0.0.0.0/0",
            opts=pulumi.ResourceOptions(parent=self),
            **through,
        )

    def _associate(
        self, name: str, table: aws.ec2.RouteTable, subnet: aws.ec2.Subnet
    ) -> aws.ec2.RouteTableAssociation:
        return aws.ec2.RouteTableAssociation(
            self._called(name),
            route_table_id=table.id,
            subnet_id=subnet.id,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _storage_endpoint(self, config: EksConfig, tables: list[aws.ec2.RouteTable]) -> None:
        """Objects travel inside AWS, past the gateways and their price."""
        aws.ec2.VpcEndpoint(
            self._called("s3"),
            vpc_id=self.vpc.id,
            vpc_endpoint_type="Gateway",
            service_name=f"com.amazonaws.{config.region}.s3",
            route_table_ids=[table.id for table in tables],
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _interface_endpoints(self, config: EksConfig) -> None:
        inside = aws.ec2.SecurityGroup(
            self._called("services"),
            vpc_id=self.vpc.id,
            description="Services of AWS, for whoever is in the VPC.",
            opts=pulumi.ResourceOptions(parent=self),
        )
        aws.vpc.SecurityGroupIngressRule(
            self._called("services"),
            security_group_id=inside.id,
            cidr_ipv4=str(config.networks.vpc),
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            opts=pulumi.ResourceOptions(parent=self),
        )
        for service in config.interface_endpoints:
            aws.ec2.VpcEndpoint(
                self._called(service),
                vpc_id=self.vpc.id,
                vpc_endpoint_type="Interface",
                service_name=f"com.amazonaws.{config.region}.{service}",
                subnet_ids=[subnet.id for subnet in self.private.values()],
                security_group_ids=[inside.id],
                private_dns_enabled=True,
                opts=pulumi.ResourceOptions(parent=self),
            )
