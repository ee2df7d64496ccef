"""Whatever labels a team gives its own pods, they lead to nobody else and let in nobody."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from assurance.graph.graph import Graph, graph_of
from assurance.graph.values import TEAM
from assurance.proofs.findings import Status
from assurance.proofs.isolation import isolation
from tests.assurance.proofs.worlds import Manifest, resource
from tests.rehearsed import ROOT, asked


def selected(seen: Graph) -> list[Mapping[str, str]]:
    """The labels that any policy of the stack goes by, on either end."""
    found = [
        choice["matchLabels"]
        for item in seen.objects()
        if item.gvk.kind == "NetworkPolicy"
        for choice in _choices(item.manifest["spec"])
        if choice.get("matchLabels")
    ]
    return [dict(each) for each in {tuple(sorted(labels.items())) for labels in found}]


def _choices(value: Any) -> Iterator[Manifest]:
    if isinstance(value, Mapping):
        if "podSelector" in value:
            yield value["podSelector"]
        for inner in value.values():
            yield from _choices(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _choices(inner)


def pretending(team: str, number: int, labels: Mapping[str, str]) -> Manifest:
    name = {"name": f"pretender-{number}", "namespace": team}
    spec = {"containers": [{"name": "c", "image": "a:1"}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {**name, "labels": labels}, "spec": spec}


@pytest.mark.parametrize("stack", ["sandbox", "prod"])
def test_a_pod_with_another_s_labels_stays_where_its_team_is(stack: str) -> None:
    [(seen, intent)] = asked(ROOT / f"Pulumi.{stack}.yaml").values()
    teams = sorted(intent.teams)
    pods = [
        pretending(team, number, {**labels, TEAM: other})
        for number, labels in enumerate(selected(seen))
        for team, other in zip(teams, [*teams[1:], teams[0]], strict=True)
    ]
    before = isolation(seen, intent)
    added = [*seen.resources.values(), *map(resource, pods)]
    after = isolation(graph_of(added, stack=seen.stack, mode=seen.mode), intent)
    assert after.population["pods"] == before.population["pods"] + len(pods)
    assert len(pods) > 30
    assert {each.status for each in after.findings} == {Status.PROVED}
