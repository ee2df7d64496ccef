"""The gate against a scripted API server: what it asks, when it stops, what it says."""

import asyncio
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml

from components.readiness import waiting
from components.readiness.cluster import Cluster, ClusterError, connect, label_selector
from components.readiness.interruption import INTERRUPTED
from components.readiness.workload import WorkloadRef

DATA = Path(__file__).parent / "data" / "readiness"
Answer = httpx2.Response | Exception
CANARY = "canary-4711"


def recorded(scene: str) -> Any:
    return json.loads((DATA / f"{scene}.json").read_text())


def ref(name: str, kind: Any = "Deployment", namespace: str = "fraud") -> WorkloadRef:
    return WorkloadRef(kind=kind, namespace=namespace, name=name, fingerprint="f")


def named(scene: str, name: str) -> Any:
    live = recorded(scene)
    live["metadata"]["name"] = name
    return live


def listing(*objects: Any) -> httpx2.Response:
    return httpx2.Response(200, json={"metadata": {"resourceVersion": "7"}, "items": list(objects)})


def stream(*events: tuple[str, Any]) -> httpx2.Response:
    lines = "".join(json.dumps({"type": kind, "object": live}) + "\n" for kind, live in events)
    return httpx2.Response(200, text=lines)


class Server:
    """Answers lists, watches, pods and events from scripts; the last answer of a script repeats."""

    def __init__(self, **scripts: list[Answer]) -> None:
        self.scripts = scripts
        self.asked: list[str] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        plural = request.url.path.rsplit("/", 1)[-1]
        what = f"watch_{plural}" if "watch" in request.url.params else plural
        self.asked.append(what)
        script = self.scripts.get(what, [listing()])
        answer = script.pop(0) if len(script) > 1 else script[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx2.Response(answer.status_code, content=answer.content)

    def wait(self, *workloads: WorkloadRef, seconds: float = 0.3) -> None:
        async def run() -> None:
            transport = httpx2.MockTransport(self)
            async with httpx2.AsyncClient(transport=transport, base_url="http://x") as http:
                gate = waiting._Gate(cluster=Cluster(http), workloads=workloads, seconds=seconds)
                await gate.wait()

        asyncio.run(run())

    def fail(self, *workloads: WorkloadRef, seconds: float = 0.3) -> str:
        with pytest.raises(waiting.NotReady) as caught:
            self.wait(*workloads, seconds=seconds)
        return str(caught.value)


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    for constant, value in {"SLICE": 0.05, "PAUSE": 0.01, "GRACE": 0.1}.items():
        monkeypatch.setattr(waiting, constant, value)


READY, ROLLING = named("deployment-ready", "api"), named("deployment-rolling", "api")


def test_ready_workloads_cost_one_list_per_kind_and_namespace_and_no_watch() -> None:
    server = Server(deployments=[listing(READY, named("deployment-of-none", "b"))])
    server.wait(ref("api"), ref("b"), ref("api", namespace="risk"), ref("gone", kind="Job"))
    assert server.asked == ["deployments", "deployments", "jobs"]


def test_no_workloads_need_no_cluster() -> None:
    asyncio.run(waiting.wait_until_ready("not a kubeconfig", None, (), 1))


def test_a_watch_ends_the_wait_before_its_slice_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "SLICE", 60)
    server = Server(
        deployments=[listing(ROLLING), listing(READY)],
        watch_deployments=[stream(("MODIFIED", ROLLING), ("MODIFIED", READY), ("MODIFIED", READY))],
    )
    server.wait(ref("api"), seconds=60)
    assert server.asked == ["deployments", "watch_deployments", "deployments"]


def test_the_time_of_a_watch_that_is_over_ends_nothing_else() -> None:
    class Slow(Server):
        def __call__(self, request: httpx2.Request) -> httpx2.Response:
            if self.asked[-1:] == ["watch_deployments"]:
                time.sleep(2 * waiting.SLICE)  # a busy program: nothing else of the loop gets on
            return super().__call__(request)

    server = Slow(
        deployments=[listing(ROLLING), listing(ROLLING), listing(READY)],
        watch_deployments=[stream(("MODIFIED", READY)), stream()],
    )
    server.wait(ref("api"), seconds=60)
    assert server.asked.count("deployments") == 3


def test_readiness_is_never_taken_from_a_watch_alone() -> None:
    server = Server(deployments=[listing(ROLLING)], watch_deployments=[stream(("MODIFIED", READY))])
    assert "1 of 1 workloads are not ready after 0.3 s" in server.fail(ref("api"))


@pytest.mark.parametrize(
    "hiccup",
    [
        stream(("ERROR", {"kind": "Status", "code": 410})),
        httpx2.Response(500),
        httpx2.ReadError("reset"),
        httpx2.ConnectError("refused"),
    ],
)
def test_a_watch_that_breaks_is_begun_again(hiccup: Answer) -> None:
    server = Server(
        deployments=[listing(ROLLING), listing(ROLLING), listing(READY)],
        watch_deployments=[hiccup, stream()],
    )
    server.wait(ref("api"), seconds=5)


@pytest.mark.parametrize("hiccup", [httpx2.ConnectError("no"), httpx2.Response(503)])
def test_a_silent_cluster_is_asked_again(hiccup: Answer) -> None:
    Server(deployments=[hiccup, hiccup, listing(READY)]).wait(ref("api"), seconds=5)


def test_a_cluster_that_stays_silent_is_an_error_after_the_timeout() -> None:
    message = Server(deployments=[httpx2.ConnectError("no route")]).fail(ref("api"))
    assert message == "the cluster does not answer: ConnectError: no route"


