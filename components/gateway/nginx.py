"""NGINX Gateway Fabric as a chart: which one, our values, and what is expected of it."""

from datetime import date
from typing import Any

from components.charts.pin import ChartPin
from components.charts.release import Release
from components.charts.stand_in import (
    ExpectedContainer,
    ExpectedService,
    ExpectedWorkload,
    Size,
    StandIn,
)
from components.gateway.definitions import ROUTING
from components.gateway.place import GATEWAY_NAME, GATEWAY_NAMESPACE, HTTP, HTTPS
from components.gateway.section import GatewayConfig
from components.manifests import Manifest

_VERSION = "2.6.7"
# renovate: datasource=docker depName=ghcr.io/nginx/charts/nginx-gateway-fabric
PIN = ChartPin(
    chart="nginx-gateway-fabric",
    repository="oci://ghcr.io/nginx/charts",
    version=_VERSION,
    verified_on=date(2026, 11, 21),
    licence="Apache-2.0",
)
CLASS = "nginx"
_API = "gateway.nginx.org"
_CLASS: Manifest = {
    "apiVersion": "gateway.networking.k8s.io/v1",
    "kind": "GatewayClass",
    "metadata": {"name": CLASS},
    "spec": {"controllerName": f"{_API}/nginx-gateway-controller"},
}
_CONTROLLER_NAME = "ngf-nginx-gateway-fabric"
SECRETS = {
    "server-tls": (f"{_CONTROLLER_NAME}.{GATEWAY_NAMESPACE}.svc",),
    "agent-tls": ("*.cluster.local",),
}
"""By the Secrets' names, what each end of the road between controller and proxies is called."""
METRICS = 9113
CONTROLLER = {
    "app.kubernetes.io/name": "nginx-gateway-fabric",
    "app.kubernetes.io/instance": "ngf",
}
_PROXIES = f"{GATEWAY_NAME}-{CLASS}"
PROXY = {
    "app.kubernetes.io/name": _PROXIES,
    "app.kubernetes.io/instance": "ngf",
    "app.kubernetes.io/managed-by": f"ngf-{CLASS}",
    "gateway.networking.k8s.io/gateway-name": GATEWAY_NAME,
}
PORTS = {HTTP: 80, HTTPS: 443}
"""Of the proxies."""
_CONTROLLER_SIZE = Size(cpu="50m", memory="128Mi")
_OWN = (
    "authenticationfilters",
    "clientsettingspolicies",
    "nginxgateways",
    "nginxproxies",
    "observabilitypolicies",
    "proxysettingspolicies",
    "ratelimitpolicies",
    "snippetsfilters",
    "snippetspolicies",
    "upstreamsettingspolicies",
    "wafpolicies",
)


def nginx_release(config: GatewayConfig, traffic: str = "Cluster") -> Release:
    """The chart with our values; its GatewayClass says what proxies are like."""
    service: dict[str, Any] = {"type": "LoadBalancer", "externalTrafficPolicy": traffic}
    if (chosen := config.node_ports) is not None:
        ports = [
            {"port": chosen.http, "listenerPort": 80},
            {"port": chosen.https, "listenerPort": 443},
        ]
        service = {**service, "type": "NodePort", "nodePorts": ports}
    return Release(
        pin=PIN,
        name="ngf",
        namespace=GATEWAY_NAMESPACE,
        values={
            "certGenerator": {"enable": False},
            "nginxGateway": {
                "replicas": 1,
                "resources": _CONTROLLER_SIZE.resources(),
                "productTelemetry": {"enable": False},
            },
            "nginx": {
                "replicas": config.replicas,
                "container": {"resources": config.size.size().resources()},
                "service": service,
            },
        },
        stand_in=StandIn(
            workloads=(_controller(), _proxies(config)),
            services=(
                ExpectedService(
                    name=_CONTROLLER_NAME, workload=_CONTROLLER_NAME, ports={443: 8443}
                ),
            ),
            definitions=tuple(f"{name}.{_API}" for name in _OWN),
            looks_after={_CONTROLLER_NAME: ROUTING},
            named=(_CLASS,),
        ),
    )


def _controller() -> ExpectedWorkload:
    container = ExpectedContainer(
        name="nginx-gateway",
        image=f"ghcr.io/nginx/nginx-gateway-fabric:{_VERSION}",
        size=_CONTROLLER_SIZE,
        ports=(8443, METRICS, 8081),
    )
    return ExpectedWorkload(
        kind="Deployment",
        name=_CONTROLLER_NAME,
        labels=CONTROLLER,
        containers=(container,),
        account=_CONTROLLER_NAME,
        token=True,
        user=101,
    )


def _proxies(config: GatewayConfig) -> ExpectedWorkload:
    container = ExpectedContainer(
        name="nginx",
        image=f"ghcr.io/nginx/nginx-gateway-fabric/nginx:{_VERSION}",
        size=config.size.size(),
        ports=(80, 443, METRICS),
    )
    return ExpectedWorkload(
        kind="Deployment",
        name=_PROXIES,
        labels=PROXY,
        containers=(container,),
        replicas=config.replicas,
        account=_PROXIES,
        user=101,
        made_of=f"Gateway/{GATEWAY_NAME}",
    )
