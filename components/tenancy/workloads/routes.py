"""A workload's route: who answers where, what keeps callers out, and what cannot be. Pure."""

from collections.abc import Iterable, Iterator
from typing import Any

from assurance.graph.values import Protocol
from components.gateway.facts import GatewayFacts
from components.gateway.place import GATEWAY_NAME, GATEWAY_NAMESPACE, HTTPS
from components.manifests import Manifest
from components.tenancy.workloads.route_section import AccessConfig, RouteConfig
from components.tenancy.workloads.section import PortConfig, ServiceConfig

_GROUP = "gateway.networking.k8s.io"
_ENVOY = "gateway.envoyproxy.io/v1alpha1"
KEY_HEADER = "x-api-key"


def route_port(config: ServiceConfig) -> PortConfig | None:
    """The port that the gateway calls; None where the workload has none such."""
    if config.route is None:
        return None
    wanted = config.route.port
    possible = (port for port in config.ports if port.protocol is Protocol.TCP)
    return next((port for port in possible if wanted in {None, port.port}), None)


def route_faults(config: ServiceConfig, gateway: GatewayFacts | None) -> Iterator[tuple[str, str]]:
    """What a route asks for and is not there: the key below it, and what was expected."""
    route = config.route
    if route is None:
        return
    if route_port(config) is None:
        yield from _portless(route, config.ports)
    yield from access_faults(route, gateway)


def access_faults(route: AccessConfig, gateway: GatewayFacts | None) -> Iterator[tuple[str, str]]:
    """What of the gateway is asked for and is not there."""
    if gateway is None:
        yield "", "expected platform.gateway, through which a route leads, got nothing"
        return
    if not route.proofs:
        others = "token or keys, or " if gateway.policies else ""
        yield "", f"expected {others}open: true, as whoever reaches the gateway may call it"
    if route.host is not None and not gateway.answers(route.host):
        has = ", ".join(gateway.hosts)
        yield "host", f"expected one of the gateway's hosts, which are {has}, got {route.host}"
    if not gateway.policies:
        for key in ("per_second", "token", "keys"):
            if getattr(route, key) is not None:
                yield key, "expected platform.gateway.kind: envoy, as nginx does none of this"
    elif route.token is not None and route.token not in gateway.tokens:
        has = ", ".join(sorted(gateway.tokens)) or "none"
        yield "token", f"expected one of platform.gateway.tokens ({has}), got {route.token}"


def _portless(route: RouteConfig, ports: Iterable[PortConfig]) -> Iterator[tuple[str, str]]:
    has = ", ".join(str(port.port) for port in ports if port.protocol is Protocol.TCP)
    if route.port is not None and has:
        yield "port", f"expected a TCP port of the workload, which has {has}, got {route.port}"
    else:
        yield "", "expected a TCP port to lead to, got no ports of the workload"


def route_manifests(
    name: str, config: ServiceConfig, gateway: GatewayFacts | None
) -> Iterator[Manifest]:
    """The route, beside the Service that it leads to, and its policies."""
    route, port = config.route, route_port(config)
    if route is None or port is None or gateway is None:
        return
    rule = {
        "matches": [{"path": {"type": "PathPrefix", "value": route.path}}],
        "backendRefs": [{"name": name, "port": port.port}],
    }
    yield http_route(name, route, [rule])
    yield from access_manifests(name, route, gateway)


def http_route(name: str, route: AccessConfig, rules: list[Manifest]) -> Manifest:
    """From the gateway's HTTPS alone: nothing is answered in plain."""
    parent = {
        "kind": "Gateway",
        "namespace": GATEWAY_NAMESPACE,
        "name": GATEWAY_NAME,
        "sectionName": HTTPS,
    }
    hosts = {} if route.host is None else {"hostnames": [route.host]}
    spec = {"parentRefs": [parent], **hosts, "rules": rules}
    return _object(f"{_GROUP}/v1", "HTTPRoute", name, spec)


def access_manifests(name: str, route: AccessConfig, gateway: GatewayFacts) -> Iterator[Manifest]:
    """What keeps callers out of the route of this name."""
    target = {"targetRefs": [{"group": _GROUP, "kind": "HTTPRoute", "name": name}]}
    if route.per_second is not None:
        rule = {"limit": {"requests": route.per_second, "unit": "Second"}}
        limit = {"type": "Local", "local": {"rules": [rule]}}
        yield _object(_ENVOY, "BackendTrafficPolicy", name, {**target, "rateLimit": limit})
    if route.token is not None:
        tokens = gateway.tokens[route.token]
        issuer: dict[str, Any] = {
            "name": route.token,
            "issuer": tokens.issuer,
            "remoteJWKS": {"uri": tokens.keys},
        }
        if tokens.audiences:
            issuer["audiences"] = list(tokens.audiences)
        yield _object(_ENVOY, "SecurityPolicy", name, {**target, "jwt": {"providers": [issuer]}})
    if route.keys is not None:
        keys = {
            "credentialRefs": [{"name": route.keys}],
            "extractFrom": [{"headers": [KEY_HEADER]}],
        }
        yield _object(_ENVOY, "SecurityPolicy", name, {**target, "apiKeyAuth": keys})


def _object(api_version: str, kind: str, name: str, spec: dict[str, Any]) -> Manifest:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, "spec": spec}
