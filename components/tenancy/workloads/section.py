"""A workload, as the stack file spells it."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    field_validator,
    model_validator,
)

from assurance.graph.values import Protocol
from components.tenancy.needs_section import NeedItem
from components.tenancy.workloads.env_section import EnvValue
from components.tenancy.workloads.route_section import RouteConfig
from components.tenancy.workloads.scalars import (
    EnvName,
    Image,
    MountPath,
    PortName,
    Schedule,
    TimeZone,
    UrlPath,
)
from components.tenancy.workloads.scraped_section import ScrapedConfig
from providers.config.amounts import bytes_text, cpu_text
from providers.config.scalars import (
    Bytes,
    Cpu,
    DnsLabel,
    DnsName,
    Flag,
    PortNumber,
    Quantity,
    Whole,
)
from providers.config.section import MisfitError, Section

Amounts = Mapping[Literal["cpu", "memory", "disk"], Quantity]


class ResourcesConfig(Section):
    """What one container asks for; the team's container defaults fill in the rest."""

    cpu: Cpu | None = None
    """Cores that are kept free for it."""
    memory: Bytes | None = None
    """Bytes that are kept free for it."""
    disk: Bytes | None = None
    """Bytes of the node's own disk, for logs, scratch and what it writes."""
    limits: Amounts = {}
    """Where it is stopped: more CPU than this it does not get, more memory or disk ends it."""
    gpu: Whole = Field(default=0, ge=0)
    """Whole GPUs."""

    @field_validator("limits")
    @classmethod
    def _units(cls, limits: Amounts) -> Amounts:
        for name, check in (("cpu", cpu_text), ("memory", bytes_text), ("disk", bytes_text)):
            try:
                check(limits.get(name, 1024))  # type: ignore[call-overload]
            except ValueError as error:
                raise MisfitError(str(error), name) from None
        return limits


class PortConfig(Section):
    """A port that the container listens on. Short form: its number alone."""

    port: PortNumber
    """The number."""
    name: PortName | None = None
    """How the Service and policies may call it."""
    protocol: Protocol = Protocol.TCP
    """The transport protocol."""


def _port(value: Any) -> Any:
    return {"port": value} if isinstance(value, int) and not isinstance(value, bool) else value


PortItem = Annotated[
    PortConfig, BeforeValidator(_port, json_schema_input_type=PortNumber | PortConfig)
]


Count = Annotated[Whole, Field(ge=0)]


class ReplicasConfig(Section):
    """How many pods; more than `min` while the CPU is busier than the target. Short: a number."""

    min: Whole = Field(default=1, ge=0)
    """Always at least this many."""
    max: Whole | None = Field(default=None, ge=1)
    """Never more than this many; `min` if left out."""
    cpu_target: Whole = Field(default=50, ge=1, le=100)
    """Percent of the requested CPU."""

    @model_validator(mode="after")
    def _bounds(self) -> Self:
        if self.max is not None and self.max < self.min:
            message = f"expected at least min ({self.min}), got {self.max}"
            raise MisfitError(message, "max")
        if self.max is not None and self.max > self.min == 0:
            message = "expected at least 1 where max is larger, got 0: no pod has no CPU to measure"
            raise MisfitError(message, "min")
        return self


def _replicas(value: Any) -> Any:
    return {"min": value} if isinstance(value, int) and not isinstance(value, bool) else value


Replicas = Annotated[
    ReplicasConfig, BeforeValidator(_replicas, json_schema_input_type=Count | ReplicasConfig)
]


class ClaimConfig(Section):
    """Storage that outlives the pod."""

    size: Bytes
    """Bytes."""
    storage_class: DnsName | None = None
    """The cluster's own if left out."""


class VolumeConfig(Section):
    """A volume, mounted in the container; exactly one source."""

    mount: MountPath
    """Where it appears in the container."""
    claim: ClaimConfig | None = None
    """Storage that outlives the pod."""
    scratch: Bytes | None = None
    """An empty folder of at most this size."""
    secret: DnsName | None = None
    """A Secret of the team, one file per key."""
    config_map: DnsName | None = None
    """A ConfigMap of the team, one file per key."""
    read_only: Flag = False
    """Whether the container may only read."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        given = [
            n for n in ("claim", "scratch", "secret", "config_map") if getattr(self, n) is not None
        ]
        if len(given) != 1:
            got = " and ".join(given) or "none"
            message = f"expected one of claim, scratch, secret, config_map, got {got}"
            raise ValueError(message)
        return self


class ProbeConfig(Section):
    """How the kubelet asks a container how it is."""

    http: UrlPath | None = None
    """The path; without it the port must merely accept connections."""
    port: PortNumber | None = None
    """The container's first port if left out."""
    period: Whole = Field(default=10, ge=1)
    """Seconds from one question to the next."""
    failures: Whole = Field(default=3, ge=1)
    """Wrong answers in a row that count."""
    delay: Whole = Field(default=0, ge=0)
    """Seconds before the first question."""


