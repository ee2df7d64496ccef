"""What may be otherwise in everything that is no pod."""

from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Any

from tests.assurance.guardrails.pod_changes import Change, of_pod, put
from tests.assurance.guardrails.samples import (
    LABELS,
    RBAC,
    TEAM,
    Manifest,
    account,
    binding,
    budget,
    namespace,
    network_policy,
    role,
    secret,
    service,
)


def _of_rule(*steps: str, values: tuple[Any, ...]) -> Change:
    return lambda rng, made: put(rng.choice(made["rules"]), steps, deepcopy(rng.choice(values)))


def _url(rng: Random, made: Manifest) -> None:
    if made["kind"] == "ClusterRole":
        url = rng.choice(("*", "/metrics", "/logs/*"))
        made["rules"].append({"nonResourceURLs": [url], "verbs": ["get"]})


def _minting(rng: Random, made: Manifest) -> None:
    verb = rng.choice(("create", "get", "patch", "*"))
    rule = {"apiGroups": [""], "resources": ["serviceaccounts/token"], "verbs": [verb]}
    made["rules"].append(rule)


def _subject(rng: Random, made: Manifest) -> None:
    group = rng.choice(("system:authenticated", "system:masters", "ml"))
    user = rng.choice(("system:anonymous", "ann"))
    subject = rng.choice(
        (
            {"apiGroup": RBAC, "kind": "Group", "name": group},
            {"apiGroup": RBAC, "kind": "User", "name": user},
            {"kind": "ServiceAccount", "name": "worker", "namespace": "other"},
        )
    )
    made["subjects"] = rng.choice(([subject], [*made["subjects"], subject], []))


def _there(rng: Random, made: Manifest) -> None:
    """It says one of the two."""
    made["spec"].pop("maxUnavailable", None)
    made["spec"]["minAvailable"] = rng.choice((0, 1, "100%", "50%"))


OBJECTS: dict[str, tuple[Callable[[], Manifest], dict[str, Change]]] = {
    "Service": (
        service,
        {
            "type": of_pod("spec", "type", values=("LoadBalancer", "NodePort", "ClusterIP", None)),
            "addresses": of_pod("spec", "externalIPs", values=([], ["203.0.113.7"], None)),
        },
    ),
    "PodDisruptionBudget": (
        budget,
        {
            "away": of_pod("spec", "maxUnavailable", values=(0, "0%", "50%", 2)),
            "there": _there,
        },
    ),
    "ServiceAccount": (
        account,
        {"token": of_pod("automountServiceAccountToken", values=(True, None, False))},
    ),
    "NetworkPolicy": (
        network_policy,
        {
            "in": of_pod("spec", "ingress", values=([{}], [{"from": []}], [], None)),
            "out": of_pod("spec", "egress", values=([{"ports": [{"port": 53}]}], [{"to": []}], [])),
        },
    ),
    "Secret": (
        secret,
        {"type": of_pod("type", values=("kubernetes.io/service-account-token", None))},
    ),
    "Role": (
        lambda: role("Role"),
        {
            "verbs": _of_rule(
                "verbs", values=(["*"], ["bind"], ["escalate"], ["get", "impersonate"], ["watch"])
            ),
            "resources": _of_rule(
                "resources",
                values=(["*"], ["*/status"], ["pods/*"], ["jobs"], ["nodes/proxy", "nodes"]),
            ),
            "groups": _of_rule("apiGroups", values=(["*"], ["", "batch"])),
            "tokens": _minting,
            "urls": _url,
        },
    ),
    "RoleBinding": (
        lambda: binding("RoleBinding"),
        {
            "role": of_pod("roleRef", "name", values=("cluster-admin", "edit")),
            "subject": _subject,
        },
    ),
    "Namespace": (
        namespace,
        {
            "team": of_pod(*LABELS, TEAM, values=(None, "other")),
            "level": of_pod(
                *LABELS,
                "pod-security.kubernetes.io/enforce",
                values=(None, "privileged", "baseline"),
            ),
            "class": of_pod(
                *LABELS, "ml-platform/namespace-class", values=("platform", "team", "other")
            ),
        },
    ),
}
