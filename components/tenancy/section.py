"""A team, as the stack file spells it."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from components.serving.model_section import ModelConfig, ModelName
from components.tenancy.external_section import ExternalSecretConfig
from components.tenancy.needs_section import NeedItem
from components.tenancy.workloads.scalars import WorkloadName
from components.tenancy.workloads.section import WorkloadConfig
from providers.config.scalars import Bytes, CountKey, Cpu, DnsLabel, Flag, Number, Whole
from providers.config.section import Section

PodSecurity = Literal["privileged", "baseline", "restricted"]
_Name = Annotated[str, Field(min_length=1)]


class SubjectsConfig(Section):
    """People, as the cluster's authenticator names them."""

    groups: tuple[_Name, ...] = Field(default=(), examples=[["fraud-engineers"]])
    """Groups that the authenticator puts people into."""
    users: tuple[_Name, ...] = Field(default=(), examples=[["ada@example.com"]])
    """Single people."""


class MembersConfig(Section):
    """Who belongs to the team, by role."""

    view: SubjectsConfig = SubjectsConfig()
    """Sees everything but secrets."""
    edit: SubjectsConfig = SubjectsConfig()
    """Also changes workloads, configuration and secrets."""
    admin: SubjectsConfig = SubjectsConfig()
    """Also sees the team's limits, policies and roles; they are changed here, not there."""


class AmountsConfig(Section):
    """CPU, memory and disk."""

    cpu: Cpu | None = None
    """Cores."""
    memory: Bytes | None = None
    """Bytes."""
    disk: Bytes | None = None
    """Bytes of a node's own disk."""


class QuotaConfig(Section):
    """What the whole team may ask for at once."""

    cpu: Cpu = "4"
    """Cores: the sum of all requests."""
    memory: Bytes = "8Gi"
    """Bytes: the sum of all requests."""
    disk: Bytes = "200Gi"
    """Bytes of nodes' own disks: the sum of all requests."""
    limits: AmountsConfig = AmountsConfig()
    """Sums of all limits; twice the requests if left out."""
    storage: Bytes = "50Gi"
    """Bytes: the sum of all claims."""
    pods: Whole = Field(default=50, ge=1)
    """Pods that have not yet finished."""
    gpu: Whole = Field(default=0, ge=0)
    """Whole GPUs: the sum of all requests."""
    counts: Mapping[CountKey, Annotated[Whole, Field(ge=0)]] = {
        "services": 20,
        "secrets": 50,
        "configmaps": 50,
        "persistentvolumeclaims": 20,
        "serviceaccounts": 100,
        "pods": 1000,
        "deployments.apps": 50,
        "replicasets.apps": 600,
        "statefulsets.apps": 50,
        "controllerrevisions.apps": 600,
        "cronjobs.batch": 50,
        "jobs.batch": 500,
        "horizontalpodautoscalers.autoscaling": 50,
        "poddisruptionbudgets.policy": 100,
    }
    """Objects by resource, such as `services` or `jobs.batch`; here pods that have finished too."""


class ContainersConfig(Section):
    """What a container gets if it does not say, and the most that it may ask for."""

    requests: AmountsConfig = AmountsConfig(cpu="100m", memory="128Mi", disk="256Mi")
    """What a container is given if it does not ask."""
    limits: AmountsConfig = AmountsConfig(cpu="500m", memory="512Mi", disk="4Gi")
    """Where a container that sets no limit is stopped."""
    maximum: AmountsConfig = AmountsConfig(cpu="2", memory="4Gi", disk="32Gi")
    """The highest limit that a container may set; of disk, that all of a pod may."""


class TeamDefaults(Section):
    """What every team starts from; a team's own words win, field by field."""

    pod_security: PodSecurity = "restricted"
    """The Pod Security level that the team's namespace enforces."""
    quota: QuotaConfig = QuotaConfig()
    """What a whole team may ask for at once."""
    containers: ContainersConfig = ContainersConfig()
    """What a container gets, and the most that it may ask for."""
    open_within: Flag = True
    """Whether a team's own workloads reach each other without declared needs."""
    ready_within: Whole = Field(default=300, ge=1, le=3600)
    """Seconds that a deployment waits for a team's workloads before it fails."""


class OvercommitConfig(Section):
    """How many times all quotas together may exceed what the pools offer at their largest."""

    cpu: Number = Field(default=1, gt=0)
    """Cores; 2 promises every core twice."""
    memory: Number = Field(default=1, gt=0)
    """Bytes."""
    gpu: Number = Field(default=1, gt=0)
    """GPUs."""


class TeamConfig(Section):
    """One team: one namespace of the same name, its limits, its people, what it needs and runs."""

    members: MembersConfig = MembersConfig()
    """Who belongs to the team, by role."""
    pod_security: PodSecurity | None = None
    """The Pod Security level that the namespace enforces; the platform's if left out."""
    quota: QuotaConfig | None = None
    """What the whole team may ask for at once; the platform's where it is silent."""
    containers: ContainersConfig | None = None
    """What a container gets, and its maximum; the platform's where it is silent."""
    open_within: Flag | None = None
    """Whether the team's own workloads reach each other freely; the platform's if left out."""
    ready_within: Whole | None = Field(default=None, ge=1, le=3600, examples=[600])
    """Seconds that a deployment waits for its workloads; the platform's if left out."""
    needs: tuple[NeedItem, ...] = Field(default=(), examples=[["internet", "team.fraud.api"]])
    """What every workload of the team may reach."""
    workloads: Mapping[WorkloadName, WorkloadConfig] = {}
    """What the team runs, by name."""
    models: Mapping[ModelName, ModelConfig] = {}
    """What the team has served, by name; no workload of its has the same."""
    external_secrets: Mapping[DnsLabel, ExternalSecretConfig] = {}
    """Secrets of the namespace that the cloud keeps, by name; with platform.secrets external."""
    manifests: str | None = Field(default=None, min_length=1, examples=["teams/fraud"])
    """A folder of the project, with the team's own manifests."""
    budget: Number | None = Field(default=None, gt=0, examples=[1500])
    """US dollars a month."""
