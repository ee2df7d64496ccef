"""A workload that asks to be watched is asked for its metrics, and for nothing else."""

import pytest

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
