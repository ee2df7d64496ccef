"""Isolation of many teams: the verdict that few get. What it costs, `mlp bench` measures."""

from assurance.graph.graph import Graph, graph_of
from assurance.graph.intent import Intent
from assurance.proofs.findings import Status
from assurance.proofs.isolation import isolation
from operations.bench import company
from tests.assurance.proofs.worlds import resource


def made(teams: int, *, closed: bool = True) -> tuple[Graph, Intent]:
    asked = company.intent(teams)
    listed = map(resource, company.manifests(asked, closed=closed))
    return graph_of(listed, stack="company", mode="warm"), asked


def test_what_is_made_from_needs_is_proved_however_many_teams_there_are() -> None:
    found = isolation(*made(20))
    assert {finding.status for finding in found.findings} == {Status.PROVED}
    assert found.population["pods"] == 200
    open_ones = isolation(*made(20, closed=False))
    refuted = [f.rule for f in open_ones.findings if f.status is Status.REFUTED]
    assert refuted.count("isolation/team-reaches-team") == 20 * 10
    assert {f.witness.get("further parties") for f in open_ones.findings} == {None, 9}