class ProbesConfig(Section):
    """The three probes."""

    readiness: ProbeConfig | None = None
    """Whether it gets traffic."""
    liveness: ProbeConfig | None = None
    """Whether it is to be restarted."""
    startup: ProbeConfig | None = None
    """Whether it has begun; the others wait for this one."""


class PodConfig(Section):
    """What every kind of workload has."""

    image: Image
    """What runs; a tag or digest says which version."""
    command: tuple[str, ...] = Field(default=(), examples=[["python", "-m", "train"]])
    """In place of the image's own entry point."""
    args: tuple[str, ...] = ()
    """In place of the image's own arguments."""
    env: Mapping[EnvName, EnvValue] = {}
    """Environment variables: text, a secret's key, or a fact about a need."""
    resources: ResourcesConfig = ResourcesConfig()
    """What one container asks for; the team's container defaults fill in the rest."""
    volumes: Mapping[DnsLabel, VolumeConfig] = {}
    """Volumes by name."""
    image_pull_secrets: tuple[DnsName, ...] = ()
    """Secrets of the team that open a private registry."""
    pool: DnsLabel | None = None
    """Run only on this pool, and tolerate its taints."""
    priority: Literal["default", "batch"] = "default"
    """`batch`: it can wait, and gives way to others where there is no room for all."""
    needs: tuple[NeedItem, ...] = Field(default=(), examples=[["internet", "team.fraud.api"]])
    """What this workload may reach beyond what the whole team may."""
    owner: Literal["pulumi", "gitops"] = "pulumi"
    """Who writes the workload object; its policies and ServiceAccount are always ours."""


class ServiceConfig(PodConfig):
    """What Deployments and StatefulSets share."""

    ports: tuple[PortItem, ...] = ()
    """Where it listens; with any, it gets a Service."""
    replicas: Replicas = ReplicasConfig()
    """How many pods."""
    probes: ProbesConfig = ProbesConfig()
    """How the kubelet asks how it is."""
    metrics: ScrapedConfig | None = None
    """Where Prometheus asks how it is doing."""
    route: RouteConfig | None = None
    """Where the gateway answers for it."""
    published: Flag = False
    """Other teams may need it, as `team.<team>.<workload>`."""


class DeploymentConfig(ServiceConfig):
    """Interchangeable pods; the default."""

    kind: Literal["deployment"] = "deployment"
    """`deployment`, `statefulset`, `job` or `cronjob`."""


class StatefulSetConfig(ServiceConfig):
    """Pods with names and storage of their own."""

    kind: Literal["statefulset"]
    """`deployment`, `statefulset`, `job` or `cronjob`."""


class JobConfig(PodConfig):
    """Pods that run to completion once."""

    kind: Literal["job"]
    """`deployment`, `statefulset`, `job` or `cronjob`."""
    completions: Whole = Field(default=1, ge=1)
    """Pods that must end well."""
    parallelism: Whole = Field(default=1, ge=1)
    """Pods that may run at once."""
    retries: Whole = Field(default=3, ge=0)
    """Pods that may fail before the job does."""


class CronJobConfig(PodConfig):
    """A Job on a schedule."""

    kind: Literal["cronjob"]
    """`deployment`, `statefulset`, `job` or `cronjob`."""
    schedule: Schedule
    """Minute, hour, day of the month, month, day of the week; or `@daily` and the like."""
    time_zone: TimeZone = "Etc/UTC"
    """Where the schedule's clock hangs."""
    concurrency: Literal["Allow", "Forbid", "Replace"] = "Forbid"
    """What happens when the last run has not ended yet."""
    retries: Whole = Field(default=3, ge=0)
    """Pods that may fail before a run does."""
    suspend: Flag = False
    """Keep the schedule and start nothing."""


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
