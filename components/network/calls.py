"""NetworkPolicies for calls that teams ask the platform for: one opening at each end."""

from collections.abc import Iterator

from assurance.graph.values import Call
from components.manifests import Manifest
from components.network.policies import peer, policy, port_rules
from components.tenancy.labels import origin, selector


def call_policies(
    team: str, calls: tuple[Call, ...], models: frozenset[str] = frozenset()
) -> Iterator[Manifest]:
    """Out of the caller's namespace, and into the team's; some that are called are models."""
    for call in calls:
        by, name = call.by, call.workload
        key = f"teams.{team}.models.{name}" if name in models else origin(team, name)
        ports = port_rules(call.ports)
        called = selector(call.workload)
        yield policy(
            by.namespace,
            f"call-team.{team}.{call.workload}.by.{by.name}",
            key,
            pods=by.labels,
            egress=[{"to": [peer(team, called)], "ports": ports}],
        )
        yield policy(
            team,
            f"serve-{call.workload}.to.{by.name}",
            key,
            pods=called,
            ingress=[{"from": [peer(by.namespace, by.labels)], "ports": ports}],
        )
