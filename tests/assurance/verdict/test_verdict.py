"""Two small worlds, compared: what a person, a code host and a machine are told."""

from datetime import date
from typing import Any

from assurance.graph.intent import Intent, TeamIntent
from assurance.graph.resource import Origin
from assurance.graph.values import Endpoint, Level, Need, Pool, Port, Shape, Waiver
from assurance.proofs.findings import Finding, Result, Status
from assurance.verdict.fault import Fault
from assurance.verdict.sarif import sarif
from assurance.verdict.side import Side
from assurance.verdict.text import lines
from assurance.verdict.verdict import Compared, Verdict, verdict
from tests.assurance.proofs.test_replacement import CLAIM, RED, SET, changed
from tests.assurance.proofs.worlds import Manifest, graph, policy

TODAY = date(2026, 6, 1)
POOL = Pool(name="general", shape=Shape(cpu=4000, memory=8 * 2**30), min=1, max=2)
BLUE: Manifest = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "blue"}}
DENY = [policy(name, "deny", policyTypes=["Ingress", "Egress"]) for name in ("red", "blue")]


def pods(namespace: str, image: str = "registry.example.com/web:1", cpu: str = "1") -> Manifest:
    requests = {"requests": {"cpu": cpu, "memory": "1Gi"}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": namespace},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "web", "image": image, "resources": requests}]},
            },
        },
    }


def peer(namespace: str) -> dict[str, Any]:
    labels = {"matchLabels": {"kubernetes.io/metadata.name": namespace}}
    return {"namespaceSelector": labels}


PORTS = [{"port": 80, "protocol": "TCP"}]
OPEN = [
    policy(
        "red",
        "out",
        policyTypes=["Egress"],
        egress=[{"to": [peer("blue")], "ports": [{"port": 80}]}],
    ),
    policy(
        "blue",
        "in",
        policyTypes=["Ingress"],
        ingress=[{"from": [peer("red")], "ports": [{"port": 80}]}],
    ),
]


def refuted(subject: str, rule: str = "isolation/hole") -> Finding:
    return Finding(
        proof="isolation",
        rule=rule,
        status=Status.REFUTED,
        subject=subject,
        message="is open",
        witness={"port": 80},
        remedy="close it",
        origin=Origin(config="teams.red.needs[0]"),
    )


def side(*manifests: Manifest, findings: tuple[Finding, ...] = (), **intent: Any) -> Side:
    teams = {name: TeamIntent(namespaces=(name,)) for name in ("red", "blue")}
    results = {"isolation": Result(findings=findings, population={"pods": 1})}
    stated = Intent(**{"teams": teams, "pools": (POOL,)} | intent)
    return Side(graph=graph(RED, BLUE, *DENY, *manifests), intent=stated, results=results)


def compare(before: Side | None, after: Side | None, **more: Any) -> Verdict:
    lines_ = {"Pulumi.one.yaml": {"teams.red": 3, "teams.red.needs": 7}}
    fields = {"name": "one", "before": before, "after": after, "lines": lines_} | more
    return verdict([Compared(**fields)], base="aaa", head="bbb", today=TODAY)


def text(told: Verdict) -> str:
    return "\n".join(lines(told, folded=True))


def test_nothing_that_changes_is_said_in_one_line() -> None:
    told = text(compare(side(pods("red")), side(pods("red"))))
    assert "one: nothing changes" in told
    assert told.splitlines()[-1] == "verdict: nothing changes, and nothing forbids it"


def test_a_new_hole_is_told_with_witness_remedy_key_and_line() -> None:
    told = compare(side(), side(findings=(refuted("red"),)))
    assert len(told.forbidden(Status.REFUTED)) == 1
    said = text(told)
    for words in ("isolation/hole: red", "witness: port 80", "remedy: close it"):
        assert words in said
    assert "from teams.red.needs[0] (Pulumi.one.yaml:7)" in said
    assert said.splitlines()[-1].startswith("verdict: forbidden: 1 finding; first: isolation/hole")


def test_an_old_hole_still_forbids_and_is_not_told_as_new() -> None:
    told = compare(side(findings=(refuted("red"),)), side(findings=(refuted("red"),)))
    assert told.stacks[0].refuted == ()
    assert "0 of them because of this change" in text(told)
    mended = compare(side(findings=(refuted("red"),)), side())
    assert [each.subject for each in mended.stacks[0].mended] == ["red"]
    assert not mended.forbidden(Status.REFUTED)


def test_a_level_decides_what_a_finding_means() -> None:
    levels = {"isolation/hole": Level.ADVISORY}
    told = compare(side(), side(findings=(refuted("red"),)), levels=levels)
    assert not told.forbidden(Status.REFUTED)
    assert "refuted (advisory) isolation/hole: red" in text(told)
    assert "isolation/hole: mandatory → advisory" in text(told)


def test_who_may_reach_whom_is_compared_pod_by_pod() -> None:
    both = (pods("red"), pods("blue"))
    told = compare(side(*both), side(*both, *OPEN))
    [way] = told.stacks[0].opened
    assert (way.source, way.target, way.ports, way.declared) == ("red", "blue", "TCP 80", False)
    assert "which no need asks for" in text(told)
    assert compare(side(*both, *OPEN), side(*both)).stacks[0].closed == (way,)


