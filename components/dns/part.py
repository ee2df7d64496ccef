"""What public names bring: external-dns, and its way to the cloud's zone."""

from assurance.graph.values import Access, Endpoint, Grant, Need, Outside, Port
from components.config.faults import ConfigError, Fault
from components.dns.chart import LABELS, METRICS, NAME, dns_release
from components.dns.section import DNS, DnsConfig
from components.manifests import Manifest
from components.parts import Acting, Client, Part, PartNamespace, Site
from providers.contract import IDENTITY, Zone

_RBAC = "rbac.authorization.k8s.io"
_NAMESPACES = f"{NAME}-namespaces"


def dns_part(config: DnsConfig, site: Site) -> Part:
    """One controller, which writes into one zone and is called by nobody."""
    zone = site.zone
    if zone is None:
        message = "expected a public DNS zone that may be written into, got none"
        raise ConfigError([Fault(file="", line=None, key=DNS, message=message)])
    outside = (Need(to=zone.endpoint.name), *_login(site))
    client = Client(name=NAME, labels=LABELS, needs=(Need(to=Outside.API_SERVER), *outside))
    grant = Grant(access=Access.WRITE, kind="records", name=zone.name)
    scraped = Endpoint(
        name="platform.dns-metrics", namespace=NAME, labels=LABELS, ports=(Port(number=METRICS),)
    )
    return Part(
        key=DNS,
        namespaces=(PartNamespace(name=NAME, clients=(client,)),),
        releases=(dns_release(config, zone, site.cluster.name),),
        before=(*_sees_namespaces(), *_settings(zone)),
        acting=(Acting(account=f"{NAME}/{NAME}", grants=(grant,)),),
        scraped=(scraped,),
    )


def _login(site: Site) -> tuple[Need, ...]:
    return (Need(to=IDENTITY),) if IDENTITY in site.endpoints else ()


def _sees_namespaces() -> tuple[Manifest, ...]:
    """It lists them before it does anything, and the chart's roles for one namespace lack that."""
    subject = {"kind": "ServiceAccount", "name": NAME, "namespace": NAME}
    return (
        {
            "apiVersion": f"{_RBAC}/v1",
            "kind": "ClusterRole",
            "metadata": {"name": _NAMESPACES},
            "rules": [
                {"apiGroups": [""], "resources": ["namespaces"], "verbs": ["get", "list", "watch"]}
            ],
        },
        {
            "apiVersion": f"{_RBAC}/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": _NAMESPACES},
            "roleRef": {"apiGroup": _RBAC, "kind": "ClusterRole", "name": _NAMESPACES},
            "subjects": [subject],
        },
    )


def _settings(zone: Zone) -> tuple[Manifest, ...]:
    """Nothing in them is secret."""
    if not zone.writer.settings:
        return ()
    return (
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": NAME, "namespace": NAME},
            "data": dict(zone.writer.settings),
        },
    )
