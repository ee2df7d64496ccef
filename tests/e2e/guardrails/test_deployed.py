"""The policies themselves: understood, cheap enough, and no burden to Kubernetes."""

from collections import Counter
from copy import deepcopy

import pytest

from assurance.graph.values import SYSTEM_NAMESPACES
from assurance.guardrails import Outcome, evaluate, judge, labels_of
from assurance.guardrails.rules import kubernetes
from tests.assurance.guardrails.dry_run import Server
from tests.assurance.guardrails.samples import Manifest, pod, wrapped
from tests.e2e.cluster import Kubectl, eventually
from tests.e2e.guardrails.guarded import (
    RULES,
    say,
)

pytestmark = pytest.mark.e2e


def test_no_expression_puzzles_the_api_server(server: Server, kubectl: Kubectl) -> None:
    """Its type checker warns of expressions that would break for a kind they match."""
    assert server

    def listed() -> list[Manifest]:
        items: list[Manifest] = kubectl.json("get", "validatingadmissionpolicies")["items"]
        return items

    eventually(lambda: all("typeChecking" in item.get("status", {}) for item in listed()))
    warnings = {
        item["metadata"]["name"]: item["status"]["typeChecking"].get("expressionWarnings")
        for item in listed()
    }
    assert len(warnings) > 10
    assert {name: found for name, found in warnings.items() if found} == {}


def test_large_objects_are_judged_within_the_api_server_s_budget(server: Server) -> None:
    """CEL has a budget; what overruns it is refused, however good it is."""
    made = wrapped("Deployment", pod())
    spec = made["spec"]["template"]["spec"]
    example = spec["containers"][0]
    spec["containers"] = [
        {
            **deepcopy(example),
            "name": f"c{number}",
            "ports": [{"containerPort": 1000 + 10 * number + port} for port in range(10)],
        }
        for number in range(100)
    ]
    spec["volumes"] = [{"name": f"v{number}", "emptyDir": {}} for number in range(200)]
    answer = server.create(made, "guardrails-team")
    assert answer.accepted, answer.message
    spec["containers"][99]["image"] = "nginx"
    assert server.create(made, "guardrails-team").refused_by == "images-have-a-version"


def test_what_kubernetes_makes_itself_is_left_alone(server: Server, kubectl: Kubectl) -> None:
    """Its own roles have wildcards, and one binding is to cluster-admin: those, and no others."""
    assert server
    kinds = "clusterroles,clusterrolebindings,roles,rolebindings,namespaces,configmaps,services"
    listed = kubectl.json("get", kinds, "--all-namespaces")["items"]
    labels = labels_of(item for item in listed if item["kind"] == "Namespace")
    own = [item for item in listed if is_kubernetes_own(item)]
    verdicts = {
        (rule.name, item["kind"], item["metadata"]["name"]): judge(rule, item, labels).outcome
        for item in own
        for rule in RULES
        if evaluate(rule, item).outcome is not Outcome.OUT_OF_SCOPE
    }
    say(Counter(verdicts.values()))
    assert Counter(verdicts.values())[Outcome.ACCEPTED] > 300
    assert set(verdicts.values()) == {Outcome.ACCEPTED, Outcome.OUT_OF_SCOPE}
    needed = {
        (item["kind"], item["metadata"]["name"])
        for item in own
        for rule in RULES
        if item["kind"].startswith("Cluster") and evaluate(rule, item).outcome is Outcome.REFUSED
    }
    assert needed == {
        *(("ClusterRole", name) for name in kubernetes.ROLES),
        *(("ClusterRoleBinding", name) for name in kubernetes.BINDINGS),
    }


def is_kubernetes_own(item: Manifest) -> bool:
    metadata, places = item["metadata"], {*SYSTEM_NAMESPACES, "default"}
    booted = "kubernetes.io/bootstrapping" in metadata.get("labels", {})
    name = metadata["name"] if item["kind"] == "Namespace" else metadata.get("namespace")
    return booted or name in places
