"""The sandbox stack as it is shipped, with every section: up, looked at, again, and down."""

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from assurance.graph.kubernetes import object_of
from components.manifests.custom import KINDS
from tests.e2e.project import ROOT, Project, namespaces, project
from tests.rehearsed import graphs

pytestmark = pytest.mark.e2e

MOST_OBJECTS = 450
FILE = ROOT / "Pulumi.sandbox.yaml"


@pytest.fixture(scope="module")
def place(tools: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with project(tmp_path_factory.mktemp("whole"), tools["kubectl"], seconds=600) as made:
        shutil.copy(FILE, made.directory / FILE.name)
        levels = ROOT / "policies" / "levels" / "sandbox.json"
        shutil.copy(levels, made.directory / "policies" / "levels" / levels.name)
        yield made


def test_the_whole_platform_comes_up_stays_as_it_is_and_goes_in_order(place: Project) -> None:
    rehearsed = [
        found for r in graphs(FILE)["sandbox"].resources.values() if (found := object_of(r))
    ]
    assert 300 < len(rehearsed) <= MOST_OBJECTS
    done = place.outcome("up", "sandbox")
    assert done["result"] == "succeeded"
    kubectl = place.kubectl("sandbox")
    _every_namespace_has_running_pods(
        kubectl.json("get", "pods", "--all-namespaces")["items"], place
    )
    _every_custom_resource_is_there(
        rehearsed, kubectl.json("get", _custom(rehearsed), "--all-namespaces")["items"]
    )
    assert place.outcome("preview", "sandbox", "--expect-no-changes")["changes"] == {}
    told = place.mlp("preview", "--stack", "sandbox").stdout
    assert "\nsandbox: nothing changes\n" in told
    assert told.count("\n") <= 5, told  # nobody is told of what only a provider spells otherwise
    assert place.outcome("destroy", "sandbox")["result"] == "succeeded"
    assert namespaces(kubectl) == set()
    assert kubectl.json("get", "customresourcedefinitions")["items"] == []


def _every_namespace_has_running_pods(pods: list[Any], place: Project) -> None:
    phases: dict[str, Counter[str]] = {}
    for pod in pods:
        where = phases.setdefault(pod["metadata"]["namespace"], Counter())
        where[pod["status"]["phase"]] += 1
    idle = namespaces(place.kubectl("sandbox")) - {
        name for name, had in phases.items() if had["Running"]
    }
    assert idle == {"ml-platform"}, "its own namespace holds intent, and no pod"
    assert not {name: had for name, had in phases.items() if set(had) - {"Running", "Succeeded"}}


def _custom(rehearsed: list[Any]) -> str:
    """Every custom kind of the stack, as kubectl takes them."""
    found = {item.gvk for item in rehearsed if item.gvk in KINDS}
    assert len(found) > 8
    return ",".join(sorted(f"{gvk.kind}.{gvk.version}.{gvk.group}" for gvk in found))


def _every_custom_resource_is_there(rehearsed: list[Any], there: list[Any]) -> None:
    """With the spec that was written: what a schema does not list, the API server drops."""
    by_name = {(o["kind"], o["metadata"].get("namespace"), o["metadata"]["name"]): o for o in there}
    looked_at = 0
    for item in rehearsed:
        if item.gvk in KINDS:
            looked_at += 1
            found = by_name[item.gvk.kind, item.namespace, str(item.name)]
            assert found["spec"] == item.manifest["spec"], str(item)
    assert looked_at > 15
