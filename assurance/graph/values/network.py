"""Who may talk to whom, in the platform's words: endpoints, needs, addresses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network

Network = IPv4Network | IPv6Network


class Protocol(StrEnum):
    """The transport protocols that a NetworkPolicy knows."""

    TCP = "TCP"
    UDP = "UDP"
    SCTP = "SCTP"


class Outside(StrEnum):
    """What is not a workload but can be needed."""

    INTERNET = "internet"
    """Public addresses: never pods, services, nodes or the metadata service."""
    API_SERVER = "api-server"
    """The cluster's own API."""
    NODES = "nodes"
    """The nodes' own addresses: kubelets, and what runs on a node's network. Never a team's."""


FOR_TEAMS = (Outside.INTERNET, Outside.API_SERVER)
"""What a team may need of it."""


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Port:
    """A port on pods: a number, a range, or the name that a container gives it."""

    number: int | str
    protocol: Protocol = Protocol.TCP
    end: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """Something that can be needed: pods by namespace and labels, or addresses off the cluster."""

    name: str
    """`team.<team>.<workload>`, `platform.<service>` or `cluster.<name>`."""
    ports: tuple[Port, ...]
    namespace: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    cidrs: tuple[Network, ...] = ()
    """Addresses off the cluster; then `namespace` is None."""
    host: str | None = None
    """The name under which clients reach it."""
    managed: bool = True
    """The namespace is ours: default-deny stands there, and each need gets its ingress rule."""
    scheme: str = "http"
    """What its URLs begin with, such as `postgresql`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """One thing that a team, or one of its workloads, must reach."""

    to: str | Outside
    ports: tuple[Port, ...] = ()
    """Empty: every port that the endpoint has."""
    by: str | None = None
    """The workload's name; None is the whole team."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Pods of the platform that call workloads of teams, wherever a team asks them to."""

    name: str
    """As policies and findings call them: `gateway`."""
    namespace: str
    labels: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One workload of a team that asks to be called."""

    by: Caller
    workload: str
    ports: tuple[Port, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tokens:
    """Who issues the tokens that callers show, and for whom they must be meant."""

    issuer: str
    keys: str
    """Where the public keys are that they are signed with."""
    audiences: tuple[str, ...] = ()
    """Empty: anybody."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What callers of a route must show at the gateway: one of these, or nothing at all."""

    tokens: Tokens | None = None
    keys: str | None = None
    """The Secret of the team that holds them."""

    @property
    def open(self) -> bool:
        """Whether anybody may call."""
        return self.tokens is None and self.keys is None


@dataclass(frozen=True, kw_only=True, slots=True)
class Dns:
    """Where names are resolved."""

    namespace: str = "kube-system"
    labels: Mapping[str, str] = field(default_factory=lambda: {"k8s-app": "kube-dns"})
    addresses: tuple[Network, ...] = ()
    """Node-local resolvers and the like."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Addresses:
    """The address plan of a cluster."""

    pods: tuple[Network, ...]
    services: tuple[Network, ...]
    nodes: tuple[Network, ...]
    dns: Dns = field(default_factory=Dns)
    api_server: tuple[Network, ...] = ()
    metadata: tuple[Network, ...] = ()
    """Where a cloud hands out machine credentials; never reachable for a workload."""
    webhooks: tuple[Network, ...] = ()
    """Where the API server calls pods from; if nobody says, its own addresses and the nodes'."""
    balancers: tuple[Network, ...] = ()
    """Where load balancers call pods from, past no node's address; if nobody says, the nodes'."""
