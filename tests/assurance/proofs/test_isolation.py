"""Isolation, decided: the sandbox's holds, and every way of breaking it is refuted by name."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from functools import cache
from ipaddress import ip_network
from typing import Any

import pytest

from assurance.graph.graph import Graph, graph_of
from assurance.graph.intent import Intent, TeamIntent
from assurance.graph.intent_json import intent_from_graph
from assurance.graph.kubernetes import object_of
from assurance.graph.resource import Marker
from assurance.graph.values import Addresses, Capability, Endpoint, Need, Outside, Port
from assurance.proofs.findings import Finding, Result, Status
from assurance.proofs.isolation import isolation
from tests.assurance.proofs.worlds import Manifest, graph, policy
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


def removed(_manifest: Manifest) -> None:
    return None


def spec(**parts: Any) -> Change:
    def change(manifest: Manifest) -> Manifest:
        return {**manifest, "spec": {**manifest["spec"], **parts}}

    return change


def test_the_sandbox_is_isolated() -> None:
    found = isolation(sandbox(), intent_from_graph(sandbox()))
    assert {finding.status for finding in found.findings} == {Status.PROVED}
    assert found.population["pods"] == len(list(sandbox().pods())) >= 7
    assert found.population["namespaces of the platform"] >= 1
    assert found.population["pairs of teams"] == 6
    assert found.population["declared flows"] >= 15


TO_ALL: list[Manifest] = [{"to": [{"namespaceSelector": {}}]}]
FROM_ALL: list[Manifest] = [{"from": [{"namespaceSelector": {}}]}]
ANYWHERE: list[Manifest] = [{"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}]
RESOLVER = {"matchLabels": {"k8s-app": "kube-dns"}}
PROXY = {"matchLabels": {"k8s-app": "kube-proxy"}}


def named(namespace: str) -> Manifest:
    return {"matchLabels": {"kubernetes.io/metadata.name": namespace}}


SYSTEM = named("kube-system")
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


def test_every_policy_is_needed_or_says_what_another_says() -> None:
    """Take each away in turn: something is refuted, or the sandbox is the same without it."""
    idle = set()
    for item in sandbox().objects():
        name = f"{item.namespace}/{item.name}"
        if item.gvk.kind == "NetworkPolicy" and not refuted(changed(name, removed)):
            idle.add(name)
    parts = intent_from_graph(sandbox()).parts.values()
    assert idle == {
        "ml-platform/default-deny",  # no pod is there
        *(f"{namespace}/default-deny" for part in parts for namespace in part.namespaces),
        *(f"{team}/default-deny" for team in ("fraud", "tenant-a", "tenant-b")),
        "fraud/need-team.fraud.features.by.api",  # the team is open within
        "fraud/serve-team.fraud.features.to.fraud.by.api",
    }, "what opens a namespace within selects every pod as well: without default-deny nothing opens"


def test_without_anything_that_shuts_a_team_everything_is_open() -> None:
    shut = {"tenant-a/default-deny", "tenant-a/allow-same-team", "tenant-a/allow-dns"}
    kept = [r for r in sandbox().resources.values() if _name(r.inputs) not in shut]
    found = refuted(graph_of(kept, stack="sandbox", mode="warm"))
    assert found["reaches-cluster"].witness["egress"] == [OPEN]
    assert found["undeclared-open"].witness["target"] == "kube-system/DNS"


OPEN = "no policy acts here: everything is open"


def _name(inputs: Mapping[str, Any]) -> str:
    metadata = inputs.get("metadata") or {}
    return f"{metadata.get('namespace')}/{metadata.get('name')}"


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


def test_two_closed_teams_are_proved_apart() -> None:
    found = isolation(
        graph(*closed("red"), *closed("blue")), teams("red", "blue", open_within=False)
    )
    assert {f.status for f in found.findings} == {Status.PROVED}


def test_without_policies_everybody_reaches_everybody() -> None:
    found = refuted(
        graph(deployment("red", "api"), deployment("blue", "api")), teams("red", "blue")
    )
    assert found["team-reaches-team"].witness["egress"] == [OPEN]
    assert found["team-reaches-team"].witness["ports"] == "every port"
    assert "reaches-cluster" in found


def test_where_nobody_states_the_resolver_all_of_its_usual_namespace_may_be_it() -> None:
    wide = {**DNS, "to": [{"namespaceSelector": SYSTEM}]}
    given = graph(*closed("red"), policy("red", "wide", policyTypes=["Egress"], egress=[wide]))
    assert refuted(given, teams("red", open_within=False)) == {}
    assert set(refuted(given, needing())) == {"undeclared-open"}


def test_a_need_by_one_workload_is_not_the_need_of_another() -> None:
    peer = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "blue"}}}
    back = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "red"}}}
    ports = [{"port": 80}]
    given = graph(
        *closed("red"),
        deployment("red", "other"),
        *closed("blue"),
        policy("red", "out", policyTypes=["Egress"], egress=[{"to": [peer], "ports": ports}]),
        policy("blue", "in", ingress=[{"from": [back], "ports": ports}]),
    )
    endpoint = Endpoint(
        name="team.blue.api",
        namespace="blue",
        labels={"ml-platform/workload": "api"},
        ports=(Port(number=80),),
    )

    def asked(by: str | None, **labels: str) -> Intent:
        """Red needs the pods of blue that have these labels."""
        intent = teams("red", "blue", open_within=False)
        red = replace(intent.teams["red"], needs=(Need(to="team.blue.api", by=by),))
        return replace(
            intent,
            teams={**intent.teams, "red": red},
            endpoints={"team.blue.api": replace(endpoint, labels=labels)},
        )

    assert refuted(given, asked(None)) == {}
    by_another = refuted(given, asked("api"))["team-reaches-team"]
    assert by_another.witness["source"] == "red/Deployment other"
    to_another = refuted(given, asked(None, **endpoint.labels))["team-reaches-team"]
    assert to_another.witness["target"] == "blue/any other pod"


PLAN = Addresses(
    pods=(ip_network("10.244.0.0/16"),),
    services=(ip_network("10.96.0.0/16"),),
    nodes=(ip_network("10.128.0.0/24"),),
)


def egress(*blocks: str, **block: Any) -> Graph:
    to = [{"ipBlock": {"cidr": cidr, **block}} for cidr in blocks]
    return graph(*closed("red"), policy("red", "out", policyTypes=["Egress"], egress=[{"to": to}]))


def needing(*needs: Need, plan: Addresses | None = PLAN, **more: Any) -> Intent:
    intent = teams("red", needs=needs, open_within=False)
    return replace(intent, addresses=plan, capabilities=frozenset(Capability), **more)


@pytest.mark.parametrize(
    ("cidr", "goal"),
    [
        ("169.254.0.0/16", "the metadata service"),
        ("10.128.0.7/32", "nodes"),
        ("10.96.0.0/12", "services"),
        ("10.244.3.0/24", "pods"),
        ("fd00:ec2::/64", "the metadata service"),
    ],
)
def test_the_internet_is_never_the_cluster_itself(cidr: str, goal: str) -> None:
    found = refuted(egress(cidr), needing(Need(to=Outside.INTERNET)))
    assert found["reaches-cluster"].subject == f"red → {goal}"
    assert found["reaches-cluster"].witness["egress"] == ["red/out"]


def test_an_address_that_nobody_needs_is_refuted() -> None:
    assert "undeclared-addresses" in refuted(egress("8.8.8.8/32"), needing())
    assert "undeclared-addresses" in refuted(
        egress("8.8.8.8/32"), needing(Need(to=Outside.INTERNET, ports=(Port(number=443),)))
    )


def test_anywhere_is_shown_by_an_address_that_somebody_can_have() -> None:
    found = refuted(egress("0.0.0.0/0"), needing())["undeclared-addresses"]
    assert found.witness["target"] == "1.0.0.0"
    assert "(such as 1.0.0.0)" in found.message


def test_addresses_off_the_cluster_are_open_as_declared_and_no_further() -> None:
    lake = Endpoint(
        name="cluster.lake", cidrs=(ip_network("10.0.0.0/8"),), ports=(Port(number=80),)
    )
    intent = needing(Need(to="cluster.lake"), endpoints={"cluster.lake": lake})
    inner = ["10.244.0.0/16", "10.96.0.0/16", "10.128.0.0/24"]
    to = [{"ipBlock": {"cidr": "10.0.0.0/8", "except": inner}}]
    rule = {"to": to, "ports": [{"port": 80}]}
    right = graph(*closed("red"), policy("red", "out", policyTypes=["Egress"], egress=[rule]))
    assert refuted(right, intent) == {}
    wide = {"reaches-cluster", "undeclared-addresses", "undeclared-open"}
    assert set(refuted(egress("10.0.0.0/8"), intent)) == wide
    assert set(refuted(egress("10.1.0.0/16"), intent)) >= {"declared-flow-closed"}


def test_a_pod_on_its_node_s_network_is_refuted() -> None:
    given = graph(*closed("red"), deployment("red", "agent", hostNetwork=True))
    assert refuted(given, teams("red", open_within=False))["host-network"].subject == (
        "red/Deployment agent"
    )


def test_what_is_not_known_is_neither_proved_nor_refuted() -> None:
    hidden = policy("blue", "odd", podSelector={"matchLabels": {"app": Marker.UNKNOWN}})
    found = isolation(graph(*closed("red"), *closed("blue"), hidden), teams("red", "blue"))
    assert Status.PROVED not in {f.status for f in packets(found)}
    assert "NetworkPolicy blue/odd" in {f.subject for f in found.findings}


@pytest.mark.parametrize(
    "pod",
    [
        {"containers": Marker.UNKNOWN},
        {"containers": [Marker.UNKNOWN]},
        {"containers": [{"ports": Marker.UNKNOWN}]},
        {"containers": [{"ports": [{"name": "http", "containerPort": Marker.UNKNOWN}]}]},
        {"containers": [{"ports": [{"name": Marker.UNKNOWN, "containerPort": 80}]}]},
        {"hostNetwork": Marker.UNKNOWN},
    ],
    ids=str,
)
def test_a_pod_of_which_something_decisive_is_not_known_is_named(pod: Manifest) -> None:
    found = isolation(graph(*closed("red"), deployment("red", "odd", **pod)), teams("red"))
    assert Status.PROVED not in {f.status for f in packets(found)}
    assert "Deployment red/odd" in {f.subject for f in found.findings}


def test_what_is_not_known_of_a_pod_s_volumes_is_named() -> None:
    odd = deployment("red", "odd")
    odd["spec"]["template"]["spec"] = Marker.UNKNOWN
    found = isolation(graph(*closed("red"), odd), teams("red", open_within=False))
    assert Status.PROVED not in {f.status for f in found.findings}
    unknown_volumes = {f.rule for f in found.findings if f.subject == "Deployment red/odd"}
    assert unknown_volumes == {"isolation/not-evaluated", "isolation/volume-unknown"}


def packets(found: Result) -> list[Finding]:
    """What is said about packets; who shares volumes is another question."""
    return [f for f in found.findings if f.rule != "isolation/volume-shared"]


def test_a_cluster_that_enforces_nothing_proves_nothing() -> None:
    given, intent = graph(*closed("red")), needing()
    assert unknown(given, intent) == {}
    lax = isolation(given, replace(intent, capabilities=frozenset()))
    assert {f.status for f in packets(lax)} == {Status.UNKNOWN}


def test_without_an_address_plan_what_blocks_reach_is_not_known() -> None:
    assert "address-plan" in unknown(egress("10.0.0.0/8"), needing(plan=None))


def test_no_pods_is_nothing_to_decide() -> None:
    found = isolation(graph(policy("red", "deny", **SHUT)), teams("red"))
    assert "isolation/nothing-to-decide" in {f.rule for f in found.findings}
    assert Status.PROVED not in {f.status for f in found.findings}


def test_a_namespace_selector_that_no_namespace_has_is_listed() -> None:
    peer = {"namespaceSelector": {"matchLabels": {"name": "ingress-nginx"}}}
    given = graph(*closed("red"), policy("red", "web", ingress=[{"from": [peer]}]))
    found = unknown(given, teams("red", open_within=False))["policy-selects-nothing"]
    assert "metadata.name" in found.remedy


def test_a_role_that_is_bound_in_another_team_s_namespace_is_refuted() -> None:
    def moved(manifest: Manifest) -> Manifest:
        return {**manifest, "metadata": {**manifest["metadata"], "namespace": "tenant-a"}}

    found = refuted(changed("fraud/team-edit", moved, kind="RoleBinding"))["access-to-others"]
    assert "Group fraud-engineers (of fraud) may" in found.message
    assert found.origin.config == "teams.fraud"
