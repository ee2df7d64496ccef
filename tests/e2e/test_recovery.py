"""The engine is killed at any moment; the next command goes on from there, nothing is left over."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.cluster import Kubectl
from tests.e2e.processes import engine_of
from tests.e2e.project import Project, namespaces, project
from tests.e2e.two_teams import PLATFORM

pytestmark = pytest.mark.e2e

STACK = "killed"
NAMES = ("ads", "fraud", "risk", "search")
API = {"image": "registry.example.com/api:1.0.0", "ports": [8080]}
TEAMS: dict[str, Any] = {name: {"workloads": {"api": API}} for name in NAMES}


@pytest.fixture
def place(tools: Mapping[str, Path], tmp_path: Path) -> Iterator[Project]:
    """A project whose sandbox runs, and whose stack has never been deployed."""
    with project(tmp_path, tools["kubectl"]) as made:
        made.write(STACK, {"platform": PLATFORM, "teams": TEAMS})
        started = made.mlp("sandbox", "start", "--stack", STACK)
        assert started.returncode == 0, started.stderr
        yield made


def killed(place: Project, verb: str, moment: Callable[[Kubectl], bool]) -> None:
    """Run a command, and kill the engine with signal 9 as soon as the moment has come."""
    kubectl = place.kubectl(STACK)
    with place.running(verb, "--stack", STACK) as running:
        deadline = time.monotonic() + 120
        while not moment(kubectl) or (engine := engine_of(place)) is None:
            assert running.poll() is None, "it ended before the moment came"
            assert time.monotonic() < deadline
        os.kill(engine, signal.SIGKILL)
        said = "".join(running.communicate(timeout=120))
    assert running.returncode == 3, said
    assert "Traceback" not in said


def count(kubectl: Kubectl, kind: str) -> int:
    found = kubectl.run("get", kind, "-A", "-l", "ml-platform/team", "-o", "name")
    return len(found.stdout.split())


MOMENTS: dict[str, Callable[[Kubectl], bool]] = {
    "the first namespace is there": lambda kubectl: count(kubectl, "namespaces") > 0,
    "some policies are there": lambda kubectl: count(kubectl, "networkpolicies") > 2,
    "the first workload is there": lambda kubectl: count(kubectl, "deployments") > 0,
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_an_up_that_is_killed_goes_on_where_it_was(place: Project, moment: str) -> None:
    killed(place, "up", MOMENTS[moment])
    assert place.outcome("up", STACK)["result"] == "succeeded"
    assert place.outcome("preview", STACK, "--expect-no-changes")["changes"] == {}
    kubectl = place.kubectl(STACK)
    assert count(kubectl, "deployments") == len(NAMES)
    assert place.outcome("destroy", STACK)["result"] == "succeeded"
    assert namespaces(kubectl) == set()


def test_an_up_whose_command_is_killed_goes_on_where_it_was(place: Project) -> None:
    """The engine loses the keeper of its state, and cannot write down what is under way."""
    kubectl, moment = place.kubectl(STACK), MOMENTS["the first workload is there"]
    with place.running("up", "--stack", STACK) as running:
        deadline = time.monotonic() + 120
        while not moment(kubectl):
            assert running.poll() is None, "it ended before the moment came"
            assert time.monotonic() < deadline
        running.kill()
    (journal,) = place.directory.rglob(f"{STACK}.journal")
    assert place.outcome("up", STACK)["result"] == "succeeded"
    assert not journal.exists()
    assert place.outcome("preview", STACK, "--expect-no-changes")["changes"] == {}
    assert count(kubectl, "deployments") == len(NAMES)


def test_a_destroy_that_is_killed_ends_with_the_next_one(place: Project) -> None:
    place.outcome("up", STACK)
    killed(place, "destroy", lambda kubectl: count(kubectl, "deployments") < len(NAMES))
    assert place.outcome("destroy", STACK)["result"] == "succeeded"
    kubectl = place.kubectl(STACK)
    assert namespaces(kubectl) == set()
    ours = ("-l", "app.kubernetes.io/managed-by=ml-platform")
    assert kubectl("get", "clusterroles", *ours, "-o", "name") == ""


def test_an_up_after_a_killed_destroy_builds_everything_again(place: Project) -> None:
    place.outcome("up", STACK)
    killed(place, "destroy", lambda kubectl: count(kubectl, "deployments") < len(NAMES))
    assert place.outcome("up", STACK)["result"] == "succeeded"
    assert place.outcome("preview", STACK, "--expect-no-changes")["changes"] == {}
    assert count(place.kubectl(STACK), "deployments") == len(NAMES)
