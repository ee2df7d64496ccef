"""Zones: a private one for stores, a public one with its certificate for a domain of one's own."""

from __future__ import annotations

import pulumi

from providers.config.zones import EksZoneConfig
from providers.eks.names import Names
from providers.eks.network import EksNetwork
from providers.eks.sdk import aws


def private_zone(parent: pulumi.Resource, names: Names, network: EksNetwork) -> aws.route53.Zone:
    """Resolved inside the VPC only."""
    return aws.route53.Zone(
        f"{names.cluster}-private",
        name=names.zone,
        comment="Databases and caches, by names that never change.",
        vpcs=[{"vpc_id": network.vpc.id}],
        opts=pulumi.ResourceOptions(parent=parent),
    )


def public_domain(
    parent: pulumi.Resource, names: Names, zone: EksZoneConfig, *, protected: bool
) -> aws.acm.Certificate:
    """The zone, unless it is there, and a certificate for the domain and all names right below it.

    The certificate is issued once the domain, wherever it is registered, points to the zone's name
    servers; nothing here waits for that.
    """
    domain = zone.name
    zone_id = zone.id or _made(parent, names, domain, protected=protected).zone_id
    certificate = aws.acm.Certificate(
        f"{names.cluster}-public",
        domain_name=domain,
        subject_alternative_names=[f"*.{domain}"],
        validation_method="DNS",
        opts=pulumi.ResourceOptions(parent=parent),
    )
    asked = certificate.domain_validation_options[0]  # the same for both names
    aws.route53.Record(
        f"{names.cluster}-certificate",
        zone_id=zone_id,
        name=asked["resourceRecordName"],
        type=asked["resourceRecordType"],
        records=[asked["resourceRecordValue"]],
        ttl=300,
        allow_overwrite=True,
        opts=pulumi.ResourceOptions(parent=parent),
    )
    return certificate


def _made(
    parent: pulumi.Resource, names: Names, domain: str, *, protected: bool
) -> aws.route53.Zone:
    return aws.route53.Zone(
        f"{names.cluster}-public",
        name=domain,
        comment="The platform's public domain.",
        opts=pulumi.ResourceOptions(parent=parent, protect=protected),
    )
