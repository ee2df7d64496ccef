"""What stores are put into: the network, the keys, the names, the private zone."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from assurance.graph.values import Endpoint, Port
from providers.config import EksConfig
from providers.eks.keys import Keys
from providers.eks.names import Names
from providers.eks.network import EksNetwork
from providers.eks.sdk import aws


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """Where a managed store stands."""

    parent: pulumi.Resource
    config: EksConfig
    names: Names
    network: EksNetwork
    keys: Keys
    zone: aws.route53.Zone

    @property
    def below(self) -> pulumi.ResourceOptions:
        """Options of what may come and go."""
        return pulumi.ResourceOptions(parent=self.parent)

    @property
    def kept(self) -> pulumi.ResourceOptions:
        """Options of what holds data."""
        return pulumi.ResourceOptions(parent=self.parent, protect=self.config.protected)

    def database_subnets(self) -> list[pulumi.Output[str]]:
        """The subnets that no way leads out of."""
        return [subnet.id for subnet in self.network.database.values()]

    def door(self, name: str, port: int) -> aws.ec2.SecurityGroup:
        """A security group that lets nodes and pods in, at one port, and nothing out."""
        called = f"{self.names.cluster}-{name}"
        group = aws.ec2.SecurityGroup(
            called,
            vpc_id=self.network.vpc.id,
            description=f"The cluster's {name}, for its nodes and pods.",
            opts=self.below,
        )
        for share in self.config.subnets():
            aws.vpc.SecurityGroupIngressRule(
                f"{called}-{share.zone}",
                security_group_id=group.id,
                cidr_ipv4=str(share.private),
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                opts=self.below,
            )
        return group

    def host(self, name: str, target: pulumi.Input[str]) -> str:
        """A name of ours, known beforehand, for an address that AWS chooses."""
        host = f"{name}.{self.names.zone}"
        aws.route53.Record(
            f"{self.names.cluster}-{name}",
            zone_id=self.zone.zone_id,
            name=host,
            type="CNAME",
            ttl=60,
            records=[target],
            opts=self.below,
        )
        return host

    def endpoint(self, name: str, port: int, host: str, scheme: str) -> Endpoint:
        """In the databases' subnets, wherever AWS moves it."""
        return Endpoint(
            name=name,
            cidrs=tuple(share.database for share in self.config.subnets()),
            ports=(Port(number=port),),
            host=host,
            scheme=scheme,
            managed=False,
        )
