"""The sandbox is isolated, and every way of breaking it is refuted by name."""

from collections.abc import Iterable, Mapping
from random import Random
from typing import Any

import pytest

from assurance.graph.graph import Graph, graph_of
from assurance.graph.intent_json import intent_from_graph
from assurance.proofs.findings import Status
from assurance.proofs.isolation import isolation
from tests.assurance.proofs.isolated import (
    OPEN,
    RESOLVER,
    SYSTEM,
    Change,
    changed,
    named,
    refuted,
    sandbox,
    unknown,
)
from tests.assurance.proofs.worlds import Manifest


def removed(_manifest: Manifest) -> None:
    return None


def spec(**parts: Any) -> Change:
    def change(manifest: Manifest) -> Manifest:
        return {**manifest, "spec": {**manifest["spec"], **parts}}

    return change


def test_the_sandbox_is_isolated() -> None:
    intent = intent_from_graph(sandbox())
    found, teams = isolation(sandbox(), intent), len(intent.teams)
    assert {finding.status for finding in found.findings} == {Status.PROVED}
    assert found.population["pods"] == len(list(sandbox().pods())) >= 7
    assert found.population["namespaces of the platform"] >= 1
    assert found.population["pairs of teams"] == teams * (teams - 1) >= 6
    assert found.population["declared flows"] >= 15


TO_ALL: list[Manifest] = [{"to": [{"namespaceSelector": {}}]}]


FROM_ALL: list[Manifest] = [{"from": [{"namespaceSelector": {}}]}]


