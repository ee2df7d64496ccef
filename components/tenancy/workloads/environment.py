"""A container's environment: plain text, secrets, and facts about what it needs."""

from collections.abc import Iterable

from assurance.graph.values import Endpoint, Grant
from components.manifests import Manifest
from components.storage.section import OBJECT_STORE
from components.tenancy.grants import granted
from components.tenancy.workloads.env_section import EnvValue, NeedValue, SecretValue
from components.tenancy.workloads.section import PodConfig
from components.tenancy.workloads.surroundings import Surroundings


def environment(workload: str, config: PodConfig, around: Surroundings) -> list[Manifest]:
    """The variables in order of their names, since an engine's configuration keeps no other."""
    bucket = one_bucket(granted(around.grants, workload))
    return [_variable(name, value, bucket, around) for name, value in sorted(config.env.items())]


def one_bucket(grants: Iterable[Grant]) -> str | None:
    """The bucket that is meant where none is named: the only one."""
    names = {grant.name for grant in grants if grant.kind == "bucket"}
    return names.pop() if len(names) == 1 else None


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


def _variable(name: str, value: EnvValue, bucket: str | None, around: Surroundings) -> Manifest:
    match value:
        case SecretValue():
            reference = {"name": value.secret, "key": value.key}
            return {"name": name, "valueFrom": {"secretKeyRef": reference}}
        case NeedValue():
            account = around.accounts.get(value.need)
            if account is not None and value.value in account.keys:
                reference = {"name": account.secret, "key": value.value}
                return {"name": name, "valueFrom": {"secretKeyRef": reference}}
            return {"name": name, "value": _told(value, bucket, around)}
        case str():
            return {"name": name, "value": value}


def _told(value: NeedValue, bucket: str | None, around: Surroundings) -> str:
    """A bucket's own URL says more than that of the store."""
    wanted = value.bucket or bucket
    if value.need == OBJECT_STORE and value.value == "url" and wanted is not None:
        return around.buckets[wanted]
    return fact_about(around.endpoints[value.need], value.value)
