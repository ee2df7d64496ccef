"""Which workloads of a team ask somebody of the platform to call them. Pure."""

from collections.abc import Iterator, Mapping

from assurance.graph.values import Call, Caller, Endpoint, Port, Shown, Tokens
from components.gateway.facts import GatewayFacts
from components.gateway.place import CALLER
from components.monitoring.names import CALLER as PROMETHEUS
from components.serving.roads import model_calls
from components.tenancy.labels import selector
from components.tenancy.section import TeamConfig
from components.tenancy.workloads.route_section import AccessConfig
from components.tenancy.workloads.routes import route_port
from components.tenancy.workloads.section import ServiceConfig


def team_calls(config: TeamConfig, callers: Mapping[str, Caller]) -> tuple[Call, ...]:
    """Every call that its words ask for, as far as somebody is there to make it."""
    return tuple(_calls(config, callers))


def _calls(config: TeamConfig, callers: Mapping[str, Caller]) -> Iterator[Call]:
    for name, workload in sorted(config.workloads.items()):
        if not isinstance(workload, ServiceConfig):
            continue
        if (port := route_port(workload)) is not None and CALLER in callers:
            yield Call(by=callers[CALLER], workload=name, ports=(Port(number=port.port),))
        if workload.metrics is not None and PROMETHEUS in callers:
            watched = (Port(number=workload.metrics.port),)
            yield Call(by=callers[PROMETHEUS], workload=name, ports=watched)
    for name, model in sorted(config.models.items()):
        yield from model_calls(name, model, callers)


def team_routes(config: TeamConfig, gateway: GatewayFacts | None) -> dict[str, Shown]:
    """Whom each of its routes lets in, as far as somebody is there to lead to it."""
    if gateway is None:
        return {}
    workloads = {n: w for n, w in config.workloads.items() if isinstance(w, ServiceConfig)}
    routes: dict[str, AccessConfig | None] = {
        name: each.route for name, each in workloads.items() if route_port(each) is not None
    }
    routes |= {name: model.route for name, model in config.models.items()}
    return {n: _shown(route, gateway) for n, route in sorted(routes.items()) if route is not None}


def _shown(route: AccessConfig, gateway: GatewayFacts) -> Shown:
    """An issuer that nobody knows is a fault, told where the route is made."""
    tokens = None if route.token is None else gateway.tokens.get(route.token)
    if tokens is None:
        return Shown(keys=route.keys)
    return Shown(
        tokens=Tokens(issuer=tokens.issuer, keys=tokens.keys, audiences=tokens.audiences),
        keys=route.keys,
    )


def called_endpoints(team: str, calls: tuple[Call, ...]) -> dict[str, Endpoint]:
    """What is called, as an endpoint: with all ports that anybody calls."""
    ports: dict[str, tuple[Port, ...]] = {}
    for call in calls:
        ports[call.workload] = tuple(sorted({*ports.get(call.workload, ()), *call.ports}))
    return {
        (name := f"team.{team}.{workload}"): Endpoint(
            name=name,
            namespace=team,
            labels=selector(workload),
            ports=called,
            host=f"{workload}.{team}.svc",
        )
        for workload, called in ports.items()
    }
