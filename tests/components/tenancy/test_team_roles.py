"""What the roles allow, read as Kubernetes reads rules; what no member may ever do."""

import itertools
from typing import Any

import pytest

from components.config.faults import ConfigError
from components.manifests import Manifest, faults
from components.tenancy.rbac import ROLES, cluster_role, role_bindings, team_cluster_roles
from components.tenancy.section import MembersConfig, SubjectsConfig
from tests.components.tenancy.samples import objects

RULES = {role["metadata"]["name"]: role["rules"] for role in team_cluster_roles()}
VERBS = ("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection")
NEVER = [
    *itertools.product(
        [
            ("", "limitranges"),
            ("", "namespaces"),
            ("", "resourcequotas"),
            ("", "serviceaccounts"),
            ("", "endpoints"),
            ("discovery.k8s.io", "endpointslices"),
            ("networking.k8s.io", "networkpolicies"),
            ("networking.k8s.io", "ingresses"),
            ("rbac.authorization.k8s.io", "roles"),
            ("rbac.authorization.k8s.io", "rolebindings"),
            ("apps", "daemonsets"),
        ],
        ("create", "update", "patch", "delete", "deletecollection"),
    ),
    *itertools.product(
        [("", "nodes"), ("", "persistentvolumes"), ("rbac.authorization.k8s.io", "clusterroles")],
        VERBS,
    ),
    (("rbac.authorization.k8s.io", "roles"), "bind"),
    (("rbac.authorization.k8s.io", "roles"), "escalate"),
    (("rbac.authorization.k8s.io", "clusterroles"), "bind"),
    (("", "users"), "impersonate"),
    (("", "groups"), "impersonate"),
    (("", "serviceaccounts"), "impersonate"),
    (("", "serviceaccounts/token"), "create"),
    (("", "pods/proxy"), "get"),
    (("", "services/proxy"), "create"),
    (("", "nodes/proxy"), "get"),
    (("", "pods/binding"), "create"),
    (("certificates.k8s.io", "certificatesigningrequests"), "create"),
]


def allows(role: str, group: str, resource: str, verb: str) -> bool:
    """Whether a rule of the role covers it, wildcards included."""
    return any(
        {group, "*"} & set(rule["apiGroups"])
        and {resource, "*"} & set(rule["resources"])
        and {verb, "*"} & set(rule["verbs"])
        for rule in RULES[cluster_role(role)]
    )


@pytest.mark.parametrize("role", ROLES)
def test_no_role_allows_what_would_widen_it(role: str) -> None:
    assert [(what, verb) for what, verb in NEVER if allows(role, *what, verb)] == []


def test_no_rule_has_a_wildcard_a_url_or_a_name() -> None:
    for rule in itertools.chain.from_iterable(RULES.values()):
        assert rule.keys() == {"apiGroups", "resources", "verbs"}
        assert "*" not in {*rule["apiGroups"], *rule["resources"], *rule["verbs"]}


def test_each_role_holds_all_of_the_role_before_it() -> None:
    def everything(role: str) -> set[tuple[str, str, str]]:
        return {
            (group, resource, verb)
            for rule in RULES[cluster_role(role)]
            for group in rule["apiGroups"]
            for resource in rule["resources"]
            for verb in rule["verbs"]
        }

    view, edit, admin = (everything(role) for role in ("view", "edit", "admin"))
    assert view < edit < admin
    assert {verb for _, _, verb in view} == {"get", "list", "watch"}
    assert {verb for _, _, verb in admin - edit} == {"get", "list", "watch"}


def test_who_only_views_sees_no_secret_and_enters_no_pod() -> None:
    assert not any(allows("view", "", "secrets", verb) for verb in VERBS)
    assert not any(
        allows("view", "", f"pods/{way}", verb)
        for way in ("exec", "attach", "portforward")
        for verb in VERBS
    )
    assert allows("view", "", "pods/log", "get")


@pytest.mark.parametrize(
    ("group", "resource"),
    [
        ("apps", "deployments"),
        ("apps", "statefulsets"),
        ("batch", "jobs"),
        ("batch", "cronjobs"),
        ("", "services"),
        ("", "configmaps"),
        ("", "secrets"),
        ("", "persistentvolumeclaims"),
        ("autoscaling", "horizontalpodautoscalers"),
        ("policy", "poddisruptionbudgets"),
    ],
)
def test_who_edits_does_all_with_what_the_team_runs(group: str, resource: str) -> None:
    assert all(allows("edit", group, resource, verb) for verb in VERBS)


def bindings(**roles: Any) -> list[Manifest]:
    return role_bindings("fraud", MembersConfig(**roles))


def test_members_are_bound_in_their_namespace_to_a_role_that_exists() -> None:
    made = bindings(
        view=SubjectsConfig(groups=("b", "a", "a"), users=("u",)),
        admin=SubjectsConfig(users=("v",)),
    )
    assert [binding["roleRef"]["name"] for binding in made] == [
        "ml-platform:team-view",
        "ml-platform:team-admin",
    ]
    for binding in made:
        assert binding["kind"] == "RoleBinding"
        assert binding["metadata"]["namespace"] == "fraud"
        assert binding["roleRef"]["name"] in RULES
    assert [(s["kind"], s["name"]) for s in made[0]["subjects"]] == [
        ("Group", "a"),
        ("Group", "b"),
        ("User", "u"),
    ]


def test_a_team_without_members_binds_nobody() -> None:
    assert bindings() == []


@pytest.mark.parametrize("name", ["system:authenticated", "system:serviceaccounts:risk"])
def test_everybody_is_no_member(name: str) -> None:
    """Every other team's people and pods would be in."""
    with pytest.raises(ConfigError, match=r"^teams\.fraud\.members\.edit\.groups: .*by name"):
        objects({"members": {"edit": {"groups": [name]}}})


def test_kubernetes_takes_every_role() -> None:
    assert [fault for role in team_cluster_roles() for fault in faults(role)] == []
