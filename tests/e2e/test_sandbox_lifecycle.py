"""A sandbox starts, is mended, stops and goes."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest

from operations.errors import UserError
from operations.sandbox import TOOLS, Sandbox, same_cluster, status
from operations.sandbox.record import port_is_free
from tests.e2e.cluster import a_spec, eventually
from tests.e2e.lab import Lab
from tests.e2e.manifests import namespace, pod

pytestmark = pytest.mark.e2e


def test_from_nothing_to_ready_nodes_and_again_at_once(
    fresh: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = time.monotonic()
    first = fresh.start()
    cold = time.monotonic() - begun
    begun = time.monotonic()
    assert fresh.start() == first
    warm = time.monotonic() - begun
    there = status(fresh.directory)
    assert there
    assert (there.running, there.nodes_ready) == (True, 4)
    memory = sum(server.memory or 0 for server in there.servers) // 2**20
    with capsys.disabled():
        sys.stdout.write(f"\n  cold {cold:.2f} s, warm {warm:.3f} s, {memory} MiB\n")
    assert cold < 60
    assert warm < 2


def test_stop_leaves_no_process_and_start_brings_the_same_cluster_back(lab: Lab) -> None:
    before = lab.start()
    lab.kubectl().apply(namespace("kept"))
    begun = time.monotonic()
    assert lab.stop()
    assert time.monotonic() - begun < 20
    assert lab.processes() == set()
    there = status(lab.directory)
    assert there
    assert (there.stopped, there.api) == (True, "silent")
    assert port_is_free(there.port)
    assert not lab.stop()
    assert not same_cluster(lab.directory)
    assert lab.start() == before
    assert same_cluster(lab.directory)
    lab.kubectl()("get", "namespace", "kept")
    lab.kubectl().apply(pod("kept", "after"))
    lab.kubectl()("-n", "kept", "wait", "--for=condition=Ready", "pod/after", "--timeout=30s")


def test_a_client_that_keeps_watching_does_not_hold_up_a_stop(lab: Lab) -> None:
    lab.start()
    watching = subprocess.Popen(
        [lab.tools["kubectl"], f"--kubeconfig={lab.directory}/kubeconfig", "get", "ns", "-w"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert watching.stdout
        watching.stdout.readline()
        begun = time.monotonic()
        lab.stop()
        assert time.monotonic() - begun < 20
    finally:
        watching.kill()
        watching.communicate()


@pytest.mark.parametrize("victim", TOOLS)
def test_a_server_that_is_killed_is_reported_and_started_again_on_the_same_data(
    lab: Lab, victim: str
) -> None:
    before = lab.start()
    lab.kubectl().apply(namespace("durable"))
    os.kill(lab.pids()[victim], signal.SIGKILL)
    eventually(lambda: victim not in lab.pids(), 5)
    there = status(lab.directory)
    assert there
    assert (there.running, there.missing) == (False, (victim,))
    assert lab.start() == before
    assert set(lab.pids()) == set(TOOLS)
    assert lab.processes() == set(lab.pids().values())
    name = f"after-{victim}"
    lab.kubectl().apply(pod("durable", name))
    lab.kubectl()("-n", "durable", "wait", "--for=condition=Ready", f"pod/{name}", "--timeout=60s")


def test_two_starts_at_once_make_one_sandbox(fresh: Lab) -> None:
    made: list[Sandbox] = []
    threads = [threading.Thread(target=lambda: made.append(fresh.start())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert made == [made[0]] * 3
    assert fresh.processes() == set(fresh.pids().values())
    assert len(fresh.pids()) == len(TOOLS)


@pytest.mark.parametrize("seconds", [0.1, 1.0, 2.5])
def test_a_start_that_is_killed_leaves_nothing_that_the_next_does_not_know(
    fresh: Lab, seconds: float
) -> None:
    script = (
        "import sys; from pathlib import Path; from operations.progress import Steps\n"
        "from operations.sandbox import start; from tests.e2e.cluster import a_spec\n"
        "tools = {path.name: path for path in map(Path, sys.argv[2:])}\n"
        "print('on', flush=True); start(Path(sys.argv[1]), a_spec('lab'), tools, Steps())"
    )
    starting = subprocess.Popen(
        [sys.executable, "-c", script, fresh.directory, *fresh.tools.values()],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert starting.stdout
    starting.stdout.readline()
    time.sleep(seconds)
    starting.kill()
    starting.communicate()
    fresh.start()
    assert fresh.processes() == set(fresh.pids().values())
    assert len(fresh.pids()) == len(TOOLS)


def test_nodes_follow_the_spec_and_pods_leave_a_node_that_goes(lab: Lab) -> None:
    lab.start()
    kubectl = lab.kubectl()
    kubectl.apply(namespace("moving"))
    kubectl.apply(pod("moving", "on-gpu", nodeName="gpu-0"), pod("moving", "on-general"))
    kubectl("-n", "moving", "wait", "--for=condition=Ready", "pod", "--all", "--timeout=30s")
    general, gpu = a_spec().pools
    larger = replace(general, min=4, max=4)
    stronger = replace(gpu, shape=replace(gpu.shape, gpu=8))
    lab.start(a_spec("lab", pools=(larger, stronger)))
    nodes = {node["metadata"]["name"]: node for node in kubectl.json("get", "nodes")["items"]}
    assert set(nodes) == {"general-0", "general-1", "general-2", "general-3", "gpu-0"}
    assert nodes["gpu-0"]["status"]["allocatable"]["nvidia.com/gpu"] == "8"
    left = kubectl("-n", "moving", "get", "pods", "-o", "jsonpath={.items[*].metadata.name}")
    assert left == "on-general"
    lab.start()
    assert "gpu-0" in kubectl("get", "nodes")
    assert "general-3" not in kubectl("get", "nodes")


def test_a_node_that_the_api_refuses_is_a_fault_in_the_api_s_words(lab: Lab) -> None:
    before = lab.start()
    general, gpu = a_spec().pools
    odd = replace(gpu, labels={"purpose": "not a label value!"})
    with pytest.raises(UserError, match="not a label value"):
        lab.start(a_spec("lab", pools=(general, odd)))
    assert lab.start() == before


def test_an_address_plan_that_changes_is_refused_and_nothing_is_touched(lab: Lab) -> None:
    before = lab.start()
    changed = a_spec("lab", services=ip_network("10.50.0.0/16"))
    with pytest.raises(UserError, match=r"services 10\.96\.0\.0/16.*10\.50\.0\.0/16"):
        lab.start(changed)
    assert lab.start() == before


def test_a_sandbox_whose_data_are_lost_is_not_taken_for_the_old_one(fresh: Lab) -> None:
    fresh.start()
    fresh.stop()
    shutil.rmtree(fresh.directory / "data")
    with pytest.raises(UserError, match="has lost its data"):
        fresh.start()
    assert not same_cluster(fresh.directory)
    with pytest.raises(UserError, match="has lost its data"):
        fresh.start()


def test_a_program_that_ends_at_once_is_named_with_its_last_words(
    fresh: Lab, tmp_path: Path
) -> None:
    broken = tmp_path / "etcd"
    broken.write_text("#!/bin/sh\necho no room on the disk\nexit 1\n")
    broken.chmod(0o700)
    lame = Lab(directory=fresh.directory, tools=dict(fresh.tools) | {"etcd": broken})
    begun = time.monotonic()
    with pytest.raises(UserError, match=r"etcd has ended(.|\n)*no room on the disk"):
        lame.start()
    assert time.monotonic() - begun < 10
    fresh.start()


def test_remove_takes_everything_and_refuses_what_is_no_sandbox(fresh: Lab) -> None:
    fresh.start()
    (fresh.directory / "engine").mkdir()
    (fresh.directory / "engine" / "state.json").write_text("{}")
    assert fresh.remove()
    assert not fresh.directory.exists()
    assert fresh.processes() == set()
    assert status(fresh.directory) is None
    assert not fresh.remove()
    fresh.directory.mkdir()
    (fresh.directory / "thesis.txt").write_text("years of work")
    with pytest.raises(UserError, match="is not a sandbox"):
        fresh.remove()
    (fresh.directory / "thesis.txt").unlink()
