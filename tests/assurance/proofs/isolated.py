"""Graphs of teams that are shut, and what isolation finds in them."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import Any

from assurance.graph.graph import Graph, graph_of
from assurance.graph.intent import Intent, TeamIntent
from assurance.graph.intent_json import intent_from_graph
from assurance.graph.kubernetes import object_of
from assurance.proofs.findings import Finding, Status
from assurance.proofs.isolation import isolation
from tests.assurance.proofs.worlds import Manifest, policy
from tests.rehearsed import graphs

Change = Callable[[Manifest], Manifest | None]


@cache
def sandbox() -> Graph:
    return graphs()["sandbox"]


def refuted(graph: Graph, intent: Intent | None = None) -> dict[str, Finding]:
    found = isolation(graph, intent or intent_from_graph(graph)).findings
    return {f.rule.partition("/")[2]: f for f in found if f.status is Status.REFUTED}


def unknown(graph: Graph, intent: Intent | None = None) -> dict[str, Finding]:
    found = isolation(graph, intent or intent_from_graph(graph)).findings
    return {f.rule.partition("/")[2]: f for f in found if f.status is Status.UNKNOWN}


def changed(name: str, change: Change, *, kind: str = "NetworkPolicy") -> Graph:
    """The sandbox's graph with one object changed, or taken out."""
    wanted = f"{kind} {name}"
    kept = []
    for resource in sandbox().resources.values():
        item = object_of(resource)
        if item is not None and str(item) == wanted:
            inputs = change(deepcopy(dict(resource.inputs)))
            if inputs is not None:
                kept.append(replace(resource, inputs=inputs))
        else:
            kept.append(resource)
    return graph_of(kept, stack="sandbox", mode="warm")


RESOLVER = {"matchLabels": {"k8s-app": "kube-dns"}}


def named(namespace: str) -> Manifest:
    return {"matchLabels": {"kubernetes.io/metadata.name": namespace}}


SYSTEM = named("kube-system")


OPEN = "no policy acts here: everything is open"


def deployment(namespace: str, name: str, **pod: Any) -> Manifest:
    labels = {"ml-platform/workload": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"template": {"metadata": {"labels": labels}, "spec": {"containers": [], **pod}}},
    }


def teams(*names: str, **more: Any) -> Intent:
    return Intent(teams={name: TeamIntent(namespaces=(name,), **more) for name in names})


SHUT = {"policyTypes": ["Ingress", "Egress"]}


DNS = {
    "to": [{"namespaceSelector": SYSTEM, "podSelector": RESOLVER}],
    "ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}],
}


def closed(namespace: str) -> tuple[Manifest, ...]:
    return (
        policy(namespace, "deny", **SHUT),
        policy(namespace, "dns", policyTypes=["Egress"], egress=[DNS]),
        deployment(namespace, "api"),
    )
