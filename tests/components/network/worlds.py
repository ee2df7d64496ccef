"""Random teams, what they need of whom, and what must be open because of it and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, ip_network

from hypothesis import strategies as st

from assurance.graph.values import Addresses, Dns, Endpoint, Need, Outside, Port, Protocol
from components.network.needs import TeamNetwork
from components.network.policies import synthesise
from tests.components.network.evaluator import Pod, Policy, World

TEAMS = ("ads", "fraud", "risk")
WORKLOADS = ("api", "db")
PORTS = ((53, "UDP"), (53, "TCP"), (5432, "TCP"), (8443, "TCP"))

PLAN = Addresses(
    pods=(IPv4Network("10.244.0.0/16"), IPv4Network("34.0.0.0/16")),
    services=(IPv4Network("10.96.0.0/16"),),
    nodes=(IPv4Network("172.18.0.0/16"), IPv4Network("52.1.2.0/24")),
    dns=Dns(addresses=(IPv4Network("169.254.20.10/32"),)),
    api_server=(IPv4Network("172.18.0.2/32"),),
    metadata=(IPv4Network("169.254.169.254/32"),),
)
"""Pods and nodes have public-looking ranges as well, as they may in a cloud."""

ENDPOINTS = {
    endpoint.name: endpoint
    for endpoint in (
        *(
            Endpoint(
                name=f"team.{team}.{workload}",
                namespace=team,
                labels={"ml-platform/workload": workload},
                ports=(Port(number=5432), Port(number=53, protocol=Protocol.UDP)),
            )
            for team in TEAMS
            for workload in WORKLOADS
        ),
        Endpoint(
            name="platform.store",
            namespace="storage",
            labels={"app": "store"},
            ports=(Port(number=8000, end=8999),),
        ),
        Endpoint(
            name="cluster.warehouse",
            namespace="legacy",
            labels={"app": "warehouse"},
            ports=(Port(number=5432),),
            managed=False,
        ),
        Endpoint(name="cluster.lake", cidrs=(ip_network("10.0.0.0/8"),), ports=(Port(number=80),)),
    )
}

_DENY: Policy = {
    "metadata": {"namespace": "storage"},
    "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
}
"""What stands in a namespace of the platform's own."""


def pods() -> tuple[Pod, ...]:
    """Teams' pods; the platform's and the cluster's; an intruder that copies everybody's labels."""
    placed = [
        *(
            (team, w, {"ml-platform/team": team, "ml-platform/workload": w})
            for team in TEAMS
            for w in WORKLOADS
        ),
        *((team, "notebook", {}) for team in TEAMS),
        ("storage", "store", {"app": "store"}),
        ("storage", "other", {"app": "other"}),
        ("legacy", "warehouse", {"app": "warehouse"}),
        ("legacy", "store", {"app": "store"}),
        ("kube-system", "dns", {"k8s-app": "kube-dns"}),
        ("kube-system", "proxy", {"k8s-app": "kube-proxy"}),
        ("intruder", "dns", {"k8s-app": "kube-dns"}),
        ("intruder", "api", {"ml-platform/team": "fraud", "ml-platform/workload": "api"}),
    ]
    return tuple(
        Pod(
            namespace=ns,
            name=name,
            labels=labels,
            address=f"{'34.0' if n % 2 else '10.244'}.0.{n + 1}",
        )
        for n, (ns, name, labels) in enumerate(placed)
    )


def namespaces() -> dict[str, dict[str, str]]:
    """Labels as the API server sets them; the intruder pretends to be others in all it may set."""
    names = {pod.namespace for pod in pods()}
    real = {name: {"kubernetes.io/metadata.name": name} for name in names}
    real["intruder"] |= {"name": "kube-system", "ml-platform/team": "fraud", "team": "fraud"}
    return real


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """Teams, and the policies that were made of them."""

    teams: Mapping[str, TeamNetwork]
    policies: tuple[Policy, ...]

    @property
    def world(self) -> World:
        """The cluster with these policies."""
        return World(namespaces=namespaces(), policies=(*self.policies, _DENY))

    def declared(self, source: Pod, target: Pod, port: int, protocol: str) -> bool:
        """Whether somebody has asked for this connection; from the needs alone."""
        team = self.teams.get(source.namespace)
        if team is None:
            return False
        if (target.namespace, target.name) == ("kube-system", "dns") and port == 53:
            return True
        if source.namespace == target.namespace and team.open_within:
            return True
        return any(_meets(need, source, target, port, protocol) for need in team.needs)


def case(teams: Mapping[str, TeamNetwork]) -> Case:
    """The teams with their policies."""
    return Case(teams=teams, policies=tuple(synthesise(teams, ENDPOINTS, PLAN)))


def _meets(need: Need, source: Pod, target: Pod, port: int, protocol: str) -> bool:
    if isinstance(need.to, Outside) or need.by not in {None, source.name}:
        return False
    endpoint = ENDPOINTS[need.to]
    if endpoint.namespace != target.namespace or endpoint.name.split(".")[-1] != target.name:
        return False
    offered = any(_includes(p, port, protocol) for p in endpoint.ports)
    return offered and (not need.ports or any(_includes(p, port, protocol) for p in need.ports))


def _includes(given: Port, port: int, protocol: str) -> bool:
    assert isinstance(given.number, int)
    return given.protocol.value == protocol and given.number <= port <= (given.end or given.number)


def _needs() -> st.SearchStrategy[Need]:
    named = st.sampled_from([Need(to=name) for name in sorted(ENDPOINTS)])
    narrow = st.sampled_from(
        [
            Need(to=name, ports=(Port(number=5432),))
            for name, endpoint in sorted(ENDPOINTS.items())
            if Port(number=5432) in endpoint.ports
        ]
        + [Need(to="platform.store", ports=(Port(number=8443),))]
        + [Need(to=Outside.INTERNET, ports=(Port(number=443),))]
    )
    outside = st.sampled_from([Need(to=Outside.INTERNET), Need(to=Outside.API_SERVER)])
    by = st.sampled_from([None, *WORKLOADS])
    return st.builds(
        lambda need, who: Need(to=need.to, ports=need.ports, by=who), named | narrow | outside, by
    )


def teams() -> st.SearchStrategy[dict[str, TeamNetwork]]:
    """Every team, open or closed within, with up to four needs."""
    return st.fixed_dictionaries(
        {
            team: st.builds(
                TeamNetwork,
                namespace=st.just(team),
                needs=st.lists(_needs(), max_size=4).map(tuple),
                open_within=st.booleans(),
            )
            for team in TEAMS
        }
    )
