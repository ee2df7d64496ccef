"""A stack on kind, by the real engine; in place of Docker's containers stands a sandbox."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.laptop import Laptop, cluster_of, laptop
from tests.e2e.processes import engine_of
from tests.e2e.project import namespaces, short

pytestmark = pytest.mark.e2e

STACK = "kind"
CLUSTER = cluster_of(STACK)
SECONDS = 120


@pytest.fixture
def place(tools: Mapping[str, Path], tmp_path: Path) -> Iterator[Laptop]:
    with laptop(tmp_path, tools) as made:
        yield made


def nothing_left(place: Laptop) -> bool:
    there = place.machine
    return not (there.clusters or there.containers or there.networks)


def nodes_of(place: Laptop) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = place.kubectl(STACK).json("get", "nodes")["items"]
    return found


def plain_secrets(place: Laptop) -> list[Path]:
    """The files of the state that say how the cluster is entered."""
    kubeconfig = yaml.safe_load(place.machine.kubeconfig(CLUSTER).read_text("utf-8"))
    [token] = kubeconfig["users"][0]["user"].values()
    state = place.project.directory.parent / "state"
    files = [path for path in state.rglob("*") if path.is_file()]
    assert len(token) > 10
    assert len(files) > 1
    return [path for path in files if token in path.read_text("utf-8")]


def test_a_stack_on_kind_lives_from_its_first_preview_to_its_end(place: Laptop) -> None:
    run, there = place.project.outcome, place.machine
    promised = short(run("preview", STACK))
    assert "cluster-nodes" in promised["create"]
    assert nothing_left(place)

    assert short(run("up", STACK, "--yes")) == promised
    assert there.clusters == {CLUSTER}
    assert namespaces(place.kubectl(STACK)) >= {"ads", "fraud"}
    assert run("preview", STACK, "--expect-no-changes")["changes"] == {}
    pool = ("--selector", "ml-platform/pool=gpu")
    offers = place.kubectl(STACK).json("get", "nodes", *pool)["items"]
    assert [node["status"]["allocatable"]["nvidia.com/gpu"] for node in offers] == ["2"]
    assert {node["status"]["allocatable"]["cpu"] for node in offers} == {"2"}

    assert short(run("refresh", STACK)) == {}
    assert plain_secrets(place) == []
    assert run("preview", STACK, "--expect-no-changes")["changes"] == {}

    there.delete(CLUSTER)
    run("refresh", STACK)
    again = short(run("preview", STACK))
    assert {"ads-deployment-shop", "cluster-nodes", "fraud-namespace-fraud"} <= set(again["create"])
    assert {"ads-ready", "fraud-ready"} <= set(again["update"])
    assert short(run("up", STACK, "--yes")) == again
    assert run("preview", STACK, "--expect-no-changes")["changes"] == {}

    run("destroy", STACK, "--yes")
    assert nothing_left(place)


def test_other_claims_are_made_in_place_and_another_shape_is_refused(place: Laptop) -> None:
    run = place.project.outcome
    run("up", STACK, "--yes")
    pools = {"general": {"nodes": 2}, "gpu": {"taints": [{"key": "nvidia.com/gpu"}]}}
    place.add(STACK, pools=pools)
    assert "cluster-nodes" in short(run("up", STACK, "--yes"))["update"]
    offers = {node["status"]["allocatable"].get("nvidia.com/gpu") for node in nodes_of(place)}
    assert offers == {None, "0"}

    place.add(STACK, pools=pools, node={"cpu": 3, "memory": "4Gi"})
    refused = run("preview", STACK, code=3)
    [said] = [each["text"] for each in refused["messages"] if "kind:Cluster" in str(each["urn"])]
    assert "this takes another cluster" in said
    place.add(STACK, pools=pools)
    assert run("preview", STACK, "--expect-no-changes")["changes"] == {}


def begun(place: Laptop) -> bool:
    """A container of the cluster is there."""
    return CLUSTER in place.machine.clusters


def whole(place: Laptop) -> bool:
    """The cluster answers; nobody has told the state of it yet."""
    return place.machine.kubeconfig(CLUSTER).exists()


def in_use(place: Laptop) -> bool:
    """Something is on the cluster."""
    if not whole(place):
        return False
    found = place.kubectl(STACK).run("get", "namespaces", "-l", "ml-platform/team", "-o", "name")
    return bool(found.stdout)


def killed(place: Laptop, verb: str, moment: Callable[[Laptop], bool]) -> None:
    """Run a command, and kill its engine with signal 9 as soon as the moment has come."""
    with place.project.running(verb, "--stack", STACK, "--yes") as running:
        deadline = time.monotonic() + SECONDS
        while not moment(place) or (engine := engine_of(place.project)) is None:
            assert running.poll() is None, "it ended before the moment came"
            assert time.monotonic() < deadline
            time.sleep(0.01)
        os.kill(engine, signal.SIGKILL)
        said = "".join(running.communicate(timeout=SECONDS))
    assert running.returncode == 3, said
    assert "Traceback" not in said


FULL = pytest.mark.fire


@pytest.mark.parametrize(
    "moment", [pytest.param(begun, marks=FULL), whole, pytest.param(in_use, marks=FULL)]
)
def test_an_up_that_is_killed_while_there_is_half_a_cluster_goes_on(
    place: Laptop, moment: Callable[[Laptop], bool]
) -> None:
    killed(place, "up", moment)
    assert place.project.outcome("up", STACK, "--yes")["result"] == "succeeded"
    assert plain_secrets(place) == []
    assert place.project.outcome("preview", STACK, "--expect-no-changes")["changes"] == {}
    assert namespaces(place.kubectl(STACK)) >= {"ads", "fraud"}
    place.project.outcome("destroy", STACK, "--yes")
    assert nothing_left(place)


def test_a_destroy_after_a_killed_up_leaves_nothing_of_half_a_cluster(place: Laptop) -> None:
    killed(place, "up", begun)
    place.project.outcome("destroy", STACK, "--yes")
    assert nothing_left(place)


def test_a_command_that_is_killed_with_its_engine_at_work_is_gone_on_with(place: Laptop) -> None:
    with place.project.running("up", "--stack", STACK, "--yes") as running:
        deadline = time.monotonic() + SECONDS
        while not begun(place):
            assert running.poll() is None, "it ended before the moment came"
            assert time.monotonic() < deadline
            time.sleep(0.01)
        running.kill()
    assert place.project.outcome("up", STACK, "--yes")["result"] == "succeeded"
    assert place.project.outcome("preview", STACK, "--expect-no-changes")["changes"] == {}


def test_a_cluster_that_somebody_else_made_is_left_alone_and_said_in_our_words(
    place: Laptop,
) -> None:
    theirs = place.machine.folder / "clusters" / CLUSTER
    theirs.mkdir(parents=True)
    outcome = place.project.outcome("up", STACK, "--yes", code=3)
    [said] = [each["text"] for each in outcome["messages"] if "cluster-nodes" in str(each["urn"])]
    assert said.startswith(f"kind has a cluster {CLUSTER} already")
    assert theirs.exists()
    theirs.rmdir()


def test_two_stacks_are_made_and_removed_at_once(place: Laptop) -> None:
    place.add("second", api_port=26444, ports=[30081])
    for verb in ("up", "destroy"):
        with (
            place.project.running(verb, "--stack", STACK, "--yes") as one,
            place.project.running(verb, "--stack", "second", "--yes") as other,
        ):
            said = [each.communicate(timeout=2 * SECONDS) for each in (one, other)]
            assert [one.returncode, other.returncode] == [0, 0], said
        if verb == "up":
            assert place.machine.clusters == {CLUSTER, cluster_of("second")}
            assert namespaces(place.kubectl("second")) >= {"ads", "fraud"}
    assert nothing_left(place)


def test_the_same_stack_is_made_once_however_often_it_is_asked_for_at_once(place: Laptop) -> None:
    with (
        place.project.running("up", "--stack", STACK, "--yes") as one,
        place.project.running("up", "--stack", STACK, "--yes") as other,
    ):
        said = ["".join(each.communicate(timeout=2 * SECONDS)) for each in (one, other)]
        assert [one.returncode, other.returncode] == [0, 0], said
    assert sum("no changes" in each for each in said) == 1
    assert sum("waiting for" in each for each in said) >= 1
