"""Pods that say who they are, and what each of them hears from the others."""

import json
import subprocess
import threading
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.e2e.cluster import Kubectl
from tests.kind.images import TALK, run

_AGAIN = 2
"""Seconds."""


@contextmanager
def loading(cluster: str) -> Iterator[None]:
    """Put the image on every node while `up` waits for it.

    Again and again, because nodes come one by one, and those that a killed `up` has left behind
    take the image as well before they go.
    """
    ended = threading.Event()

    def load() -> bool:
        while True:
            held = _held_by_every_node(cluster)
            if ended.wait(_AGAIN):
                return held

    with ThreadPoolExecutor(1) as pool:
        loader = pool.submit(load)
        try:
            yield
        finally:
            ended.set()
    assert loader.result(), f"the nodes of {cluster} do not take the image"


def _held_by_every_node(cluster: str) -> bool:
    try:
        run("kind", "load", "docker-image", TALK, "--name", cluster)
    except subprocess.CalledProcessError:
        return False
    return True


@dataclass(frozen=True, kw_only=True, slots=True)
class Pod:
    """One pod that talks."""

    namespace: str
    workload: str
    """`*` for one that belongs to no workload of the platform's."""
    name: str
    address: str

    @property
    def end(self) -> str:
        return f"{self.namespace}/{self.workload}"


def pods(kubectl: Kubectl, namespaces: Iterable[str]) -> list[Pod]:
    """Every running pod of some namespaces."""
    found = []
    for namespace in namespaces:
        for item in kubectl.json("get", "pods", "-n", namespace)["items"]:
            if "deletionTimestamp" in item["metadata"] or item["status"]["phase"] != "Running":
                continue
            labels = item["metadata"].get("labels") or {}
            found.append(
                Pod(
                    namespace=namespace,
                    workload=labels.get("ml-platform/workload", "*"),
                    name=item["metadata"]["name"],
                    address=item["status"]["podIP"],
                )
            )
    return found


Heard = dict[tuple[Pod, str], str | None]
"""By asking pod and URL, the body of the answer; None where nobody answered."""


def heard(
    kubectl: Kubectl, asked: Mapping[Pod, Iterable[str]]
) -> dict[tuple[Pod, str], str | None]:
    """By asking pod and URL, the body of the answer; None where nobody answered."""

    def ask(pod: Pod, urls: Iterable[str]) -> dict[str, str | None]:
        words = ("exec", "-n", pod.namespace, pod.name, "--", "/talk", "ask", *urls)
        answers: dict[str, str | None] = json.loads(kubectl(*words))
        return answers

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda item: ask(*item), asked.items()))
    return {
        (pod, url): body
        for pod, said in zip(asked, answers, strict=True)
        for url, body in said.items()
    }


def a_pod(namespace: str, name: str, **labels: str) -> dict[str, Any]:
    """A pod by hand, as Pod Security `restricted` wants it."""
    container = {
        "name": "talk",
        "image": TALK,
        "env": [{"name": "TALK_PORTS", "value": "8080"}],
        "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        },
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "spec": {
            "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [container],
            "terminationGracePeriodSeconds": 0,
        },
    }
