"""A stack on a real kind cluster: its containers run, its Services answer, its limits bite."""

import os
import signal
import time
import urllib.request
from typing import Any

import pytest

from assurance.graph.values import bytes_of
from tests.e2e.cluster import Kubectl, eventually
from tests.e2e.laptop import cluster_of
from tests.e2e.processes import engine_of
from tests.e2e.project import namespaces, short
from tests.kind import machine
from tests.kind.conftest import Place
from tests.kind.talking import Pod, a_pod, heard, loading, pods

pytestmark = pytest.mark.kind

STACK = "kind"
CLUSTER = cluster_of(STACK)
GRAFANA = 30080


def up(place: Place) -> dict[str, Any]:
    """Deploy, while somebody else brings the teams' images to the nodes."""
    with loading(CLUSTER):
        return place.project.outcome("up", STACK, "--yes")


def body(kubectl: Kubectl, pod: Pod, url: str) -> str | None:
    return heard(kubectl, {pod: [url]})[pod, url]


def test_a_stack_lives_on_real_kind_and_leaves_nothing(place: Place) -> None:
    before = machine.things()
    run = place.project.outcome
    place.write(STACK)
    promised = short(run("preview", STACK))
    assert "cluster-nodes" in promised["create"]
    assert machine.things() == before

    assert short(up(place)) == promised
    assert run("preview", STACK, "--expect-no-changes")["changes"] == {}
    kubectl = place.kubectl(STACK)
    _nodes_offer_what_was_promised(kubectl)
    _services_answer_those_who_need_them(kubectl)
    _what_is_not_allowed_is_refused(kubectl)
    _a_node_port_answers_on_this_machine_alone(kubectl)
    assert short(run("refresh", STACK)) == {}
    assert run("preview", STACK, "--expect-no-changes")["changes"] == {}

    machine.output("kind", "delete", "cluster", "--name", CLUSTER)
    run("refresh", STACK)
    again = short(run("preview", STACK))
    assert {"ads-deployment-shop", "cluster-nodes"} <= set(again["create"])
    _killed_while_containers_start(place)
    up(place)
    assert run("preview", STACK, "--expect-no-changes")["changes"] == {}
    assert namespaces(place.kubectl(STACK)) >= {"ads", "fraud"}

    run("destroy", STACK, "--yes")
    assert machine.things() == before


def _nodes_offer_what_was_promised(kubectl: Kubectl) -> None:
    """Exactly that: what the capacity proof counts with is what the scheduler has."""
    nodes = kubectl.json("get", "nodes")["items"]
    offers = [node["status"]["allocatable"] for node in nodes]
    shapes = {(each["cpu"], bytes_of(each["memory"]), each["pods"]) for each in offers}
    assert shapes == {("2", bytes_of("4Gi"), "110")}
    pools = [node["metadata"]["labels"].get("ml-platform/pool") for node in nodes]
    assert sorted(pool for pool in pools if pool) == ["general", "general", "gpu"]
    [gpu] = (each for each, pool in zip(offers, pools, strict=True) if pool == "gpu")
    assert gpu["nvidia.com/gpu"] == "2"


def _services_answer_those_who_need_them(kubectl: Kubectl) -> None:
    kubectl.apply(a_pod("ads", "stray"))
    kubectl("wait", "--for=condition=Ready", "pod/stray", "-n", "ads", "--timeout=60s")
    here = {pod.end: pod for pod in pods(kubectl, ("ads", "fraud"))}
    shop, api, stray = here["ads/shop"], here["fraud/api"], here["ads/*"]
    of_api, of_shop = "http://api.fraud:8080/", "http://shop.ads:8080/"
    assert body(kubectl, shop, of_api) == f"talk {api.name}"
    assert body(kubectl, stray, of_shop) == f"talk {shop.name}"
    assert body(kubectl, stray, of_api) is None, "only shop needs it"
    assert body(kubectl, api, of_shop) is None, "nobody needs it"
    kubectl("delete", "pod", "stray", "-n", "ads")


def _what_is_not_allowed_is_refused(kubectl: Kubectl) -> None:
    bare: dict[str, Any] = a_pod("ads", "bare")
    bare["spec"].pop("securityContext")
    said = kubectl.refused("apply", "-f", "-", manifests=[bare])
    assert 'violates PodSecurity "restricted' in said
    many = [a_pod("ads", f"many{number}") for number in range(6)]
    for pod in many:
        whole = {"cpu": "1", "memory": "64Mi"}
        pod["spec"]["containers"][0]["resources"] = {"requests": whole, "limits": whole}
    said = kubectl.refused("apply", "-f", "-", manifests=many)
    assert "exceeded quota: quota" in said
    kubectl("delete", "pods", "-n", "ads", "-l", "!ml-platform/workload", "--wait=true")


def _a_node_port_answers_on_this_machine_alone(kubectl: Kubectl) -> None:
    ports = [{"port": 80, "targetPort": 8080, "nodePort": GRAFANA}]
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "front", "namespace": "default"},
        "spec": {"type": "NodePort", "selector": {"app": "front"}, "ports": ports},
    }
    kubectl.apply(a_pod("default", "front", app="front"), service)
    kubectl("wait", "--for=condition=Ready", "pod/front", "--timeout=60s")
    eventually(lambda: _get(f"http://127.0.0.1:{GRAFANA}/") == "talk front")
    listening = machine.output("docker", "ps", "--format", "{{.Ports}}")
    published = [part for part in listening.replace(",", " ").split() if "->" in part]
    assert published
    assert all(part.startswith("127.0.0.1:") for part in published)
    kubectl("delete", "service/front", "pod/front")


def _get(url: str) -> str | None:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            text: bytes = answer.read()
    except OSError:
        return None
    return text.decode()


def _killed_while_containers_start(place: Place) -> None:
    with place.project.running("up", "--stack", STACK, "--yes") as running:
        deadline = time.monotonic() + 300
        label = f"label=io.x-k8s.kind.cluster={CLUSTER}"
        while not machine.output("docker", "ps", "--quiet", "--filter", label):
            assert running.poll() is None, "it ended before the moment came"
            assert time.monotonic() < deadline
        engine = engine_of(place.project)
        assert engine
        os.kill(engine, signal.SIGKILL)
        said = "".join(running.communicate(timeout=300))
    assert running.returncode == 3, said
