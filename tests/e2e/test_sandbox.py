"""The sandbox is a Kubernetes cluster, but for what it says it simulates."""

import pytest

from tests.e2e.cluster import Kubectl

pytestmark = pytest.mark.e2e


def test_all_nodes_are_ready(kubectl: Kubectl) -> None:
    nodes = kubectl.json("get", "nodes")["items"]
    ready = {
        node["metadata"]["name"]
        for node in nodes
        for condition in node["status"]["conditions"]
        if condition["type"] == "Ready" and condition["status"] == "True"
    }
    assert ready == {"general-0", "general-1", "general-2", "gpu-0"}
