"""What the order proof takes the engine to do, the engine does."""

from collections.abc import Mapping
from typing import Any

import pytest

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.proofs.findings import Status
from assurance.proofs.order import order
from assurance.proofs.order.needs import Needs
from assurance.proofs.order.relation import Relation, direct
from assurance.proofs.order.world import World
from tests.components.manifests.recorder import recorded
from tests.components.manifests.samples import Manifest, role_binding, sample
from tests.e2e.driven import STACK, Driver, Told
from tests.e2e.test_registrar import everything, in_namespace

pytestmark = pytest.mark.e2e


def stateful_set() -> Manifest:
    labels = {"app": "db"}
    containers = [{"name": "main", "image": "registry.test/db:1.0"}]
    spec = {
        "serviceName": "db",
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": containers}},
    }
    return sample("StatefulSet", "db", api="apps/v1", spec=spec)


def objects() -> list[Manifest]:
    headless = sample(
        "Service",
        "db",
        spec={"clusterIP": "None", "selector": {"app": "db"}, "ports": [{"port": 1}]},
    )
    more = (
        sample("Role", "reader", api="rbac.authorization.k8s.io/v1", rules=[]),
        role_binding("rights", "reader", "runner"),
        headless,
        stateful_set(),
    )
    return [*everything("ordered"), *in_namespace("ordered", *more)[1:]]


def moments(told: Told) -> Mapping[str, tuple[int, int]]:
    """By URN, when the engine began with a resource and when it was done with it."""
    began: dict[str, int] = {}
    done: dict[str, int] = {}
    for number, event in enumerate(told.events):
        if event.resource_pre_event:
            began.setdefault(event.resource_pre_event.metadata.urn, number)
        if event.res_outputs_event:
            done[event.res_outputs_event.metadata.urn] = number
    return {urn: (began[urn], done[urn]) for urn in began.keys() & done.keys()}


def claimed(graph: Graph) -> set[tuple[str, str]]:
    """Everything that the proof says comes before something, as (user, needed)."""
    needs = Needs(graph, World(graph), Relation(graph)).needs
    pairs = {(need.user.urn, need.needed.resource.urn) for need in needs}
    pairs |= {(r.urn, other) for r in graph.resources.values() for other in direct(r)}
    # The engine says that a component is done when its children are.
    return {(one, other) for one, other in pairs if graph.resources[other].custom}


def test_the_engine_makes_and_deletes_in_the_order_that_is_proved(driver: Driver) -> None:
    wanted = objects()

    def program(stage: Any) -> None:
        stage.register("fraud", *wanted)

    graph = recorded(lambda stage: stage.register(*wanted)).graph
    assert {f.status for f in order(graph, Intent()).findings} == {Status.PROVED}
    pairs = {(_here(one), _here(other)) for one, other in claimed(graph)}
    made = moments(driver.run("up", program))
    gone = moments(driver.run("destroy", program))
    looked = 0
    for user, needed in sorted(pairs):
        if user in made and needed in made:
            looked += 1
            assert made[needed][1] < made[user][0], f"{user} was begun before {needed} was made"
        if user in gone and needed in gone:
            looked += 1
            assert gone[user][1] < gone[needed][0], f"{needed} was begun before {user} was gone"
    assert looked > 100


def _here(urn: str) -> str:
    return urn.replace("urn:pulumi:dev::", f"urn:pulumi:{STACK}::")
