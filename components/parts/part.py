"""One section's share of the platform, as data. A pure function of its section makes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from assurance.graph.values import Caller, Capability, Endpoint, Grant, Need, Outside, Port
from components.charts.release import Release
from components.charts.stand_in import Size
from components.manifests import Manifest
from components.tenancy.section import PodSecurity

ANY_CONTAINER = Size(cpu="50m", memory="128Mi", cpu_limit="1")
"""What a container of the platform gets if nobody says: a sidecar, a Job's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Client:
    """Pods of a part that must reach something beyond their own namespace."""

    name: str
    """As policies and findings call them: `prometheus`."""
    labels: Mapping[str, str]
    needs: tuple[Need, ...]
    """`by` is left out: it is these pods."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """Pods of a part that are reached from something that is no pod."""

    name: str
    """As policies and findings call it: `webhook`."""
    labels: Mapping[str, str]
    ports: tuple[Port, ...]
    source: Outside
    """`API_SERVER` for a webhook, `NODES` for a NodePort, `INTERNET` for a public gateway."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PartNamespace:
    """A namespace of the platform's own: closed but for what is stated here."""

    name: str
    pod_security: PodSecurity = "restricted"
    clients: tuple[Client, ...] = ()
    entries: tuple[Entry, ...] = ()
    open_within: bool = True
    """Its own pods may reach each other freely."""
    container: Size = ANY_CONTAINER
    """What a container there gets if it does not say."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Beyond those that every namespace has."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """What a team logs in with: a Secret in its namespace, made from a credential's words."""

    team: str
    """Or a namespace of a later part's."""
    endpoint: str
    """Where: `platform.database`."""
    templates: Mapping[str, str]
    """Its keys, with words in their texts; `user`, `password` and `url` are what variables take."""

    @property
    def secret(self) -> str:
        """The Secret's name."""
        return self.endpoint.replace(".", "-")


@dataclass(frozen=True, kw_only=True, slots=True)
class Credential:
    """A Secret whose words are made up once, and anew when its generation is raised."""

    name: str
    namespace: str
    words: tuple[str, ...]
    """Keys whose values are made up."""
    plain: Mapping[str, str] = field(default_factory=dict)
    """Keys whose values are no secret, such as a user's name."""
    templates: Mapping[str, str] = field(default_factory=dict)
    """Keys whose text has words in it: `redis://:${password}@cache:6379`."""
    accounts: tuple[Account, ...] = ()
    """What teams are given of it."""
    generation: int = 1
    labels: Mapping[str, str] = field(default_factory=dict)
    type: str = "Opaque"
    """As Kubernetes calls what the Secret holds: `kubernetes.io/basic-auth`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Acting:
    """A ServiceAccount of a part's charts that is somebody in the cloud."""

    account: str
    """`namespace/name`."""
    grants: tuple[Grant, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """Everything that one section brings."""

    key: str
    """The stack file's: `platform.monitoring`."""
    namespaces: tuple[PartNamespace, ...] = ()
    releases: tuple[Release, ...] = ()
    """Its charts; each in one of the namespaces, or in one that every cluster has."""
    before: tuple[Manifest, ...] = ()
    """Its own, before its charts: what these cannot start without."""
    objects: tuple[Manifest, ...] = ()
    """Its own, after its charts: custom resources, dashboards, Jobs."""
    credentials: tuple[Credential, ...] = ()
    stated: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """By namespace, Secrets with their keys, as the stack's secrets for the platform have them."""
    acting: tuple[Acting, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    """What teams and other parts may need of it."""
    buckets: Mapping[str, str] = field(default_factory=dict)
    """Each bucket's URL by its name."""
    scraped: tuple[Endpoint, ...] = ()
    """Where its metrics are: monitoring, where there is any, needs each."""
    callers: tuple[Caller, ...] = ()
    """Who of it calls workloads of teams, where a team asks for it."""
    issuer: str | None = None
    """The ClusterIssuer that signs for names which people use."""
    node_ports: tuple[int, ...] = ()
    """Those that its operators will ask for, beyond what its own Services do."""
    capabilities: frozenset[Capability] = frozenset()
    """What the cluster can do with it that it could not without."""
