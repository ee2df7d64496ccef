"""The pack on the stacks themselves."""

import dataclasses

import pytest
from rule import Rule
from rules import RULES
from rules.images import images_are_pinned
from rules.tenancy import team_namespaces_are_closed

from assurance.graph.graph import Graph
from tests.policies.wire import serving
from tests.rehearsed import graphs


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_stack_keeps_to_every_rule_which_has_something_to_look_at(rule: Rule) -> None:
    for stack, graph in graphs().items():
        judgement = rule.judge(graph)
        assert all(judgement.population.values()), stack
        assert (judgement.faults, judgement.unknown) == ((), ()), stack


def test_the_running_pack_finds_nothing_against_the_sandbox_either() -> None:
    graph = graphs()["sandbox"]
    with serving() as pack:
        assert pack.analyze_stack(graph) == []
        assert [pack.analyze(resource) for resource in graph.resources.values()] == [[]] * len(
            graph.resources
        )


@pytest.mark.parametrize("kind", ["ResourceQuota", "LimitRange"])
def test_without_any_one_wall_of_any_team_the_rule_bites(kind: str) -> None:
    graph = graphs()["sandbox"]
    walls = [urn for urn, resource in graph.resources.items() if resource.type.endswith(f":{kind}")]
    assert walls
    for urn in walls:
        (fault,) = team_namespaces_are_closed(_without(graph, urn)).faults
        assert f"has no {kind}" in fault.message


def test_without_default_deny_each_direction_is_a_fault() -> None:
    graph = graphs()["sandbox"]
    denials = [urn for urn in graph.resources if urn.endswith("-default-deny")]
    closed = [urn for urn in denials if "ml-platform:tenancy:Team$" in urn]
    assert closed
    for urn in closed:
        assert len(team_namespaces_are_closed(_without(graph, urn)).faults) == 2


def test_every_containers_image_is_looked_at() -> None:
    for graph in graphs().values():
        containers = sum(
            len(pod.spec.get(key) or ())
            for pod in graph.pods()
            for key in ("initContainers", "containers")
        )
        assert images_are_pinned(graph).population == {"containers": containers}


def _without(graph: Graph, urn: str) -> Graph:
    left = {key: resource for key, resource in graph.resources.items() if key != urn}
    return dataclasses.replace(graph, resources=left)
