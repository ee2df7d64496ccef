"""What order costs for many teams: measured, on the sandbox's own team many times over."""

import json
import time

import pytest

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.proofs.findings import Status
from assurance.proofs.order import order
from tests.rehearsed import graphs

TEAM = "fraud"


def company(teams: int) -> Graph:
    """The sandbox with its largest team so many times."""
    written = graphs()["sandbox"].to_json()
    own = [json.dumps(each) for each in written["resources"] if TEAM in each["urn"]]
    rest = [json.dumps(each) for each in written["resources"] if TEAM not in each["urn"]]
    copies = [text.replace(TEAM, f"{TEAM}-{n}") for n in range(teams) for text in own]
    resources = [json.loads(text) for text in (*rest, *copies)]
    return Graph.from_json({**written, "resources": resources})


def test_many_teams_are_ordered_as_one_is() -> None:
    result = order(company(20), Intent())
    assert {finding.status for finding in result.findings} == {Status.PROVED}
    assert result.population["objects"] > 20 * 25
    assert result.population["needs"] > 20 * 50


@pytest.mark.bench
def test_seconds_for_many_teams() -> None:
    given = company(200)
    began = time.process_time()
    told = order(given, Intent())
    spent = time.process_time() - began
    print(f"200 teams: {spent:.2f} s of 2 s, {dict(told.population)}")  # noqa: T201 - measured
