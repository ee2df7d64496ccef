"""Teams on a platform that another stack has built: what only its facts can tell."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from assurance.graph.values import Addresses, Caller, Endpoint, Port
from components.config import ConfigError, Stack
from components.data_platform import team_args
from components.facts import PlatformFacts
from components.tenancy.section import TeamConfig, TeamDefaults
from providers.config import PlatformReference
from providers.contract import ClusterFacts, nobody

NETWORK = (ip_network("10.0.0.0/16"),)
FACTS = PlatformFacts(
    cluster=ClusterFacts(
        name="c",
        version="1.35",
        storage_class=None,
        pools=(),
        addresses=Addresses(pods=NETWORK, services=NETWORK, nodes=NETWORK),
        capabilities=frozenset(),
    ),
    team_defaults=TeamDefaults(),
    endpoints={
        "cluster.warehouse": Endpoint(
            name="cluster.warehouse", namespace="warehouse", ports=(Port(number=5432),)
        ),
        "cluster.far": Endpoint(name="cluster.far", cidrs=NETWORK, ports=(Port(number=1),)),
    },
    callers={"scraper": Caller(name="scraper", namespace="watching", labels={"app": "scraper"})},
)


def stack(*teams: str) -> Stack:
    return Stack(
        name="teams",
        platform=PlatformReference(from_stack="platform"),
        teams=dict.fromkeys(teams, TeamConfig()),
        waivers=(),
        secrets={},
        directory=Path(),
    )


def test_a_team_takes_no_namespace_in_which_the_other_stack_s_platform_has_something() -> None:
    with pytest.raises(ConfigError) as told:
        team_args(stack("fraud", "warehouse", "watching"), FACTS, nobody)
    assert [(fault.key, fault.message) for fault in told.value.faults] == [
        (
            f"teams.{team}",
            f"expected a name of the team's own, got {team}: that namespace belongs to {owner}",
        )
        for team, owner in (("warehouse", "cluster.warehouse"), ("watching", "scraper"))
    ]
    assert set(team_args(stack("fraud"), FACTS, nobody)) == {"fraud"}