def test_a_declared_way_is_not_held_against_the_change() -> None:
    ports, labels = (Port(number=80),), {"app": "web"}
    web = Endpoint(name="team.blue.web", namespace="blue", labels=labels, ports=ports)
    red = TeamIntent(namespaces=("red",), needs=(Need(to="team.blue.web"),))
    teams = {"red": red, "blue": TeamIntent(namespaces=("blue",))}
    both = (pods("red"), pods("blue"))
    way = [*OPEN[:1], changed(OPEN[1], "spec.podSelector", {"matchLabels": {"app": "web"}})]
    told = compare(side(*both), side(*both, *way, teams=teams, endpoints={web.name: web}))
    [found] = told.stacks[0].opened
    assert (found.source, found.targets, found.declared) == ("red", ("Deployment web",), True)
    assert "which no need asks for" not in text(told)


def test_room_quota_and_images_are_compared() -> None:
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "quota", "namespace": "red"},
        "spec": {"hard": {"requests.cpu": "4"}},
    }
    newer = pods("red", image="registry.example.com/web:2", cpu="2")
    told = compare(
        side(pods("red"), quota), side(newer, changed(quota, "spec.hard", {"requests.cpu": "8"}))
    )
    said = text(told)
    assert "red/quota requests.cpu: 4 → 8" in said
    assert "Deployment red/web web: registry.example.com/web:1 → registry.example.com/web:2" in said
    [row] = [r for r in told.stacks[0].head_room if (r.pool, r.resource) == ("general", "cpu")]
    assert row.before is not None
    assert row.after is not None
    assert row.before.offered == row.after.offered == 8000
    assert row.after.asked == 2 * row.before.asked > 0


def test_who_may_do_what_is_compared() -> None:
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "b", "namespace": "red"},
        "roleRef": {"kind": "ClusterRole", "name": "edit"},
        "subjects": [{"kind": "Group", "name": "engineers"}],
    }
    told = compare(side(), side(binding))
    assert told.stacks[0].granted == ("Group engineers has ClusterRole edit in red",)
    assert compare(side(binding), side()).stacks[0].revoked == told.stacks[0].granted


def test_what_a_role_allows_by_the_same_verbs_is_one_line() -> None:
    rules = [
        {"apiGroups": [""], "resources": ["pods", "secrets"], "verbs": ["get", "list"]},
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["delete"], "resourceNames": ["one"]},
    ]
    role: Manifest = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": "reader", "namespace": "red"},
        "rules": rules,
    }
    assert compare(side(), side(role)).stacks[0].granted == (
        "Role red/reader may delete pods named one",
        "Role red/reader may get, list pods, secrets",
    )
    less = {**role, "rules": [{**rules[0], "verbs": ["get"]}, rules[1]]}
    assert compare(side(less), side(role)).stacks[0].granted == (
        "Role red/reader may list pods, secrets",
    )


def test_of_a_stack_that_is_new_nothing_can_be_lost() -> None:
    told = compare(None, side(SET))
    assert told.stacks[0].losses.findings == ()
    assert not told.forbidden(Status.UNKNOWN)


LOST = "replacement/stateful-set-lost: StatefulSet red/store"


def signed(finding: str, expires: date) -> dict[str, Any]:
    return {"waivers": (Waiver(finding=finding, owner="ada", reason="copied", expires=expires),)}


def test_a_loss_needs_a_waiver_and_a_waiver_a_loss() -> None:
    assert len(compare(side(SET), side()).forbidden(Status.REFUTED)) == 1
    waived = compare(side(SET), side(**signed(LOST, TODAY)))
    assert not waived.forbidden(Status.REFUTED)
    assert "waived by ada until 2026-06-01: copied" in text(waived)
    assert f"{LOST}: ada until 2026-06-01" in text(waived)
    [waiver] = signed(LOST, TODAY)["waivers"]
    unused = compare(
        side(SET),
        side(SET, **signed(LOST, TODAY)),
        signed={waiver: Origin(config="waivers[2]")},
        lines={"waivers.yaml": {"waivers[2]": 12}},
    )
    assert [f.rule for _, f in unused.forbidden(Status.REFUTED)] == ["waivers/unused"]
    assert "from waivers[2] (waivers.yaml:12)" in text(unused)
    ended = compare(side(SET), side(**signed(LOST, date(2026, 5, 31))))
    assert sorted(f.rule for _, f in ended.forbidden(Status.REFUTED)) == [
        "replacement/stateful-set-lost",
        "waivers/expired",
    ]


def test_a_stack_that_does_not_load_is_a_verdict_too() -> None:
    fault = Fault(
        file="Pulumi.one.yaml", line=41, message="teams.red.quota.cpu: expected an amount"
    )
    told = compare(side(SET), None, faults=(fault,))
    assert text(told).splitlines()[-1] == "verdict: does not load: one"
    assert "Pulumi.one.yaml:41: teams.red.quota.cpu: expected an amount" in text(told)
    assert told.stacks[0].steps == ()
    [result] = sarif(told)["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 41}


def test_without_a_base_that_loads_nothing_is_told_as_new() -> None:
    told = compare(
        None, side(SET, findings=(refuted("red"),)), faults_before=(Fault(message="no"),)
    )
    assert told.stacks[0].steps == ()
    assert told.stacks[0].refuted == ()
    assert "the base does not load" in text(told)
    assert told.forbidden(Status.REFUTED)


def test_a_stack_that_is_gone_loses_what_it_held() -> None:
    told = compare(side(SET, CLAIM), None)
    rules = {finding.rule for _, finding in told.forbidden(Status.REFUTED)}
    assert rules == {
        "replacement/claim-lost",
        "replacement/namespace-lost",
        "replacement/stateful-set-lost",
    }
