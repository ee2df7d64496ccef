"""What certificates bring: cert-manager, and those who sign."""

from assurance.graph.values import Endpoint, Need, Outside, Port
from components.certificates.chart import METRICS, WEBHOOK, cert_manager_release, labels
from components.certificates.issuers import (
    INTERNAL,
    NAMESPACE,
    PUBLIC,
    internal_authority,
    public_authority,
)
from components.certificates.section import CERTIFICATES, CertificatesConfig
from components.gateway.place import GATEWAY_NAME, GATEWAY_NAMESPACE
from components.parts import Client, Entry, Part, PartNamespace, Site

_PODS = {"app.kubernetes.io/instance": "cert-manager"}
"""Whatever the chart makes."""


def certificates_part(config: CertificatesConfig, site: Site) -> Part:
    """cert-manager in a namespace of its own; the public authority is asked over the internet."""
    asks = (Need(to=Outside.INTERNET),) if config.public else ()
    objects = internal_authority()
    if config.public is not None:
        objects.append(public_authority(config.public, (GATEWAY_NAMESPACE, GATEWAY_NAME)))
    namespace = PartNamespace(
        name=NAMESPACE,
        clients=(
            Client(name="cert-manager", labels=_PODS, needs=(Need(to=Outside.API_SERVER),)),
            *((Client(name="acme", labels=labels("controller"), needs=asks),) if asks else ()),
        ),
        entries=(
            Entry(
                name="webhook",
                labels=labels("webhook"),
                ports=(Port(number=WEBHOOK),),
                source=Outside.API_SERVER,
            ),
        ),
    )
    metrics = Endpoint(
        name="platform.certificates-metrics",
        namespace=NAMESPACE,
        labels=_PODS,
        ports=(Port(number=METRICS),),
    )
    routes = "platform.gateway" in site.sections
    return Part(
        key=CERTIFICATES,
        namespaces=(namespace,),
        releases=(cert_manager_release(config.size.size(), routes=routes),),
        objects=tuple(objects),
        issuer=INTERNAL if config.public is None else PUBLIC,
        scraped=(metrics,),
    )
