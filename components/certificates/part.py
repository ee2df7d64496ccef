"""What certificates bring: cert-manager, and those who sign."""

from assurance.graph.values import Access, Endpoint, Grant, Need, Outside, Port
from components.certificates.chart import (
    ACCOUNT,
    METRICS,
    WEBHOOK,
    cert_manager_release,
    labels,
)
from components.certificates.issuers import (
    INTERNAL,
    NAMESPACE,
    PUBLIC,
    answering,
    internal_authority,
    public_authority,
)
from components.certificates.section import CERTIFICATES, CertificatesConfig
from components.gateway.place import GATEWAY_NAME, GATEWAY_NAMESPACE
from components.parts import Acting, Client, Entry, Part, PartNamespace, Site
from providers.contract import IDENTITY, Zone

_PODS = {"app.kubernetes.io/instance": "cert-manager"}
"""Whatever the chart makes."""


def certificates_part(config: CertificatesConfig, site: Site) -> Part:
    """cert-manager in a namespace of its own; that names are ours is shown in the zone, if any.

    Else by answering for them through the gateway: one name at a time, and none with `*`.
    """
    zone = None if config.public is None else site.zone
    asks = _asks(config, site)
    objects = internal_authority()
    if config.public is not None:
        solver = answering((GATEWAY_NAMESPACE, GATEWAY_NAME))
        objects.append(
            public_authority(config.public, solver if zone is None else {"dns01": zone.solver})
        )
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
        releases=(
            cert_manager_release(config.size.size(), routes=routes, records=zone is not None),
        ),
        objects=tuple(objects),
        acting=() if zone is None else (_writing(zone),),
        issuer=INTERNAL if config.public is None else PUBLIC,
        scraped=(metrics,),
    )


def _asks(config: CertificatesConfig, site: Site) -> tuple[Need, ...]:
    """The public authority, and whoever looks after the zone, over the internet."""
    if config.public is None:
        return ()
    login = site.zone is not None and IDENTITY in site.endpoints
    return (Need(to=Outside.INTERNET), *((Need(to=IDENTITY),) if login else ()))


def _writing(zone: Zone) -> Acting:
    grant = Grant(access=Access.WRITE, kind="challenges", name=zone.name)
    return Acting(account=f"{NAMESPACE}/{ACCOUNT}", grants=(grant,))
