"""What the gateway brings: who carries it out, one Gateway with TLS, and the way to HTTPS."""

from collections.abc import Mapping

from assurance.graph.values import CLASS, Endpoint, Need, Outside, Port
from components.certificates.issuers import INTERNAL, certificate
from components.charts.release import Release
from components.dns.section import DNS
from components.gateway import envoy, nginx
from components.gateway.definitions import definitions_release
from components.gateway.place import CALLER, GATEWAY_NAME, GATEWAY_NAMESPACE, HTTP, HTTPS
from components.gateway.section import GATEWAY, GatewayConfig
from components.manifests import Manifest
from components.parts import Caller, Client, Entry, Part, PartNamespace, Site

API = "gateway.networking.k8s.io/v1"
RECORDED = "external-dns.alpha.kubernetes.io/hostname"
_SECRET = "gateway-tls"  # noqa: S105 - a Secret's name


def gateway_part(config: GatewayConfig, site: Site) -> Part:
    """Everything in one namespace, which only the way in and the routes lead out of."""
    chosen = envoy if config.kind == "envoy" else nginx
    traffic = "Local" if site.cluster.addresses.balancers else "Cluster"
    metrics = Endpoint(
        name="platform.gateway-metrics",
        namespace=GATEWAY_NAMESPACE,
        labels=chosen.CONTROLLER,
        ports=(Port(number=chosen.METRICS),),
    )
    return Part(
        key=GATEWAY,
        namespaces=(_namespace(config, chosen.CONTROLLER, chosen.PROXY, chosen.PORTS),),
        releases=(definitions_release(envoy=config.kind == "envoy"), _release(config, traffic)),
        before=tuple(
            certificate(name, GATEWAY_NAMESPACE, names) for name, names in chosen.SECRETS.items()
        ),
        objects=(
            *(envoy.envoy_objects(config, traffic) if config.kind == "envoy" else ()),
            certificate(_SECRET, GATEWAY_NAMESPACE, config.hosts, issuer=site.issuer or INTERNAL),
            _gateway(chosen.CLASS),
            _to_https(config, recorded=DNS in site.sections),
        ),
        node_ports=()
        if config.node_ports is None
        else (config.node_ports.http, config.node_ports.https),
        scraped=(metrics,),
        callers=(Caller(name=CALLER, namespace=GATEWAY_NAMESPACE, labels=chosen.PROXY),),
    )


def _release(config: GatewayConfig, traffic: str) -> Release:
    if config.kind == "envoy":
        return envoy.envoy_release(config)
    return nginx.nginx_release(config, traffic)


def _namespace(
    config: GatewayConfig,
    controller: Mapping[str, str],
    proxy: Mapping[str, str],
    ports: Mapping[str, int],
) -> PartNamespace:
    """Its own pods reach each other: proxies are told by the controller where routes lead."""
    clients = [
        Client(name="controller", labels=controller, needs=(Need(to=Outside.API_SERVER),)),
    ]
    if config.tokens:
        clients.append(Client(name="tokens", labels=proxy, needs=(Need(to=Outside.INTERNET),)))
    entry = Entry(
        name="proxies",
        labels=proxy,
        ports=tuple(Port(number=number) for number in ports.values()),
        source=Outside.NODES if config.node_ports else Outside.INTERNET,
    )
    return PartNamespace(name=GATEWAY_NAMESPACE, clients=tuple(clients), entries=(entry,))


def _gateway(class_name: str) -> Manifest:
    """Routes of our own namespaces only: nobody else can answer here."""
    ours = {"matchExpressions": [{"key": CLASS, "operator": "Exists"}]}
    routes = {"namespaces": {"from": "Selector", "selector": ours}}
    tls = {"mode": "Terminate", "certificateRefs": [{"kind": "Secret", "name": _SECRET}]}
    return {
        "apiVersion": API,
        "kind": "Gateway",
        "metadata": {"name": GATEWAY_NAME, "namespace": GATEWAY_NAMESPACE},
        "spec": {
            "gatewayClassName": class_name,
            "listeners": [
                {"name": HTTP, "port": 80, "protocol": "HTTP", "allowedRoutes": routes},
                {
                    "name": HTTPS,
                    "port": 443,
                    "protocol": "HTTPS",
                    "tls": tls,
                    "allowedRoutes": routes,
                },
            ],
        },
    }


def _to_https(config: GatewayConfig, *, recorded: bool) -> Manifest:
    """Whoever comes over plain HTTP is sent on; only the public authority is answered there.

    `recorded`: external-dns is told here, and nowhere else, for which names to write records.
    """
    names = {"annotations": {RECORDED: ",".join(config.hosts)}} if recorded else {}
    redirect = {"scheme": "https", "statusCode": 301}
    if config.node_ports is not None:
        redirect["port"] = config.node_ports.https
    return {
        "apiVersion": API,
        "kind": "HTTPRoute",
        "metadata": {"name": "to-https", "namespace": GATEWAY_NAMESPACE, **names},
        "spec": {
            "parentRefs": [parent(HTTP)],
            "rules": [{"filters": [{"type": "RequestRedirect", "requestRedirect": redirect}]}],
        },
    }


def parent(listener: str) -> Manifest:
    """What a route names to be let in."""
    return {
        "kind": "Gateway",
        "namespace": GATEWAY_NAMESPACE,
        "name": GATEWAY_NAME,
        "sectionName": listener,
    }
