"""A container's environment: plain text, secrets, and facts about what it needs."""

from assurance.graph.values import Endpoint
from components.manifests import Manifest
from components.tenancy.workloads.env_section import EnvValue, NeedValue, SecretValue
from components.tenancy.workloads.section import PodConfig
from components.tenancy.workloads.surroundings import Surroundings


def environment(config: PodConfig, around: Surroundings) -> list[Manifest]:
    """The variables in order of their names, since an engine's configuration keeps no other."""
    return [_variable(name, value, around) for name, value in sorted(config.env.items())]


def fact_about(endpoint: Endpoint, value: str) -> str:
    """An endpoint's host, port, address (`host:port`) or URL, by its first port."""
    port = endpoint.ports[0].number
    host = endpoint.host or ""
    match value:
        case "host":
            return host
        case "port":
            return str(port)
        case "address":
            return f"{host}:{port}"
        case _:
            return f"{endpoint.scheme}://{host}:{port}"


def _variable(name: str, value: EnvValue, around: Surroundings) -> Manifest:
    match value:
        case SecretValue():
            reference = {"name": value.secret, "key": value.key}
            return {"name": name, "valueFrom": {"secretKeyRef": reference}}
        case NeedValue():
            return {"name": name, "value": fact_about(around.endpoints[value.need], value.value)}
        case str():
            return {"name": name, "value": value}
