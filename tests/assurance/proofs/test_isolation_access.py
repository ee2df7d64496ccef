"""Who may do what to whom: bindings of the sandbox's kind, and every way of giving too much."""

from dataclasses import replace
from typing import Any

import pytest

from assurance.graph.intent import Intent, Subjects, TeamIntent
from assurance.graph.resource import Marker
from assurance.proofs.findings import Finding, Status
from assurance.proofs.isolation.access import Access
from tests.assurance.proofs.worlds import Manifest, graph

API = "rbac.authorization.k8s.io"
TEAMS = Intent(
    teams={
        "red": TeamIntent(
            namespaces=("red",),
            members={"edit": Subjects(groups=("reds",), users=("ada",))},
        ),
        "blue": TeamIntent(
            namespaces=("blue",), members={"view": Subjects(groups=("blues", "both"))}
        ),
    }
)


def role(name: str, *rules: Manifest, namespace: str | None = None, **more: Any) -> Manifest:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {
        "apiVersion": f"{API}/v1",
        "kind": "Role" if namespace else "ClusterRole",
        "metadata": metadata,
        "rules": list(rules),
        **more,
    }


def rule(resources: str, *verbs: str, group: str = "") -> Manifest:
    return {"apiGroups": [group], "resources": resources.split(), "verbs": list(verbs)}


def binding(
    place: str | None, name: str, *subjects: tuple[str, str], kind: str = "ClusterRole"
) -> Manifest:
    listed = [
        {"kind": who, "name": what.rpartition("/")[2]}
        | ({"namespace": what.partition("/")[0]} if who == "ServiceAccount" else {})
        for who, what in subjects
    ]
    return {
        "apiVersion": f"{API}/v1",
        "kind": "RoleBinding" if place else "ClusterRoleBinding",
        "metadata": {"name": "b", **({"namespace": place} if place else {})},
        "roleRef": {"apiGroup": API, "kind": kind, "name": name},
        "subjects": listed,
    }


def judged(*manifests: Manifest, intent: Intent = TEAMS) -> list[Finding]:
    return list(Access(graph(*manifests), intent).findings())


def rules(found: list[Finding], status: Status = Status.REFUTED) -> set[str]:
    return {f.rule.partition("/")[2] for f in found if f.status is status}


SECRETS = role("reader", rule("secrets", "get"))


def test_members_may_read_their_own_team_s_secrets() -> None:
    found = judged(SECRETS, binding("red", "reader", ("Group", "reds"), ("User", "ada")))
    assert {f.status for f in found} == {Status.PROVED}
    assert len(found) == 2


@pytest.mark.parametrize(
    "who",
    [
        ("Group", "reds"),
        ("User", "ada"),
        ("ServiceAccount", "red/default"),
        ("User", "system:serviceaccount:red:default"),
        ("Group", "system:serviceaccounts:red"),
        ("Group", "system:authenticated"),
        ("Group", "system:serviceaccounts"),
    ],
)
def test_nobody_of_another_team_may(who: tuple[str, str]) -> None:
    found = judged(SECRETS, binding("blue", "reader", who))
    assert rules(found) == {"access-to-others"}
    assert found[0].witness["may"] == "get secrets"


