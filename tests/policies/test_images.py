import copy

import pytest
from rules.images import images_are_pinned

from assurance.graph.graph import graph_of
from assurance.graph.resource import Marker
from tests.policies.stacks import deployment, graph
from tests.policies.wire import resource

PINNED = (
    "nginx:1.27",
    "nginx@sha256:" + "a" * 64,
    "nginx:latest@sha256:" + "a" * 64,
    "registry.test:5000/team/app:v2",
    "registry.test:5000/app@sha256:" + "b" * 64,
    "app:latest-2024",
)
FLOATING = {
    "nginx": "has no tag, which means latest",
    "nginx:latest": "is whatever is latest",
    "nginx:": "has no tag, which means latest",
    "registry.test:5000/app": "has no tag, which means latest",
    "registry.test:5000/app:latest": "is whatever is latest",
    "": "is missing",
}


@pytest.mark.parametrize("image", PINNED)
def test_a_pinned_image_is_no_fault(image: str) -> None:
    judged = images_are_pinned(graph([deployment("fraud", image)]))
    assert judged.faults == ()
    assert judged.population == {"containers": 1}


@pytest.mark.parametrize(("image", "why"), FLOATING.items())
def test_a_floating_image_is_a_fault_that_names_pod_container_image_and_remedy(
    image: str, why: str
) -> None:
    (fault,) = images_are_pinned(graph([deployment("fraud", image)])).faults
    assert fault.message.startswith(f"Deployment fraud/api, container main: image {image} {why}.")
    assert "Name a version" in fault.message


@pytest.mark.parametrize("where", ["initContainers", "ephemeralContainers"])
def test_no_container_is_overlooked(where: str) -> None:
    other = [{"name": "other", "image": "busybox"}]
    judged = images_are_pinned(graph([deployment("fraud", "a:1", **{where: other})]))
    assert [fault.message.split(":")[0] for fault in judged.faults] == [
        "Deployment fraud/api, container other"
    ]
    assert judged.population == {"containers": 2}


def test_every_kind_that_starts_pods_is_read() -> None:
    spec = {"containers": [{"name": "main", "image": "app"}]}
    cron = {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": "c", "namespace": "fraud"},
        "spec": {"jobTemplate": {"spec": {"template": {"spec": spec}}}},
    }
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p", "namespace": "fraud"},
        "spec": spec,
    }
    assert len(images_are_pinned(graph([cron, pod])).faults) == 2


@pytest.mark.parametrize("depth", range(6))
def test_whatever_is_not_known_is_counted_and_never_taken_for_good(depth: int) -> None:
    manifest = deployment("fraud", "a:1")
    path = ("spec", "template", "spec", "containers", 0, "image")[: depth + 1]
    found = resource(manifest)
    inputs = copy.deepcopy(dict(found.inputs))
    inner = inputs
    for step in path[:-1]:
        inner = inner[step]  # type: ignore[index]
    inner[path[-1]] = Marker.UNKNOWN  # type: ignore[index]
    unknown = resource(manifest, inputs=inputs)
    judged = images_are_pinned(graph_of([unknown], stack="s", mode="cold"))
    assert judged.faults == ()
    assert len(judged.unknown) == 1
