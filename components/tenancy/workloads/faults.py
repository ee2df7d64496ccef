"""What only shows once a workload meets its cluster: a pool or an endpoint that is not there."""

import difflib
from collections.abc import Iterable, Iterator

from components.config.faults import Fault
from components.tenancy.labels import origin
from components.tenancy.workloads.env_section import NeedValue
from components.tenancy.workloads.routes import route_faults
from components.tenancy.workloads.section import PodConfig, ServiceConfig
from components.tenancy.workloads.surroundings import Surroundings


def workload_faults(name: str, config: PodConfig, around: Surroundings) -> Iterator[Fault]:
    """Everything that keeps a workload from being written down for this cluster."""
    for key, message in _problems(config, around):
        yield Fault(file="", line=None, key=f"{origin(around.team, name)}.{key}", message=message)


def _problems(config: PodConfig, around: Surroundings) -> Iterator[tuple[str, str]]:
    if config.pool is not None and config.pool not in around.pools:
        yield "pool", _expected("pool", config.pool, around.pools)
    for variable, value in sorted(config.env.items()):
        if isinstance(value, NeedValue):
            yield from ((f"env.{variable}", message) for message in _unknown(value, around))
    if isinstance(config, ServiceConfig):
        for key, message in route_faults(config, around.gateway):
            yield f"route.{key}" if key else "route", message
    if isinstance(config, ServiceConfig) and config.metrics is not None and not around.scraped:
        yield "metrics", "expected platform.monitoring, which asks for them, got nothing"
    if isinstance(config, ServiceConfig) and not config.ports:
        for probe in ("readiness", "liveness", "startup"):
            asked = getattr(config.probes, probe)
            if asked is not None and asked.port is None:
                yield f"probes.{probe}.port", "expected a port, as the workload states none"


def _unknown(value: NeedValue, around: Surroundings) -> Iterator[str]:
    endpoint = around.endpoints.get(value.need)
    if endpoint is None:
        yield _expected("endpoint", value.need, around.endpoints)
    elif endpoint.host is None and value.value != "port":
        yield f"expected an endpoint with a host, but {value.need} states none"
    elif value.value != "host" and not isinstance(endpoint.ports[0].number, int):
        yield f"expected an endpoint with a port number, but {value.need} only names its port"


def _expected(word: str, got: str, known: Iterable[str]) -> str:
    names = sorted(known)
    close = difflib.get_close_matches(got, names, n=1)
    hint = f"; did you mean {close[0]}?" if close else ""
    return f"expected {word} {', '.join(names) or '(there is none)'}, got {got}{hint}"
