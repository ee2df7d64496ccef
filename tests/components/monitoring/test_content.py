"""Rules and dashboards as data: what they ask is PromQL, and what they read is measured."""

import json
import re
from itertools import pairwise
from typing import Any

import promql_parser
import pytest

from components.monitoring.alerts import GROUPS
from components.monitoring.dashboards import DASHBOARDS, dashboard_manifests
from components.monitoring.dashboards.panels import document
from components.monitoring.metrics import METRICS, Source
from components.monitoring.names import SOURCE
from components.monitoring.rules import Alert, Recorded, rule_manifests
from tests.components.monitoring.expressions import VARIABLES, chosen, every, metrics

ALERTS = [rule for group in GROUPS for rule in group.rules if isinstance(rule, Alert)]
SHOWN = re.compile(r"\{\{ \$labels\.(\w+) \}\}")


def test_every_expression_is_promql_and_leaves_no_variable_open() -> None:
    seen = 0
    for asked in every():
        promql_parser.parse(asked.text)
        assert "$" not in asked.text, asked
        seen += 1
    assert seen >= 50, seen


def test_what_is_no_promql_is_refused_by_the_parser() -> None:
    for wrong in ("sum by (pod (up)", "rate(up)", "up[5m] > 1", "nobody("):
        with pytest.raises(ValueError, match=r"\S"):
            promql_parser.parse(wrong)


def test_every_metric_that_is_read_is_listed_and_every_listed_one_is_read() -> None:
    read = {name for asked in every() for name in metrics(asked.text)}
    assert read == set(METRICS)


def test_what_a_rule_of_ours_measures_is_recorded_by_one() -> None:
    recorded = {r.name for g in GROUPS for r in g.rules if isinstance(r, Recorded)}
    assert recorded == {name for name, source in METRICS.items() if source is Source.RULE}


def test_every_alert_says_what_happened_what_to_do_how_bad_it_is_and_whose_it_is() -> None:
    written = [
        rule
        for manifest in rule_manifests(GROUPS)
        for group in manifest["spec"]["groups"]
        for rule in group["rules"]
        if "alert" in rule
    ]
    assert len(written) == len(ALERTS) >= 12
    for rule in written:
        assert set(rule["labels"]) == {"severity", "team"}
        assert len(rule["annotations"]["runbook"].split()) >= 15, rule["alert"]
        assert rule["annotations"]["summary"], rule["alert"]
    assert len({rule["alert"] for rule in written}) == len(written)


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_a_summary_shows_only_labels_that_the_alert_has(alert: Alert) -> None:
    shown = set(SHOWN.findall(alert.summary))
    kept = re.search(r"by \(([^)]*)\)", alert.expr)
    if kept is not None and alert.expr.startswith(("sum by", "max by", "histogram_quantile")):
        assert shown <= {label.strip() for label in kept[1].split(",")} - {"le"}
    if alert.of_team:
        assert "namespace" in shown


def test_the_inference_dashboard_has_the_eight_panels() -> None:
    board = next(each for each in DASHBOARDS if each.name == "inference")
    assert [panel.title for panel in board.panels] == [
        *("Request rate", "Error rate", "Latency", "Predictions by class"),
        *("CPU", "Memory", "Replicas", "Drift"),
    ]
    latency = board.panels[2]
    assert [query.legend.split()[-1] for query in latency.queries] == ["p50", "p95", "p99"]


@pytest.mark.parametrize("board", DASHBOARDS, ids=lambda board: board.name)
def test_a_dashboard_is_one_that_grafana_reads(board: Any) -> None:
    made = document(board)
    assert made["schemaVersion"] >= 36
    ids = [panel["id"] for panel in made["panels"]]
    assert len(set(ids)) == len(ids) >= 4
    source, *chosen_by_people = made["templating"]["list"]
    assert (source["type"], source["current"]["value"]) == ("datasource", SOURCE)
    assert {f"${each['name']}" for each in chosen_by_people} <= set(VARIABLES)
    for panel in made["panels"]:
        assert panel["datasource"]["uid"] == "${source}"
        assert panel["title"]
        assert panel["description"]
        refs = [target["refId"] for target in panel["targets"]]
        assert len(set(refs)) == len(refs) >= 1
    for name in re.findall(r"\$(\w+)", json.dumps([panel["targets"] for panel in made["panels"]])):
        names = {each["name"] for each in made["templating"]["list"]}
        assert name in names | {"__rate_interval"}, name


@pytest.mark.parametrize("board", DASHBOARDS, ids=lambda board: board.name)
def test_no_two_panels_lie_on_each_other_and_none_beyond_the_grid(board: Any) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in document(board)["panels"]:
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not cells & taken, panel["title"]
        taken |= cells
    rows = sorted({y for _, y in taken})
    assert all(other - one == 1 for one, other in pairwise(rows)), "a gap between panels"


def test_grafanas_sidecar_finds_every_dashboard() -> None:
    made = dashboard_manifests()
    assert len(made) == len(DASHBOARDS)
    for manifest in made:
        assert manifest["metadata"]["labels"] == {"grafana_dashboard": "1"}
        (text,) = manifest["data"].values()
        assert json.loads(text)["uid"] == f"ml-platform-{next(iter(manifest['data']))[:-5]}"


def test_variables_are_filled_in_before_the_parser_reads() -> None:
    assert chosen('up{namespace="$namespace"}[$__rate_interval]') == 'up{namespace="fraud"}[5m]'
