"""The public DNS zone, as whoever writes into it is told of it."""

from ipaddress import ip_network

from assurance.graph.values import Endpoint, Port
from providers.config import EksConfig
from providers.contract import Zone, ZoneWriter
from providers.eks.names import Names


def public_zone(names: Names, config: EksConfig) -> Zone | None:
    """None where there is no zone, or nobody knows its id yet."""
    if config.zone is None or config.zone.id is None:
        return None
    name, hosted = config.zone.name, config.zone.id
    return Zone(
        name=name,
        id=names.zone_arn(name),
        endpoint=Endpoint(
            name="platform.zone",
            cidrs=(ip_network("0.0.0.0/0"),),
            ports=(Port(number=443),),
            host=f"route53.{names.suffix}",
            scheme="https",
            managed=False,
        ),
        solver={"route53": {"hostedZoneID": hosted, "region": names.region}},
        writer=ZoneWriter(
            cloud="aws",
            arguments={"aws-zone-type": "public", "zone-id-filter": hosted},
            environment={"AWS_REGION": names.region},
        ),
    )
