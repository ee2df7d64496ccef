"""Who comes to a model's pods: the gateway for predictions, Prometheus for metrics. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from assurance.graph.values import Call, Caller, Port
from components.gateway.facts import GatewayFacts
from components.gateway.place import CALLER as GATEWAY
from components.manifests import Manifest
from components.monitoring.monitors import METRICS_PATH, workload_monitor
from components.monitoring.names import CALLER as PROMETHEUS
from components.serving.model_section import Environment, ModelConfig
from components.serving.names import front_of
from components.serving.runtime import GRPC, HTTP, METRICS
from components.tenancy.labels import selector
from components.tenancy.workloads.routes import access_manifests, http_route

HEADER = "X-Environment"
ENVIRONMENT = "ml-platform/environment"
"""The label that says which pods are whose."""
_SERVICE_PORT = 80


def model_calls(name: str, config: ModelConfig, callers: Mapping[str, Caller]) -> Iterator[Call]:
    """Whom the platform has that comes to the model's pods."""
    if config.route is not None and GATEWAY in callers:
        yield Call(by=callers[GATEWAY], workload=name, ports=(Port(number=HTTP),))
    if PROMETHEUS in callers:
        yield Call(by=callers[PROMETHEUS], workload=name, ports=(Port(number=METRICS),))


def model_monitor(name: str) -> Manifest:
    """For the pods of both environments."""
    return workload_monitor(name, selector(name), METRICS, METRICS_PATH)


def model_route(
    name: str, config: ModelConfig, team: str, gateway: GatewayFacts | None
) -> Iterator[Manifest]:
    """An environment for whoever names it in a header; the others are shared out by weight."""
    route = config.route
    if route is None or gateway is None:
        return
    path = {"type": "PathPrefix", "value": route.path or f"/models/{team}/{name}"}
    rewrite = {"path": {"type": "ReplacePrefixMatch", "replacePrefixMatch": "/"}}
    filters = [{"type": "URLRewrite", "urlRewrite": rewrite}]
    named = [
        {
            "matches": [{"path": path, "headers": [_named(environment)]}],
            "filters": filters,
            "backendRefs": [_backend(name, environment)],
        }
        for environment, _ in config.environments()
    ]
    shares = {
        environment: getattr(config.traffic, environment)
        for environment, _ in config.environments()
    }
    others = {
        "matches": [{"path": path}],
        "filters": filters,
        "backendRefs": [
            {**_backend(name, environment), "weight": share}
            for environment, share in shares.items()
            if share
        ],
    }
    yield http_route(name, route, [*named, others])
    yield from access_manifests(name, route, gateway)


def model_service(name: str, environment: Environment) -> Manifest:
    """What the route, and others of the team, call."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": front_of(name, environment)},
        "spec": {
            "selector": {**selector(name), ENVIRONMENT: environment},
            "ports": [
                {"name": "http", "port": _SERVICE_PORT, "targetPort": HTTP, "protocol": "TCP"},
                {"name": "grpc", "port": GRPC, "targetPort": GRPC, "protocol": "TCP"},
            ],
        },
    }


def _named(environment: Environment) -> dict[str, Any]:
    return {"type": "Exact", "name": HEADER, "value": environment}


def _backend(name: str, environment: Environment) -> dict[str, Any]:
    return {"name": front_of(name, environment), "port": _SERVICE_PORT}
