"""What order costs for many teams: measured, on the sandbox's own team many times over."""

import json
import time

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


def test_two_hundred_teams_are_ordered_in_under_two_seconds() -> None:
    given = company(200)
    began = time.process_time()
    result = order(given, Intent())
    seconds = time.process_time() - began
    assert {finding.status for finding in result.findings} == {Status.PROVED}
    assert result.population["objects"] > 5600
    assert result.population["needs"] > 10_000
    assert seconds < 2, f"{seconds:.2f} s for {dict(result.population)}"