def test_a_forbidden_list_is_an_error_at_once_that_names_the_path() -> None:
    with pytest.raises(
        ClusterError, match=r"may not read /apis/apps/v1/namespaces/fraud/depl.*403"
    ):
        Server(deployments=[httpx2.Response(403)]).wait(ref("api"), seconds=60)


def test_an_unschedulable_workload_fails_at_the_timeout_with_pod_reason_and_remedy() -> None:
    server = Server(
        deployments=[listing(READY, named("deployment-rolling", "stuck"))],
        pods=[listing(*recorded("pods-unschedulable"))],
    )
    message = server.fail(ref("api"), ref("stuck"))
    assert message.startswith("1 of 2 workloads are not ready after 0.3 s:\nDeployment fraud/stuck")
    assert re.search(r"pods stuck-\w+-\w+, .* cannot be scheduled: 0/2 nodes", message)
    assert "api:" not in message


def test_a_lasting_refusal_fails_long_before_the_timeout() -> None:
    over = named("deployment-over-quota", "api")
    message = Server(deployments=[listing(over)]).fail(ref("api"), seconds=60)
    assert "are not ready and will not be" in message
    assert "exceeded quota: no-more" in message


def test_a_refusal_while_the_workload_gets_on_is_waited_out() -> None:
    scenes = []
    for step in range(8):
        over = named("deployment-over-quota", "api")
        over["status"]["updatedReplicas"] = step
        scenes.append(listing(over))
    Server(deployments=[*scenes, listing(READY)]).wait(ref("api"), seconds=60)


def test_a_failed_job_fails_at_once() -> None:
    server = Server(jobs=[listing(named("job-failed", "train"))])
    message = server.fail(ref("train", kind="Job"), seconds=60)
    assert "Job fraud/train: failed: Job has reached the specified backoff limit" in message


def test_a_workload_that_is_not_there_is_an_error_but_a_finished_job_may_be_gone() -> None:
    message = Server().fail(ref("api"), ref("train", kind="Job"), seconds=60)
    assert "Deployment fraud/api: it is not on the cluster" in message
    assert "train" not in message


def test_reasons_that_cannot_be_read_do_not_hide_the_failure() -> None:
    server = Server(deployments=[listing(ROLLING)], pods=[httpx2.Response(500)])
    assert "its pods cannot be read: /api/v1/namespaces/fraud/pods answers 500" in server.fail(
        ref("api")
    )


def kubeconfig(**user: Any) -> dict[str, Any]:
    return {
        "current-context": "here",
        "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:1"}}],
        "contexts": [
            {"name": "here", "context": {"cluster": "c", "user": "u"}},
            {"name": "lost", "context": {"cluster": "nowhere", "user": "u"}},
        ],
        "users": [{"name": "u", "user": {"token": CANARY, **user}}],
    }


def without(key: str) -> Callable[[dict[str, Any]], None]:
    return lambda config: config.pop(key)


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("", None),
        (CANARY, None),
        (f"{{{CANARY}", None),
        (f"[{CANARY}]", None),
        (yaml.dump(kubeconfig()), "elsewhere"),
        (yaml.dump(kubeconfig()), "lost"),
        (yaml.dump(kubeconfig(**{"client-certificate": CANARY})), None),
        (yaml.dump(kubeconfig() | {"users": [CANARY]}), None),
    ],
)
def test_a_kubeconfig_that_cannot_be_used_is_an_error_without_its_text(
    text: str, context: str | None
) -> None:
    with pytest.raises(ClusterError, match="kubeconfig") as caught:
        asyncio.run(waiting.wait_until_ready(text, context, (ref("api"),), 1))
    assert CANARY not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None or caught.value.__suppress_context__


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
def test_a_credential_plugin_is_run_and_told_which_version_is_spoken(
    version: str, tmp_path: Path
) -> None:
    said = tmp_path / "said.json"
    script = (
        f'printf "%s" "$KUBERNETES_EXEC_INFO" > {said}; printf %s \'{{"status":{{"token":"t"}}}}\''
    )
    plugin = {
        "apiVersion": f"client.authentication.k8s.io/{version}",
        "command": "/bin/sh",
        "args": ["-c", script],
    }
    config = kubeconfig(exec=plugin)
    del config["users"][0]["user"]["token"]

    async def first_request() -> None:
        async with connect(yaml.dump(config), None) as cluster:
            await cluster.snapshot("Deployment", "fraud")

    with pytest.raises(Exception, match="ConnectError"):
        asyncio.run(first_request())
    assert json.loads(said.read_text())["apiVersion"] == plugin["apiVersion"]


def test_label_selectors_are_spelled_as_in_a_query() -> None:
    selector = {
        "matchLabels": {"app": "a"},
        "matchExpressions": [
            {"key": "tier", "operator": "In", "values": ["x", "y"]},
            {"key": "env", "operator": "NotIn", "values": ["test"]},
            {"key": "team", "operator": "Exists"},
            {"key": "old", "operator": "DoesNotExist"},
        ],
    }
    assert label_selector(selector) == "app=a,tier in (x,y),env notin (test),team,!old"


def test_an_interrupt_ends_the_wait_long_before_the_timeout() -> None:
    INTERRUPTED.set()
    try:
        message = Server(deployments=[listing(ROLLING)]).fail(ref("api"), seconds=60)
    finally:
        INTERRUPTED.clear()
    assert message == "interrupted: 1 workloads were not ready yet"