@pytest.mark.parametrize(
    "given",
    [
        rule("*", "*", group="*"),
        rule("secrets", "list"),
        rule("pods", "create"),
        rule("deployments", "patch", group="apps"),
        rule("cronjobs", "create", group="batch"),
        rule("pods/exec", "create"),
        rule("*/exec", "get"),
        rule("services/proxy", "get"),
        rule("serviceaccounts/token", "create"),
        rule("serviceaccounts", "impersonate"),
        rule("users", "impersonate"),
        rule("clusterroles", "bind", group=API),
        rule("roles", "escalate", group=API),
        rule("rolebindings", "create", group=API),
        rule("networkpolicies", "delete", group="networking.k8s.io"),
        rule("nodes/proxy", "get"),
        rule("pods/log", "get"),
        rule("configmaps", "watch"),
        rule("pods", "deletecollection"),
        rule("pods/eviction", "create"),
        rule("pods/ephemeralcontainers", "patch"),
        rule("services", "update"),
        rule("endpointslices", "create", group="discovery.k8s.io"),
        rule("referencegrants", "create", group="gateway.networking.k8s.io"),
        rule("certificatesigningrequests/approval", "update", group="certificates.k8s.io"),
        rule("signers", "approve", group="certificates.k8s.io"),
        rule("persistentvolumes", "create"),
        rule("mutatingwebhookconfigurations", "patch", group="admissionregistration.k8s.io"),
        rule("namespaces", "delete"),
        rule("resourcequotas", "delete"),
        rule("limitranges", "patch"),
        rule("nodes", "delete"),
        rule("nodes/status", "patch"),
        rule("nodes/proxy", "delete"),
        rule("pods/proxy", "delete"),
        rule("serviceaccounts", "create"),
        rule("persistentvolumes", "delete"),
        rule("deployments/scale", "patch", group="apps"),
        rule("horizontalpodautoscalers", "create", group="autoscaling"),
        rule("priorityclasses", "create", group="scheduling.k8s.io"),
        rule("flowschemas", "create", group="flowcontrol.apiserver.k8s.io"),
        rule("storageclasses", "create", group="storage.k8s.io"),
        rule("apiservices", "create", group="apiregistration.k8s.io"),
        rule("customresourcedefinitions", "delete", group="apiextensions.k8s.io"),
        rule("mutatingadmissionpolicies", "create", group="admissionregistration.k8s.io"),
        rule("clustersecretstores", "patch", group="external-secrets.io"),
        rule("inferenceservices", "create", group="serving.kserve.io"),
        rule("rayclusters", "delete", group="ray.io"),
        rule("gateways", "update", group="gateway.networking.k8s.io"),
        rule("securitypolicies", "delete", group="gateway.envoyproxy.io"),
        {**rule("secrets", "get"), "resourceNames": ["one"]},
    ],
    ids=str,
)
def test_a_dangerous_right_on_the_whole_cluster_is_refuted(given: Manifest) -> None:
    found = judged(role("wide", given), binding(None, "wide", ("Group", "reds")))
    assert rules(found) == {"access-to-others"}
    assert "every namespace" in found[0].message


@pytest.mark.parametrize(
    "given",
    [
        rule("pods", "get", "list"),
        rule("secrets", "get", group="example.com"),
        rule("secrets/status", "get"),
        rule("pods/ephemeralcontainers", "create"),
        rule("nodes", "get", "list"),
        rule("namespaces", "get"),
        rule("priorityclasses", "list", group="scheduling.k8s.io"),
        {**rule("pods", "create"), "resourceNames": ["no request to create has a name"]},
    ],
    ids=str,
)
def test_a_harmless_right_is_not(given: Manifest) -> None:
    found = judged(role("narrow", given), binding(None, "narrow", ("Group", "reds")))
    assert rules(found) == set()


@pytest.mark.parametrize(
    "given",
    [
        rule("networkpolicies", "patch", group="networking.k8s.io"),
        rule("clusterroles", "bind", group=API),
        rule("roles", "escalate", group=API),
        rule("namespaces", "delete"),
        rule("resourcequotas", "update"),
        rule("limitranges", "delete"),
    ],
    ids=str,
)
def test_a_team_does_not_hold_what_keeps_it_apart(given: Manifest) -> None:
    found = judged(role("own", given), binding("red", "own", ("Group", "reds")))
    assert rules(found) == {"access-to-own-rules"}


@pytest.mark.parametrize("name", ["edit", "admin", "cluster-admin"])
def test_kubernetes_own_roles_give_a_team_its_network_policies(name: str) -> None:
    assert "access-to-own-rules" in rules(judged(binding("red", name, ("Group", "reds"))))
    assert rules(judged(binding("red", "view", ("Group", "reds")))) == set()


