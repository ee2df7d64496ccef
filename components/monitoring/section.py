"""Monitoring, as the stack file spells it."""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import Field, model_validator

from assurance.graph.values.quantity import bytes_of
from components.charts.stand_in import Size
from components.cluster.section import SizeConfig
from providers.config.scalars import Bytes, Cpu, DnsLabel, NodePortNumber, Url, Whole, text
from providers.config.section import MisfitError, Section

Days = Annotated[str, *text(r"[1-9][0-9]{0,3}[hdwy]", 5, "a time such as 36h, 7d or 1y", "7d")]
"""How long something is kept."""

_ROOM = 0.8
"""Of a volume: what is kept beside it is written anew before the old goes."""


class RetentionConfig(Section):
    """When metrics go: whichever of the two comes first."""

    time: Days = "7d"
    """After this time."""
    size: Bytes = "8Gi"
    """When they take more than this; at most four fifths of the volume."""


class PrometheusConfig(Section):
    """What collects metrics, keeps them and judges them."""

    replicas: Whole = Field(default=1, ge=1, le=3)
    """Each collects everything for itself."""
    cpu: Cpu = "100m"
    """CPU that is kept for it; more is taken where there is any."""
    memory: Bytes = "512Mi"
    """Memory that is kept for it, and the most that it gets; 3Ki for each series serve."""
    storage: Bytes = "10Gi"
    """The volume of each replica."""
    retention: RetentionConfig = RetentionConfig()
    """How long metrics are kept."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        room = int(bytes_of(self.storage) * _ROOM)
        if bytes_of(self.retention.size) > room:
            message = (
                f"expected at most four fifths of the volume, which has {self.storage}, got "
                f"{self.retention.size}; the rest is for what is being written"
            )
            raise MisfitError(message, "retention", "size")
        return self

    def amounts(self) -> Size:
        """What its container asks for."""
        return Size(cpu=self.cpu, memory=self.memory)


class AlertmanagerConfig(Section):
    """What tells people of alerts, once and not a hundred times."""

    replicas: Whole = Field(default=1, ge=1, le=3)
    """They agree on who tells."""
    storage: Bytes = "1Gi"
    """The volume of each replica: silences, and what was told."""


Group = Annotated[str, *text(r"[A-Za-z0-9][\w .:@/-]*", 120, "a group's name", "fraud-engineers")]
"""As the issuer spells it."""


class LoginConfig(Section):
    """People log in with OpenID Connect. The client's secret is the stack's, never a word here.

    It is `client-secret` of `grafana-login` among the secrets of `platform`.
    """

    name: Annotated[str, *text(r"\S(?:.*\S)?", 40, "a few words")] = "Single sign-on"
    """What the button says."""
    url: Url
    """Where people reach Grafana; the issuer sends them back to /login/generic_oauth there."""
    client: Annotated[str, *text(r"\S+", 200, "a client's id", "grafana")]
    """As whom Grafana asks."""
    authorize: Url
    """Where people are sent; this and the next two are in the issuer's openid-configuration."""
    token: Url
    """Where Grafana gets a token for what they bring back."""
    profile: Url
    """Where it asks who they are: the issuer's userinfo."""
    through: Annotated[
        str,
        *text(r"internet|cluster\.[a-z0-9][a-z0-9-]*", 70, "internet or cluster.<endpoint>"),
    ] = "internet"
    """What leads to the last two: `internet`, or one of the cluster's endpoints."""
    scopes: tuple[Annotated[str, *text(r"[!-~]+", 60, "a scope", "openid")], ...] = (
        *("openid", "profile", "email", "groups"),
    )
    """What is asked for."""
    claim: Annotated[str, *text(r"[A-Za-z_][\w-]*", 60, "a claim's name", "groups")] = "groups"
    """Where a person's groups are in what the issuer says."""
    admins: tuple[Group, ...] = ()
    """Groups who may change everything."""
    editors: tuple[Group, ...] = ()
    """Groups who may try dashboards out."""
    viewers: tuple[Group, ...] = ()
    """Groups who look; whoever is in none of all these is not let in."""

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not (self.admins or self.editors or self.viewers):
            message = "expected a group that may log in: admins, editors or viewers; got none"
            raise MisfitError(message)
        return self


class GrafanaConfig(Section):
    """What shows metrics. Dashboards are code; what is clicked together goes with the pod."""

    node_port: NodePortNumber | None = Field(default=None, examples=[30080])
    """Where it answers on every node; without it, by port-forwarding alone."""
    login: LoginConfig | None = None
    """As whom an issuer of OpenID Connect knows people; without it there is one user, `admin`."""
    size: SizeConfig = SizeConfig(memory="256Mi")
    """What Grafana itself asks for."""


class ReceiverConfig(Section):
    """Where a team is told of its alerts."""

    webhook: Url
    """What is called with each group of alerts; no word of it may be a secret."""


class MonitoringConfig(Section):
    """Prometheus, Alertmanager and Grafana, with rules, routes and dashboards as code."""

    prometheus: PrometheusConfig = PrometheusConfig()
    """What collects metrics, keeps them and judges them."""
    alertmanager: AlertmanagerConfig = AlertmanagerConfig()
    """What tells people of alerts."""
    grafana: GrafanaConfig = GrafanaConfig()
    """What shows metrics."""
    receivers: Mapping[DnsLabel, ReceiverConfig] = Field(
        default={}, examples=[{"fraud": {"webhook": "https://hooks.example.com/fraud"}}]
    )
    """By team; `platform` is told of all that no other is told of. None: only shown."""
