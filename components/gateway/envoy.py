"""Envoy Gateway as a chart, and how it is to run the proxies."""

from datetime import date

from assurance.graph.values import PLATFORM_PRIORITY
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

_VERSION = "v1.9.0"
# renovate: datasource=docker depName=docker.io/envoyproxy/gateway-helm
PIN = ChartPin(
    chart="gateway-helm",
    repository="oci://docker.io/envoyproxy",
    version=_VERSION,
    verified_on=date(2026, 11, 21),
    licence="Apache-2.0",
    end_of_life=date(2027, 2, 14),
)
CLASS = "envoy"
API = "gateway.envoyproxy.io"
_POLICIES = ("backendtrafficpolicies", "envoyproxies", "securitypolicies")
"""What else it acts upon, of what we write."""
SECRETS = {
    "envoy-gateway": (
        "envoy-gateway",
        f"envoy-gateway.{GATEWAY_NAMESPACE}",
        f"envoy-gateway.{GATEWAY_NAMESPACE}.svc",
        f"envoy-gateway.{GATEWAY_NAMESPACE}.svc.cluster.local",
    ),
    "envoy": (f"*.{GATEWAY_NAMESPACE}",),
}
"""By the Secrets' names, what each end of the road between controller and proxies is called."""
METRICS = 19001
CONTROLLER = {
    "control-plane": "envoy-gateway",
    "app.kubernetes.io/name": "gateway-helm",
    "app.kubernetes.io/instance": "eg",
}
PROXY = {
    "app.kubernetes.io/name": "envoy",
    "app.kubernetes.io/component": "proxy",
    "app.kubernetes.io/managed-by": "envoy-gateway",
    "gateway.envoyproxy.io/owning-gateway-name": GATEWAY_NAME,
    "gateway.envoyproxy.io/owning-gateway-namespace": GATEWAY_NAMESPACE,
}
PORTS = {HTTP: 10080, HTTPS: 10443}
"""Of the proxies: those below 1024 are shifted."""
_PROXIES = "gateway-proxy"
_FIRST = {"spec": {"template": {"spec": {"priorityClassName": PLATFORM_PRIORITY}}}}
"""What its operator knows no field for."""
_CONTROLLER_SIZE = Size(cpu="50m", memory="256Mi")
_SHUTDOWN_SIZE = Size(cpu="10m", memory="32Mi")
"""Written into the controller."""


def envoy_release(config: GatewayConfig) -> Release:
    """The chart with our values; the definitions come with another, in the standard channel."""
    return Release(
        pin=PIN,
        name="eg",
        namespace=GATEWAY_NAMESPACE,
        values={
            "crds": {"enabled": False},
            "topologyInjector": {"enabled": False},
            "deployment": {"envoyGateway": {"resources": _CONTROLLER_SIZE.resources()}},
        },
        stand_in=StandIn(
            workloads=(_controller(), _proxies(config)),
            services=(
                ExpectedService(
                    name="envoy-gateway",
                    workload="envoy-gateway",
                    ports={port: port for port in (18000, 18001, 18002, METRICS)},
                ),
            ),
            looks_after={"envoy-gateway": (*ROUTING, *(f"{name}.{API}" for name in _POLICIES))},
        ),
    )


def envoy_objects(config: GatewayConfig, traffic: str) -> list[Manifest]:
    """The class, and what proxies of that class are like; `traffic`: see externalTrafficPolicy."""
    reference = {"group": API, "kind": "EnvoyProxy", "name": _PROXIES}
    return [
        {
            "apiVersion": f"{API}/v1alpha1",
            "kind": "EnvoyProxy",
            "metadata": {"name": _PROXIES, "namespace": GATEWAY_NAMESPACE},
            "spec": {
                "provider": {"type": "Kubernetes", "kubernetes": _kubernetes(config, traffic)}
            },
        },
        {
            "apiVersion": "gateway.networking.k8s.io/v1",
            "kind": "GatewayClass",
            "metadata": {"name": CLASS},
            "spec": {
                "controllerName": f"{API}/gatewayclass-controller",
                "parametersRef": {**reference, "namespace": GATEWAY_NAMESPACE},
            },
        },
    ]


def _kubernetes(config: GatewayConfig, traffic: str) -> Manifest:
    service: Manifest = {
        "name": _PROXIES,
        "type": "LoadBalancer",
        "externalTrafficPolicy": traffic,
    }
    if (chosen := config.node_ports) is not None:
        ports = [
            {"port": 80, "nodePort": chosen.http},
            {"port": 443, "nodePort": chosen.https},
        ]
        patch = {"type": "StrategicMerge", "value": {"spec": {"ports": ports}}}
        service = {**service, "type": "NodePort", "patch": patch}
    return {
        "envoyDeployment": {
            "name": _PROXIES,
            "replicas": config.replicas,
            "container": {"resources": config.size.size().resources()},
            "patch": {"type": "StrategicMerge", "value": _FIRST},
        },
        "envoyService": service,
        "envoyServiceAccount": {"name": _PROXIES},
    }


def _controller() -> ExpectedWorkload:
    container = ExpectedContainer(
        name="envoy-gateway",
        image=f"docker.io/envoyproxy/gateway:{_VERSION}",
        size=_CONTROLLER_SIZE,
        ports=(18000, 18001, 18002, METRICS),
    )
    return ExpectedWorkload(
        kind="Deployment",
        name="envoy-gateway",
        labels=CONTROLLER,
        containers=(container,),
        account="envoy-gateway",
        token=True,
        user=65532,
    )


def _proxies(config: GatewayConfig) -> ExpectedWorkload:
    return ExpectedWorkload(
        kind="Deployment",
        name=_PROXIES,
        labels=PROXY,
        containers=(
            ExpectedContainer(
                name="envoy",
                image="docker.io/envoyproxy/envoy:distroless-v1.39.0",
                size=config.size.size(),
                ports=(METRICS, 19003),
            ),
            ExpectedContainer(
                name="shutdown-manager",
                image=f"docker.io/envoyproxy/gateway:{_VERSION}",
                size=_SHUTDOWN_SIZE,
            ),
        ),
        replicas=config.replicas,
        account=_PROXIES,
        user=65532,
        made_of=f"Gateway/{GATEWAY_NAME}",
    )
