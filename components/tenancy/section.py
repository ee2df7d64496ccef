"""A team, as the stack file spells it."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from components.tenancy.needs_section import NeedItem
from components.tenancy.workloads.section import WorkloadConfig
from providers.config.scalars import DnsLabel, Quantity
from providers.config.section import Section

PodSecurity = Literal["privileged", "baseline", "restricted"]


class SubjectsConfig(Section):
    """People, as the cluster's authenticator names them."""

    groups: tuple[str, ...] = ()
    users: tuple[str, ...] = ()


class MembersConfig(Section):
    """Who belongs to the team, by role."""

    view: SubjectsConfig = SubjectsConfig()
    """Sees everything but secrets."""
    edit: SubjectsConfig = SubjectsConfig()
    """Also changes workloads, configuration and secrets."""
    admin: SubjectsConfig = SubjectsConfig()
    """Also sees the team's limits, policies and roles; those are changed here, not on the cluster."""


class AmountsConfig(Section):
    """CPU and memory."""

    cpu: Quantity | None = None
    memory: Quantity | None = None


class QuotaConfig(Section):
    """What the whole team may ask for at once."""

    cpu: Quantity = "4"
    """Sum of all requests."""
    memory: Quantity = "8Gi"
    """Sum of all requests."""
    limits: AmountsConfig = AmountsConfig()
    """Sums of all limits; twice the requests if left out."""
    storage: Quantity = "50Gi"
    """Sum of all claims."""
    pods: int = Field(default=50, ge=1)
    gpu: int = Field(default=0, ge=0)
    counts: Mapping[str, int] = {
        "services": 20,
        "secrets": 50,
        "configmaps": 50,
        "persistentvolumeclaims": 20,
    }
    """Objects by resource, such as `services` or `jobs.batch`."""


class ContainersConfig(Section):
    """What a container gets if it does not say, and the most that it may ask for."""

    requests: AmountsConfig = AmountsConfig(cpu="100m", memory="128Mi")
    limits: AmountsConfig = AmountsConfig(cpu="500m", memory="512Mi")
    maximum: AmountsConfig = AmountsConfig(cpu="2", memory="4Gi")


class TeamDefaults(Section):
    """What every team starts from; a team's own words win, field by field."""

    pod_security: PodSecurity = "restricted"
    quota: QuotaConfig = QuotaConfig()
    containers: ContainersConfig = ContainersConfig()
    open_within: bool = True
    """Whether a team's own workloads reach each other without declared needs."""


class TeamConfig(Section):
    """One team: one namespace of the same name, its limits, its people, what it needs and runs."""

    members: MembersConfig = MembersConfig()
    pod_security: PodSecurity | None = None
    quota: QuotaConfig | None = None
    containers: ContainersConfig | None = None
    open_within: bool | None = None
    needs: tuple[NeedItem, ...] = ()
    """What every workload of the team may reach."""
    workloads: Mapping[DnsLabel, WorkloadConfig] = {}
    manifests: str | None = None
    """A folder of the team's own manifests, beside the stack file."""
    budget: float | None = Field(default=None, gt=0)
    """US dollars a month."""
