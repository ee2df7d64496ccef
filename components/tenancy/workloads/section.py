"""A workload, as the stack file spells it."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from assurance.graph.values import Protocol
from components.tenancy.needs_section import NeedItem
from providers.config.scalars import DnsLabel, PortNumber, Quantity
from providers.config.section import Section

Amounts = Mapping[Literal["cpu", "memory"], Quantity]


class ResourcesConfig(Section):
    """What one container asks for; the team's container defaults fill in the rest."""

    cpu: Quantity | None = None
    memory: Quantity | None = None
    limits: Amounts = {}
    gpu: int = Field(default=0, ge=0)


class SecretValue(Section):
    """A key of a Secret in the team's namespace."""

    secret: DnsLabel
    key: str


class NeedValue(Section):
    """A fact about something that the workload needs, such as its address."""

    need: str
    value: Literal["host", "port", "address", "url"] = "address"


EnvValue = str | SecretValue | NeedValue


class PortConfig(Section):
    """A port that the container listens on. Short form: its number alone."""

    port: PortNumber
    name: DnsLabel | None = None
    protocol: Protocol = Protocol.TCP


def _port(value: Any) -> Any:
    return {"port": value} if isinstance(value, int) and not isinstance(value, bool) else value


PortItem = Annotated[PortConfig, BeforeValidator(_port, json_schema_input_type=int | PortConfig)]


class ReplicasConfig(Section):
    """How many pods; more than `min` only while the CPU is busier than the target. Short form: a number."""

    min: int = Field(default=1, ge=0)
    max: int | None = Field(default=None, ge=1)
    cpu_target: int = Field(default=50, ge=1, le=100)
    """Percent of the requested CPU."""


def _replicas(value: Any) -> Any:
    return {"min": value} if isinstance(value, int) and not isinstance(value, bool) else value


Replicas = Annotated[
    ReplicasConfig, BeforeValidator(_replicas, json_schema_input_type=int | ReplicasConfig)
]


class ClaimConfig(Section):
    """Storage that outlives the pod."""

    size: Quantity
    storage_class: str | None = None
    """The cluster's own if left out."""


class VolumeConfig(Section):
    """A volume, mounted in the container; exactly one source."""

    mount: str = Field(pattern="^/")
    claim: ClaimConfig | None = None
    scratch: Quantity | None = None
    """An empty folder of at most this size."""
    secret: DnsLabel | None = None
    config_map: DnsLabel | None = None
    read_only: bool = False

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        given = [
            n for n in ("claim", "scratch", "secret", "config_map") if getattr(self, n) is not None
        ]
        if len(given) != 1:
            message = f"expected exactly one of claim, scratch, secret, config_map; got {', '.join(given) or 'none'}"
            raise ValueError(message)
        return self


class ProbeConfig(Section):
    """How the kubelet asks a container how it is."""

    http: str | None = Field(default=None, pattern="^/")
    """The path; without it the port must merely accept connections."""
    port: PortNumber | None = None
    """The container's first port if left out."""
    period: int = Field(default=10, ge=1)
    failures: int = Field(default=3, ge=1)
    delay: int = Field(default=0, ge=0)


class ProbesConfig(Section):
    """The three probes."""

    readiness: ProbeConfig | None = None
    liveness: ProbeConfig | None = None
    startup: ProbeConfig | None = None


class PodConfig(Section):
    """What every kind of workload has."""

    image: str = Field(min_length=1)
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    env: Mapping[str, EnvValue] = {}
    resources: ResourcesConfig = ResourcesConfig()
    volumes: Mapping[DnsLabel, VolumeConfig] = {}
    image_pull_secrets: tuple[DnsLabel, ...] = ()
    pool: DnsLabel | None = None
    """Run only on this pool, and tolerate its taints."""
    needs: tuple[NeedItem, ...] = ()
    """What this workload may reach beyond what the whole team may."""
    owner: Literal["pulumi", "gitops"] = "pulumi"
    """Who writes the workload object; its policies and ServiceAccount are always ours."""


class ServiceConfig(PodConfig):
    """What Deployments and StatefulSets share."""

    ports: tuple[PortItem, ...] = ()
    replicas: Replicas = ReplicasConfig()
    probes: ProbesConfig = ProbesConfig()
    published: bool = False
    """Other teams may need it, as `team.<team>.<workload>`."""


class DeploymentConfig(ServiceConfig):
    """Interchangeable pods; the default."""

    kind: Literal["deployment"] = "deployment"


class StatefulSetConfig(ServiceConfig):
    """Pods with names and storage of their own."""

    kind: Literal["statefulset"]


class JobConfig(PodConfig):
    """Pods that run to completion once."""

    kind: Literal["job"]
    completions: int = Field(default=1, ge=1)
    parallelism: int = Field(default=1, ge=1)
    retries: int = Field(default=3, ge=0)


class CronJobConfig(PodConfig):
    """A Job on a schedule."""

    kind: Literal["cronjob"]
    schedule: str
    time_zone: str = "Etc/UTC"
    concurrency: Literal["Allow", "Forbid", "Replace"] = "Forbid"
    retries: int = Field(default=3, ge=0)
    suspend: bool = False


def _kind(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value.get("kind", "deployment"))
    return str(getattr(value, "kind", "deployment"))


WorkloadConfig = Annotated[
    Annotated[DeploymentConfig, Tag("deployment")]
    | Annotated[StatefulSetConfig, Tag("statefulset")]
    | Annotated[JobConfig, Tag("job")]
    | Annotated[CronJobConfig, Tag("cronjob")],
    Discriminator(_kind),
]