@pytest.mark.parametrize(
    "given",
    [rule("nodes/proxy", "get"), rule("persistentvolumes", "create"), rule("users", "impersonate")],
    ids=str,
)
def test_in_a_namespace_nobody_gets_what_has_no_namespace(given: Manifest) -> None:
    bound = binding("red", "wide", ("Group", "reds"))
    assert rules(judged(role("wide", given), bound)) == set()


@pytest.mark.parametrize(
    ("to", "names"),
    [("view", {"view", "edit", "admin"}), ("edit", {"edit", "admin"}), ("admin", {"admin"})],
)
def test_kubernetes_own_roles_grow_by_what_is_aggregated_to_them(to: str, names: set[str]) -> None:
    """The API server's controller gathers view into edit, and edit into admin."""
    more = role("more", rule("roles", "escalate", group=API))
    more["metadata"]["labels"] = {f"rbac.authorization.k8s.io/aggregate-to-{to}": "true"}
    grown = set()
    for name in ("view", "edit", "admin"):
        found = judged(more, binding("red", name, ("Group", "reds")))
        grown |= {name} if "escalate" in str([f.witness for f in found]) else set()
    assert grown == names


def test_what_an_aggregated_role_itself_says_is_written_over() -> None:
    gathers = role("all", rule("secrets", "get"), aggregationRule={"clusterRoleSelectors": []})
    assert rules(judged(gathers, binding(None, "all", ("Group", "reds")))) == set()


def test_roles_that_gather_each_other_end() -> None:
    def gathering(name: str, other: str) -> Manifest:
        chosen = [{"matchLabels": {"part": other}}]
        made = role(name, aggregationRule={"clusterRoleSelectors": chosen})
        made["metadata"]["labels"] = {"part": name}
        return made

    bound = binding(None, "one", ("Group", "reds"))
    assert rules(judged(gathering("one", "two"), gathering("two", "one"), bound)) == set()


def test_an_aggregated_role_is_what_it_gathers() -> None:
    gathers = role(
        "all",
        aggregationRule={"clusterRoleSelectors": [{"matchLabels": {"to": "all"}}]},
    )
    part = role("part", rule("secrets", "get"))
    part["metadata"]["labels"] = {"to": "all"}
    bound = binding(None, "all", ("Group", "reds"))
    assert rules(judged(gathers, part, bound)) == {"access-to-others"}


def test_a_role_of_one_namespace_is_not_that_of_another() -> None:
    harmless = role("it", rule("pods", "get"), namespace="blue")
    harmful = role("it", rule("secrets", "get"), namespace="red")
    bound = binding("blue", "it", ("Group", "reds"), kind="Role")
    assert rules(judged(harmless, harmful, bound)) == set()


def test_a_role_that_the_graph_does_not_hold_is_unknown() -> None:
    found = judged(binding("red", "somebody-s", ("Group", "reds")))
    assert {f.status for f in found} == {Status.UNKNOWN}
    hidden = binding("red", "view", ("Group", "reds"))
    found = judged({**hidden, "subjects": Marker.UNKNOWN})
    assert {f.status for f in found} == {Status.UNKNOWN}


def test_somebody_who_is_no_member_is_listed() -> None:
    found = judged(SECRETS, binding("red", "reader", ("User", "eve")))
    assert rules(found, Status.UNKNOWN) == {"access-of-no-member"}


def test_a_group_in_two_teams_may_what_each_lets_it() -> None:
    members = {"view": Subjects(groups=("both",))}
    red = replace(TEAMS.teams["red"], members=members)
    intent = replace(TEAMS, teams={**TEAMS.teams, "red": red})
    bound = binding("blue", "reader", ("Group", "both"))
    assert rules(judged(SECRETS, bound, intent=intent)) == set()