ANYWHERE: list[Manifest] = [{"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}]


PROXY = {"matchLabels": {"k8s-app": "kube-proxy"}}


BUT_ONE: Manifest = {
    "matchExpressions": [
        {"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": ["kube-system"]}
    ]
}


BREAKS: dict[str, tuple[str, Change, str]] = {
    "closed within": ("tenant-a/allow-same-team", removed, "closed-within"),
    "open within to some only": (
        "tenant-a/allow-same-team",
        spec(egress=[{"to": [{"podSelector": {"matchLabels": {"ml-platform/workload": "api"}}}]}]),
        "closed-within",
    ),
    "no DNS": ("tenant-b/allow-dns", removed, "dns"),
    "DNS by TCP only": (
        "tenant-b/allow-dns",
        spec(egress=[{"ports": [{"port": 53}]}]),
        "dns",
    ),
    "no egress to a need": ("fraud/need-cluster.warehouse.by.api", removed, "declared-flow-closed"),
    "no internet": ("fraud/need-internet", removed, "declared-flow-closed"),
    "the internet with nothing excepted": (
        "fraud/need-internet",
        spec(egress=ANYWHERE),
        "reaches-cluster",
    ),
    "DNS by every pod that looks like the resolver": (
        "tenant-b/allow-dns",
        spec(egress=[{"to": [{"namespaceSelector": {}, "podSelector": RESOLVER}]}]),
        "undeclared-open",
    ),
    "DNS by every pod beside the resolver": (
        "tenant-b/allow-dns",
        spec(egress=[{"to": [{"namespaceSelector": SYSTEM, "podSelector": {}}]}]),
        "undeclared-open",
    ),
    "pods of the platform that nobody needs": (
        "tenant-b/allow-dns",
        spec(egress=[{"to": [{"namespaceSelector": SYSTEM, "podSelector": PROXY}]}]),
        "undeclared-open",
    ),
    "a namespace that nobody names": (
        "fraud/need-internet",
        spec(egress=[{"to": [{"namespaceSelector": named("vault")}]}]),
        "undeclared-open",
    ),
    "every namespace but one": (
        "fraud/need-internet",
        spec(egress=[{"to": [{"namespaceSelector": BUT_ONE, "podSelector": PROXY}]}]),
        "undeclared-open",
    ),
    "egress to every namespace": ("fraud/need-internet", spec(egress=TO_ALL), "undeclared-open"),
    "a policy that selects nothing": (
        "fraud/need-cluster.warehouse.by.api",
        spec(podSelector={"matchLabels": {"ml-platform/workload": "apy"}}),
        "policy-selects-nothing",
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_break_of_the_sandbox_is_refuted_by_name(name: str) -> None:
    target, change, rule = BREAKS[name]
    found = refuted(changed(target, change))
    assert rule in found
    assert found[rule].witness
    assert found[rule].remedy


def both(*changes: tuple[str, Change]) -> Graph:
    """Two policies widened: one end alone opens nothing."""
    first, second = (changed(name, change) for name, change in changes)
    before = sandbox().resources
    new = {
        urn: resource
        for one in (first, second)
        for urn, resource in one.resources.items()
        if resource != before[urn]
    }
    return graph_of({**before, **new}.values(), stack="sandbox", mode="warm")


def test_a_team_that_reaches_another_is_shown_with_both_ends() -> None:
    broken = both(
        ("tenant-a/allow-same-team", spec(egress=TO_ALL)),
        ("tenant-b/allow-same-team", spec(ingress=FROM_ALL)),
    )
    found = refuted(broken)["team-reaches-team"]
    assert found.subject == "tenant-a → tenant-b"
    assert found.witness["source"] == "tenant-a/Deployment ml-inference"
    assert found.witness["target"] == "tenant-b/Deployment ml-inference"
    assert found.witness["egress"] == ["tenant-a/allow-same-team"]
    assert found.witness["ingress"] == ["tenant-b/allow-same-team"]
    assert found.origin.config == "teams.tenant-a"
    assert "tenant-b → tenant-a" not in {f.subject for f in refuted(broken).values()}


def test_one_open_end_opens_nothing() -> None:
    widened = changed("tenant-b/allow-same-team", spec(ingress=FROM_ALL))
    assert refuted(widened) == {}
    assert unknown(widened)["undeclared-inbound"].subject == "team tenant-b"


def _policies() -> list[str]:
    kept = (item for item in sandbox().objects() if item.gvk.kind == "NetworkPolicy")
    return [f"{item.namespace}/{item.name}" for item in kept]


def _idle(policies: Iterable[str]) -> set[str]:
    """Those without which nothing is refuted."""
    return {name for name in policies if not refuted(changed(name, removed))}


def _repeated() -> set[str]:
    """What another policy says as well: what opens a namespace within selects every pod of it."""
    intent = intent_from_graph(sandbox())
    parts = {namespace for part in intent.parts.values() for namespace in part.namespaces}
    return {
        *(f"{namespace}/default-deny" for namespace in {"ml-platform", *parts, *intent.teams}),
        "fraud/need-team.fraud.features.by.api",  # the team is open within
        "fraud/serve-team.fraud.features.to.fraud.by.api",
    }


def test_a_policy_is_needed_or_says_what_another_says() -> None:
    """Take each of some away in turn: something is refuted, or the sandbox is the same without."""
    drawn = set(Random(20).sample(_policies(), 8))
    assert _idle(drawn) == drawn & _repeated()


@pytest.mark.e2e
def test_every_policy_is_needed_or_says_what_another_says() -> None:
    assert _idle(_policies()) == _repeated()


def test_without_anything_that_shuts_a_team_everything_is_open() -> None:
    shut = {"tenant-a/default-deny", "tenant-a/allow-same-team", "tenant-a/allow-dns"}
    kept = [r for r in sandbox().resources.values() if _name(r.inputs) not in shut]
    found = refuted(graph_of(kept, stack="sandbox", mode="warm"))
    assert found["reaches-cluster"].witness["egress"] == [OPEN]
    assert found["undeclared-open"].witness["target"] == "kube-system/DNS"


def _name(inputs: Mapping[str, Any]) -> str:
    metadata = inputs.get("metadata") or {}
    return f"{metadata.get('namespace')}/{metadata.get('name')}"
