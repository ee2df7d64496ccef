"""For each guardrail an object that it must refuse."""

from copy import deepcopy
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.assurance.guardrails.placements import ALONE_IN_ITS_ZONE
from tests.assurance.guardrails.pod_changes import put, windows_pod
from tests.assurance.guardrails.samples import (
    LABELS,
    RBAC,
    WORKLOADS,
    Manifest,
    account,
    binding,
    budget,
    namespace,
    network_policy,
    pod,
    role,
    secret,
    service,
    wrapped,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One object to be judged."""

    family: str
    manifest: Manifest
    changes: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.manifest['kind']} ({', '.join(self.changes) or 'valid'})"


def _bad_pod(*steps: str, value: Any) -> Manifest:
    made = pod()
    put(made, steps, value)
    return wrapped("Pod", made)


def _bad_container(*steps: str, value: Any) -> Manifest:
    made = pod()
    put(made["spec"]["containers"][1], steps, value)
    return wrapped("Deployment", made)


def _bad(made: Manifest, *steps: str, value: Any) -> Manifest:
    put(made, steps, value)
    return made


def _volumes(source: Manifest) -> Manifest:
    return _bad_pod("spec", "volumes", value=[{"name": "more", **source}])


def _bad_rule(**changes: list[str]) -> Manifest:
    made = role("ClusterRole")
    made["rules"][1] |= changes
    return made


def _below_the_standards() -> dict[str, Manifest]:
    """What Pod Security refuses, too."""
    context = "securityContext"
    windows = pod()
    windows_pod(Random(3), windows)
    assert "hostNetwork" in windows["spec"]
    probe = {"httpGet": {"port": 80, "host": "10.0.0.1"}}
    bad = {
        "pod-security-host-namespaces": _bad_pod("spec", "hostPID", value=True),
        "pod-security-privileged": _bad_container(context, value={"privileged": True}),
        "pod-security-capabilities-baseline": _bad_container(
            context, "capabilities", "add", value=["NET_RAW"]
        ),
        "pod-security-host-path-volumes": _volumes({"hostPath": {"path": "/"}}),
        "pod-security-host-ports": _bad_container(
            "ports", value=[{"containerPort": 80, "hostPort": 80}]
        ),
        "pod-security-app-armor-profile": _bad_container(
            context, "appArmorProfile", value={"type": "Unconfined"}
        ),
        "pod-security-selinux-options": _bad_container(
            context, "seLinuxOptions", value={"user": "u"}
        ),
        "pod-security-proc-mount": _bad_pod("spec", "hostUsers", value=False),
        "pod-security-seccomp-profile-baseline": _bad_container(
            context, "seccompProfile", value={"type": "Unconfined"}
        ),
        "pod-security-sysctls": _bad_pod(
            "spec", context, "sysctls", value=[{"name": "kernel.msgmax", "value": "1"}]
        ),
        "pod-security-windows-host-process": wrapped("Pod", windows),
        "pod-security-host-probes-and-host-lifecycle": _bad_container(
            "readinessProbe", value=probe
        ),
        "pod-security-restricted-volumes": _volumes({"nfs": {"server": "a", "path": "/"}}),
        "pod-security-allow-privilege-escalation": _bad_container(
            context, "allowPrivilegeEscalation", value=None
        ),
        "pod-security-run-as-non-root": _bad_pod("spec", context, "runAsNonRoot", value=None),
        "pod-security-run-as-user": _bad_container(context, "runAsUser", value=0),
        "pod-security-seccomp-profile-restricted": _bad_pod(
            "spec", context, "seccompProfile", value=None
        ),
        "pod-security-capabilities-restricted": _bad_container(
            context, "capabilities", value={"drop": ["KILL"]}
        ),
    }
    unmasked = deepcopy(bad["pod-security-proc-mount"])
    unmasked["spec"]["containers"][0][context]["procMount"] = "Unmasked"
    return {**bad, "pod-security-proc-mount-restricted": unmasked}


def _pods() -> dict[str, Manifest]:
    without = _bad_pod("spec", "initContainers", value=[{"name": "init", "image": "a:1"}])
    return {
        "images-have-a-version": _bad_container("image", value="nginx:latest"),
        "images-have-a-digest": _bad_container("image", value="nginx:1"),
        "images-come-from-known-registries": _bad_container("image", value="ghcr.io/a:1"),
        "tokens-are-mounted-on-purpose": _bad_pod(
            "spec", "automountServiceAccountToken", value=None
        ),
        "pods-name-their-team": _bad_pod("metadata", "labels", value={"app": "probe"}),
        "pods-take-nobodys-place": _bad_pod(
            "spec", "priorityClassName", value="system-node-critical"
        ),
        "pods-mind-only-their-own": _bad_pod("spec", "affinity", value=ALONE_IN_ITS_ZONE),
        "pods-tolerate-by-name": _bad_pod("spec", "tolerations", value=[{"operator": "Exists"}]),
        "pods-leave-their-node-to-the-scheduler": _bad_pod("spec", "nodeName", value="gpu-0"),
        "pods-stay-off-the-host-network": _bad_pod("spec", "hostNetwork", value=True),
        "containers-request-cpu-and-memory": without,
        "containers-limit-memory": without,
        "pods-take-no-host-ports": _bad_container(
            "ports", value=[{"containerPort": 80, "hostPort": 80}]
        ),
        "nothing-lives-in-the-default-namespace": wrapped("Job", pod()),
    }


def _objects() -> dict[str, Manifest]:
    """All that is no pod."""
    pod_level = "pod-security.kubernetes.io/enforce"
    return {
        "service-accounts-mount-no-token": _bad(
            account(), "automountServiceAccountToken", value=True
        ),
        "namespaces-name-their-team": _bad(namespace(), *LABELS, value={}),
        "team-namespaces-enforce-pod-security": _bad(
            namespace(), *LABELS, pod_level, value="privileged"
        ),
        "services-are-no-load-balancers": _bad(service(), "spec", "type", value="LoadBalancer"),
        "services-take-no-node-ports": _bad(service(), "spec", "type", value="NodePort"),
        "services-claim-no-addresses": _bad(
            service(), "spec", "externalIPs", value=["203.0.113.7"]
        ),
        "network-policies-name-their-peers": _bad(
            network_policy(), "spec", "ingress", value=[{"ports": [{"port": 80}]}]
        ),
        "budgets-let-a-pod-go": _bad(budget(), "spec", "maxUnavailable", value="0%"),
        "secrets-are-no-account-tokens": _bad(
            secret(), "type", value="kubernetes.io/service-account-token"
        ),
        "platform-namespaces-state-pod-security": _bad(
            namespace(), *LABELS, value={"ml-platform/namespace-class": "platform"}
        ),
        "roles-reach-no-kubelet": _bad_rule(resources=["nodes/proxy"]),
        "roles-have-no-wildcards": _bad_rule(verbs=["get", "*"]),
        "roles-grant-no-escalation": _bad_rule(verbs=["impersonate"]),
        "roles-mint-no-tokens": _bad_rule(resources=["serviceaccounts/token"], verbs=["create"]),
        "cluster-admin-is-not-bound": _bad(
            binding("ClusterRoleBinding"), "roleRef", "name", value="cluster-admin"
        ),
        "bindings-name-somebody": _bad(
            binding("RoleBinding"),
            "subjects",
            value=[{"apiGroup": RBAC, "kind": "Group", "name": "system:authenticated"}],
        ),
    }


def planted() -> dict[str, Case]:
    """For each guardrail an object that it must refuse; others may as well."""
    bad = _below_the_standards() | _pods() | _objects()
    families = {"Pod": "pod", **dict.fromkeys(WORKLOADS, "template")}
    return {
        name: Case(
            family=families.get(manifest["kind"], "object"), manifest=manifest, changes=(name,)
        )
        for name, manifest in bad.items()
    }
