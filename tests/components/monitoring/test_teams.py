"""A workload that asks to be watched is asked for its metrics, and for nothing else."""

from typing import Any

import pytest

from components.config import ConfigError
from components.tenancy.defaults import effective
from components.tenancy.objects import TeamArgs, team_manifests
from components.tenancy.section import TeamConfig, TeamDefaults
from tests.assurance.proofs.isolated import changed, refuted, sandbox

CALL = "monitoring/call-team.fraud.api.by.prometheus"
SERVE = "fraud/serve-api.to.prometheus"


def test_it_gets_a_monitor_in_its_teams_own_namespace() -> None:
    found = [
        item
        for item in sandbox().objects()
        if item.gvk.kind == "PodMonitor" and item.namespace == "fraud"
    ]
    assert [item.name for item in found] == ["api"]
    spec = found[0].manifest["spec"]
    assert spec["selector"]["matchLabels"] == {"ml-platform/workload": "api"}
    (asked,) = spec["podMetricsEndpoints"]
    assert (asked["portNumber"], asked["path"], asked["interval"]) == (8080, "/metrics", "30s")


@pytest.mark.parametrize("name", [CALL, SERVE])
def test_the_road_of_prometheus_is_open_at_both_ends_or_missed(name: str) -> None:
    found = refuted(changed(name, lambda _: None))["declared-flow-closed"]
    assert found.subject == "platform.monitoring/monitoring/prometheus → team.fraud.api"


def on_another_stacks_platform(*, scraped: bool) -> list[dict[str, Any]]:
    asked = {"image": "api:1", "ports": [8080], "metrics": {"port": 8080}}
    team = TeamConfig.model_validate({"workloads": {"api": asked}})
    args = TeamArgs(config=team, resolved=effective(team, TeamDefaults()), scraped=scraped)
    return team_manifests("fraud", args)


def test_on_another_stacks_platform_without_monitoring_it_is_refused_where_it_asks() -> None:
    with pytest.raises(ConfigError) as told:
        on_another_stacks_platform(scraped=False)
    assert [fault.key for fault in told.value.faults] == ["teams.fraud.workloads.api.metrics"]
    assert "platform.monitoring" in told.value.faults[0].message
    assert on_another_stacks_platform(scraped=True)
