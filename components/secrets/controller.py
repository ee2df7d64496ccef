"""Whichever controller was chosen, as a part: in a namespace of its own, and asked for metrics."""

from collections.abc import Mapping

from assurance.graph.values import Endpoint, Need, Port
from components.charts.release import Release
from components.parts import Client, Part, PartNamespace
from components.secrets.section import SECRETS


def controller_part(
    release: Release, labels: Mapping[str, str], needs: tuple[Need, ...], metrics: int
) -> Part:
    """Nobody calls it but for its metrics."""
    client = Client(name="controller", labels=labels, needs=needs)
    scraped = Endpoint(
        name="platform.secrets-metrics",
        namespace=release.namespace,
        labels=labels,
        ports=(Port(number=metrics),),
    )
    return Part(
        key=SECRETS,
        namespaces=(PartNamespace(name=release.namespace, clients=(client,)),),
        releases=(release,),
        scraped=(scraped,),
    )
