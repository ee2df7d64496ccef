"""The guardrails as the platform deploys them: on the sandbox, in namespaces of all sorts."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path

import pulumi

from assurance.graph.values import (
    BATCH_PRIORITY,
    DEFAULT_NAMESPACE,
    PLATFORM_PRIORITY,
    SYSTEM_NAMESPACES,
    Level,
)
from assurance.guardrails import Guardrail, to_cel
from assurance.guardrails.rules import in_force
from components.security.guardrails import Guardrails, GuardrailsArgs
from components.security.section import GuardrailsConfig
from operations.progress import Steps
from operations.sandbox import Sandbox
from operations.toolchain import ENGINE, ensure
from tests.assurance.guardrails.algebra import ALGEBRA
from tests.assurance.guardrails.dry_run import Answer, Server
from tests.assurance.guardrails.samples import Manifest, pod, wrapped
from tests.e2e.cluster import Kubectl, eventually
from tests.e2e.driven import Driver, Stage

REGISTRIES = ("registry.example.com", "docker.io")
RULES = in_force(REGISTRIES)
ON = {"guardrails-test": "on"}
"""Where every policy warns too, whatever its scope."""
TEAM, CLASS = "ml-platform/team", "ml-platform/namespace-class"
JUDGED = "guardrails-judged"
LEVELS = {level: f"guardrails-{level}" for level in ("baseline", "restricted")}


def enforced(level: str) -> dict[str, str]:
    prefix, version = "pod-security.kubernetes.io", {"-version": "v1.35", "": level}
    return {
        f"{prefix}/{mode}{suffix}": value
        for mode in ("enforce", "warn")
        for suffix, value in version.items()
    }


FRAMES: Mapping[str, Mapping[str, str]] = {
    JUDGED: ON,
    **{name: enforced(level) for level, name in LEVELS.items()},
    "guardrails-by-hand": {"team": "somebody"},
    "guardrails-labelled": {TEAM: "guardrails-labelled"},
    "guardrails-team": {TEAM: "guardrails-team", CLASS: "team", **enforced("restricted")},
    "guardrails-old-team": {TEAM: "guardrails-old-team", **enforced("baseline")},
    "guardrails-platform": {CLASS: "platform", **enforced("privileged")},
}
"""Namespaces by name, with their labels; some as people make them."""
UNCLAIMED = ("guardrails-service", "guardrails-deployment")
"""Made by hand before there were guardrails; a team may take one over."""
CLASSES = (PLATFORM_PRIORITY, BATCH_PRIORITY)
"""Of priority, that a pod may name: the API server asks for them before any policy does."""
PLACES = (*FRAMES, DEFAULT_NAMESPACE, "kube-system")
BUILT_IN = (DEFAULT_NAMESPACE, *SYSTEM_NAMESPACES)
SORTS = (*FRAMES, *BUILT_IN)


@contextmanager
def guarded(sandbox: Sandbox, kubectl: Kubectl, directory: Path) -> Iterator[Server]:
    """The API server with the guardrails in force, all of them mandatory."""
    with Steps() as steps:
        tools = ensure(ENGINE, steps)
    driver = Driver(directory / "engine", tools, sandbox.kubeconfig)
    frames = [frame(name, labels) for name, labels in FRAMES.items()]
    frames += [frame(name, {}) for name in UNCLAIMED]
    try:
        kubectl.apply(*frames, *map(priority, CLASSES))
        kubectl("label", "namespace", "default", "guardrails-test=on")
        kubectl.apply(*(worker(place) for place in SORTS))
        assert driver.run("up", deploying).changes()["create"] > 2 * len(RULES) / 3
        kubectl.apply(*warning(kubectl), *sentinel())
        with Server(sandbox.kubeconfig) as found:
            last = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "sentinel"}}
            eventually(lambda: found.create(last, JUDGED).refused)
            eventually(lambda: all(decides(found.create(good(), place)) for place in SORTS))
            yield found
    finally:
        kubectl("label", "namespace", "default", "guardrails-test-")
        for place in BUILT_IN:
            kubectl("delete", "serviceaccount", "worker", "-n", place)
        for kind in ("validatingadmissionpolicybindings", "validatingadmissionpolicies"):
            ours = "labelSelector=guardrails-test%3Don"
            kubectl("delete", "--raw", f"/apis/admissionregistration.k8s.io/v1/{kind}?{ours}")
        driver.run("destroy", lambda _: None)
        kubectl("delete", "priorityclass", *CLASSES)
        kubectl("delete", "namespace", *FRAMES, *UNCLAIMED)  # the next file makes them anew


def deploying(stage: Stage) -> None:
    """The component itself, as `Platform` makes it."""
    here = pulumi.ResourceOptions(providers={"kubernetes": stage.provider})
    config = GuardrailsConfig(registries=REGISTRIES)
    Guardrails("guardrails", GuardrailsArgs(config=config, levels={"all": Level.MANDATORY}), here)


def warning(kubectl: Kubectl) -> Iterator[Manifest]:
    """What is deployed, bound once more to warn; and the algebra's own policies."""
    for item in kubectl.json("get", "validatingadmissionpolicies")["items"]:
        yield bound(item["metadata"]["name"])
    for rule in ALGEBRA:
        made = policy_of(rule)
        yield made
        yield bound(made["metadata"]["name"])


def policy_of(rule: Guardrail) -> Manifest:
    policy = deepcopy(to_cel(rule)[0])
    policy["metadata"]["labels"] = ON
    return policy


def bound(policy: str) -> Manifest:
    scope = {"namespaceSelector": {"matchLabels": ON}}
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": f"w-{policy.removeprefix('ml-platform-')}", "labels": ON},
        "spec": {"policyName": policy, "validationActions": ["Warn"], "matchResources": scope},
    }


def sentinel() -> list[Manifest]:
    """A last policy: once it bites, all before it do."""
    rule = {
        "apiGroups": [""],
        "apiVersions": ["v1"],
        "operations": ["CREATE"],
        "resources": ["configmaps"],
    }
    expression = 'object.metadata.name != "sentinel"'
    policy = {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": "sentinel", "labels": ON},
        "spec": {
            "matchConstraints": {"resourceRules": [rule]},
            "validations": [{"expression": expression, "reason": "Forbidden"}],
        },
    }
    binding = bound("sentinel")
    binding["spec"] = {"policyName": "sentinel", "validationActions": ["Deny"]}
    return [policy, binding]


def frame(name: str, labels: Mapping[str, str]) -> Manifest:
    metadata = {"name": name, "labels": dict(labels)}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}


def priority(name: str) -> Manifest:
    return {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": name},
        "value": 0,
        "preemptionPolicy": "Never",
    }


def worker(place: str) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": "worker", "namespace": place},
        "automountServiceAccountToken": False,
    }


def decides(answer: Answer) -> bool:
    """Policies do; before them it may lack a namespace or a ServiceAccount."""
    return answer.accepted or answer.refused


def good() -> Manifest:
    return wrapped("Pod", pod())


def say(words: object) -> None:
    """For whoever runs the tests with -s, and for the report of one that fails."""
    print(words)  # noqa: T201 - what was measured
