"""As many teams as wanted: what they run, the policies made from their needs, and those needs."""

from ipaddress import ip_network

from assurance.graph.intent import Intent, TeamIntent
from assurance.graph.values import TEAM, Addresses, Capability, Endpoint, Need, Outside, Port
from components.manifests import Manifest
from components.network.needs import TeamNetwork
from components.network.policies import synthesise

WORKLOADS = 10
PLAN = Addresses(
    pods=(ip_network("10.244.0.0/16"),),
    services=(ip_network("10.96.0.0/16"),),
    nodes=(ip_network("10.128.0.0/24"),),
)


def intent(teams: int) -> Intent:
    """Two workloads of each team need something of two other teams, and all the internet."""
    names = [f"team-{number}" for number in range(teams)]
    endpoints = {
        f"team.{name}.w0": Endpoint(
            name=f"team.{name}.w0",
            namespace=name,
            labels={"ml-platform/workload": "w0"},
            ports=(Port(number=8080),),
        )
        for name in names
    }
    needs = {
        name: (
            Need(to=Outside.INTERNET),
            Need(to=f"team.{names[(number + 1) % teams]}.w0", by="w1"),
            Need(to=f"team.{names[(number + 7) % teams]}.w0", by="w2"),
        )
        for number, name in enumerate(names)
    }
    return Intent(
        teams={name: TeamIntent(namespaces=(name,), needs=needs[name]) for name in names},
        endpoints=endpoints,
        addresses=PLAN,
        capabilities=frozenset({Capability.NETWORK_POLICY}),
    )


def manifests(asked: Intent, *, closed: bool = True) -> list[Manifest]:
    """Ten workloads a team; `closed`: with the policies that its needs make."""
    made = [_workload(name, f"w{number}") for name in asked.teams for number in range(WORKLOADS)]
    if closed:
        networks = {
            name: TeamNetwork(namespace=name, needs=team.needs)
            for name, team in asked.teams.items()
        }
        made += synthesise(networks, asked.endpoints, PLAN)
    return made


def _workload(team: str, name: str) -> Manifest:
    labels = {"ml-platform/workload": name, TEAM: team}
    containers = [{"name": "c", "image": "c", "ports": [{"name": "http", "containerPort": 8080}]}]
    template = {"metadata": {"labels": labels}, "spec": {"containers": containers}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": team},
        "spec": {"selector": {"matchLabels": labels}, "template": template},
    }
