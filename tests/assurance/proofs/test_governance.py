"""What was asked for each team, against what stands in its namespace."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent, Subjects, TeamIntent
from assurance.graph.resource import Marker
from assurance.graph.values import CLASS, TEAM, Pin
from assurance.proofs.findings import Finding, Status
from assurance.proofs.governance import governance
from components.tenancy.rbac import team_cluster_roles
from tests.assurance.proofs.ordered import graph, made
from tests.components.manifests.samples import deployment, limits, namespace, quota, sample
from tests.rehearsed import asked as stacks_asked

RBAC = "rbac.authorization.k8s.io"
ENFORCE = "pod-security.kubernetes.io/enforce"
ASKED = TeamIntent(
    namespaces=("fraud",),
    quota={"pods": "5", "requests.cpu": "2"},
    containers={"max": {"cpu": "1"}, "pod max": {"memory": "2Gi"}},
    members={"edit": Subjects(groups=("builders",)), "view": Subjects(users=("eve",))},
)


def home(**labels: str) -> dict[str, Any]:
    item = namespace()
    own = {TEAM: "fraud", CLASS: "team", ENFORCE: "restricted"}
    item["metadata"]["labels"] = {k: v for k, v in {**own, **labels}.items() if v}
    return item


def hard(**amounts: Any) -> dict[str, Any]:
    keys = {key.replace("_", "."): value for key, value in amounts.items()}
    return {**quota(), "spec": {"hard": keys}}


def most(pod: str = "2Gi", **amounts: Any) -> dict[str, Any]:
    of_pods = [{"type": "Pod", "max": {"memory": pod}}] if pod else []
    return {**limits(), "spec": {"limits": [{"type": "Container", "max": amounts}, *of_pods]}}


def labelled(team: str) -> dict[str, Any]:
    item = deployment()
    item["spec"]["template"]["metadata"]["labels"] = {TEAM: team}
    return item


def binding(role: str, kind: str, name: str, **more: str) -> dict[str, Any]:
    return sample(
        "RoleBinding",
        f"{role}-{name}",
        api=f"{RBAC}/v1",
        roleRef={"apiGroup": RBAC, "kind": "ClusterRole", "name": f"ml-platform:team-{role}"},
        subjects=[{"apiGroup": RBAC, "kind": kind, "name": name, **more}],
    )


WHOLE: Mapping[str, dict[str, Any]] = {
    "home": home(),
    "quota": hard(pods="5", requests_cpu="2000m"),
    "limits": most(cpu="1"),
    "edit": binding("edit", "Group", "builders"),
    "view": binding("view", "User", "eve"),
    **{f"role {n}": role for n, role in enumerate(team_cluster_roles())},
}


def world(**changed: dict[str, Any] | None) -> Graph:
    given = {**WHOLE, **changed}
    return graph(*(made(manifest) for manifest in given.values() if manifest is not None))


def bad(given: Graph, asked: TeamIntent = ASKED) -> list[Finding]:
    found = governance(given, Intent(teams={"fraud": asked})).findings
    return [finding for finding in found if finding.status is not Status.PROVED]


def test_what_is_as_it_was_asked_for_is_proved() -> None:
    result = governance(world(), Intent(teams={"fraud": ASKED}))
    assert {f.status for f in result.findings} == {Status.PROVED}
    assert dict(result.population) == {"teams": 1, "amounts": 4, "members": 2, "pins": 0}


@pytest.mark.parametrize(
    ("changed", "rule", "words"),
    [
        ({"quota": None}, "quota", "nothing bounds pods: 5 was asked for"),
        ({"quota": hard(pods="6", requests_cpu="2")}, "quota", "pods is 6: more than the 5"),
        ({"quota": hard(pods="5", requests_cpu="1")}, "quota", "requests.cpu is 1: less than"),
        ({"quota": hard(pods="5", requests_cpu="2", secrets="1")}, "quota", "secrets is bounded"),
        ({"limits": None}, "containers", "nothing bounds max cpu"),
        ({"limits": most("", cpu="1")}, "containers", "nothing bounds pod max memory: 2Gi"),
        ({"limits": most("3Gi", cpu="1")}, "containers", "pod max memory is 3Gi: more than"),
        ({"limits": most(cpu="1001m")}, "containers", "max cpu is 1001m: more than"),
        ({"home": home(**{ENFORCE: "baseline"})}, "pod-security", "enforces baseline"),
        ({"home": home(**{ENFORCE: ""})}, "pod-security", "enforces no level"),
        ({"home": home(**{TEAM: "risk"})}, "labels", "Namespace fraud is labelled as risk's"),
        ({"home": home(**{TEAM: ""})}, "labels", "Namespace fraud is labelled as nobody's"),
        ({"home": home(**{CLASS: ""})}, "labels", "is of class None"),
        ({"pods": labelled("risk")}, "labels", "Deployment fraud/api is labelled as risk's"),
        ({"edit": None}, "members", "builders, of role edit, may not get configmaps"),
        ({"edit": binding("view", "Group", "builders")}, "members", "may not create configmaps"),
        ({"view": binding("edit", "User", "eve")}, "members", "eve, of role view, may"),
        ({"edit": binding("admin", "Group", "builders")}, "members", "builders, of role edit, may"),
        ({"view": binding("view", "Group", "eve")}, "members", "eve, of role view, may not"),
        ({"view": binding("view", "User", "eve", apiGroup="x")}, "members", "may not get"),
        ({"more": binding("edit", "User", "eve")}, "members", "eve, of role view, may"),
    ],
)
def test_one_difference_is_refuted_with_what_was_asked_for(
    changed: dict[str, Any], rule: str, words: str
) -> None:
    [finding] = bad(world(**changed))
    assert (finding.rule, finding.status) == (f"governance/{rule}", Status.REFUTED)
    assert words in finding.message
    assert finding.remedy


def test_a_second_quota_counts_if_it_is_tighter() -> None:
    second = {**hard(pods="4"), "metadata": {"name": "second", "namespace": "fraud"}}
    [finding] = bad(world(second=second))
    assert "pods is 4: less than the 5" in finding.message
    scoped = {**second, "spec": {"hard": {"pods": "9"}, "scopes": ["BestEffort"]}}
    [finding] = bad(world(second=scoped))
    assert "bounds some pods further" in finding.message


def test_what_is_not_known_is_unknown() -> None:
    [finding] = bad(world(quota=hard(pods=Marker.UNKNOWN, requests_cpu="2")))
    assert (finding.rule, finding.status) == ("governance/quota", Status.UNKNOWN)
    [finding] = bad(world(**{"role 1": None}))
    assert (finding.rule, finding.status) == ("governance/members", Status.UNKNOWN)


def test_a_pin_whose_content_nobody_has_seen_is_unknown_and_named() -> None:
    chart = Pin(version="1.2.3", key="platform.metrics", verified=False)
    pins = {"chart a": chart, "chart b": replace(chart, verified=True)}
    result = governance(world(), Intent(teams={"fraud": ASKED}, pins=pins))
    [finding] = [each for each in result.findings if each.status is not Status.PROVED]
    assert (finding.rule, finding.status) == ("governance/unverified-pin", Status.UNKNOWN)
    assert (finding.subject, finding.origin.config) == ("chart a", "platform.metrics")
    assert result.population["pins"] == 2


def test_a_member_of_two_roles_is_held_to_the_greater() -> None:
    both = Subjects(groups=("builders",))
    asked = replace(ASKED, members={**ASKED.members, "admin": both})
    given = world(admin=binding("admin", "Group", "builders"))
    assert not bad(given, asked)
    assert bad(given)


def test_a_viewer_s_role_with_any_verb_too_many_is_refuted() -> None:
    viewer, *_ = team_cluster_roles()
    for index, rule in enumerate(viewer["rules"]):
        wider = {**rule, "verbs": [*rule["verbs"], "patch"]}
        rules = [*viewer["rules"][:index], wider, *viewer["rules"][index + 1 :]]
        assert bad(world(**{"role 0": {**viewer, "rules": rules}})), rule


def test_every_stack_is_governed_as_its_teams_have_asked() -> None:
    assert stacks_asked()
    for name, each in stacks_asked().items():
        result = governance(*each)
        others = [f for f in result.findings if f.rule != "governance/unverified-pin"]
        assert {f.status for f in others} == {Status.PROVED}, name
        assert result.population["amounts"] > 30
