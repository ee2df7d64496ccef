"""Nodes pull from a registry of one's own, and from a mirror in place of a registry."""

from collections.abc import Iterator

import pytest

from tests.e2e.laptop import cluster_of
from tests.kind import images, machine
from tests.kind.conftest import Place
from tests.kind.talking import heard, pods

pytestmark = pytest.mark.kind

STACK = "pulling"
REGISTRY = "docker.io/library/registry:3"
"""What the product runs; here it is a program of the test's that has one image."""
PORT = 5001


@pytest.fixture
def registry(place: Place) -> Iterator[str]:
    """Who answers in the registry's place; an image of that name comes back afterwards."""
    before = machine.output("docker", "images", "--quiet", REGISTRY).strip()
    serve = images.program("registry", place.folder / "image")
    files = images.published("talk", "1", place.talk)
    images.keep(REGISTRY, "registry", {"registry": serve, **files})
    yield f"http://{cluster_of(STACK)}-registry:5000"
    machine.output("docker", "rmi", REGISTRY)
    if before:
        machine.output("docker", "tag", before, REGISTRY)


def test_nodes_pull_from_one_s_own_registry_and_from_a_mirror(place: Place, registry: str) -> None:
    before = machine.things()
    place.write(
        STACK,
        {
            "own": _team(f"localhost:{PORT}/talk:1"),
            "mirrored": _team("registry.example.com/talk:1"),
        },
        pools={"general": {"nodes": 1}},
        registry=PORT,
        mirrors={"registry.example.com": registry},
    )
    place.project.outcome("up", STACK, "--yes")
    kubectl = place.kubectl(STACK)
    for pod in pods(kubectl, ("own", "mirrored")):
        url = "http://127.0.0.1:8080/"
        assert heard(kubectl, {pod: [url]}) == {(pod, url): f"talk {pod.name}"}
    place.project.outcome("destroy", STACK, "--yes")
    assert machine.things() == before


def _team(image: str) -> dict[str, object]:
    workload = {"image": image, "ports": [8080], "replicas": 1}
    return {"quota": {"cpu": 2, "memory": "2Gi"}, "workloads": {"api": workload}}
