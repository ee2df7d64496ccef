"""`mlp live` on a deployed stack: the stack's own findings, holes made by hand, and no secret."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from assurance.graph.readers.live import Live, read_live
from operations.kubeconfig import asking
from tests.e2e.cluster import Kubectl
from tests.e2e.project import LEVELS, Project, project
from tests.e2e.two_teams import PLATFORM, TEAMS, WAREHOUSE

pytestmark = pytest.mark.e2e

CANARY = "tweet-tweet-canary"
CLUSTER = {**PLATFORM["cluster"], "capabilities": ["network-policy"]}
WAIVERS = [
    {
        "stack": "one",
        "finding": "isolation/nothing-of-the-kind: *",
        "owner": "ada",
        "reason": "to see it arrive",
        "expires": "2099-12-31",
    }
]
SECRET = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {
        "name": "canary",
        "namespace": "fraud",
        "annotations": {"kubectl.kubernetes.io/last-applied-configuration": CANARY},
    },
    "stringData": {"password": CANARY},
}
HOLES = [
    {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "by-hand", "namespace": namespace},
        "spec": {"podSelector": {}, key: [{}], "policyTypes": [key.title()]},
    }
    for namespace, key in (("fraud", "ingress"), ("ads", "egress"))
]
"""One opens a team to everybody, the other lets another team go anywhere."""


@pytest.fixture(scope="module")
def place(tools: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A project whose stack `one` is deployed, with waivers."""
    with project(tmp_path_factory.mktemp("live"), tools["kubectl"]) as made:
        made.write("one", {"platform": {"cluster": CLUSTER}, "teams": TEAMS})
        text = yaml.safe_dump({"waivers": WAIVERS})
        (made.directory / "waivers.yaml").write_text(text, encoding="utf-8")
        started = made.mlp("sandbox", "start", "--stack", "one")
        assert started.returncode == 0, started.stderr
        made.kubectl("one").apply(*WAREHOUSE)
        made.outcome("up", "one")
        levels = made.directory / "policies" / "levels" / "one.json"
        levels.write_text(json.dumps({**LEVELS, "unknown": "mandatory"}), encoding="utf-8")
        yield made


@pytest.fixture
def kubectl(place: Project) -> Kubectl:
    return place.kubectl("one")


def proved(place: Project) -> dict[str, Any]:
    """The stack's document, from its file."""
    done = place.mlp(
        "prove", "--stack", "one", "--mode", "warm", "--today", "2026-01-31", "--json", "-"
    )
    assert done.returncode in {0, 1, 2}, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def live(place: Project, kubeconfig: Path, *words: str) -> tuple[int, dict[str, Any], str]:
    """Exit code, document and report."""
    done = place.mlp("live", "--kubeconfig", str(kubeconfig), *words, "--json", "-")
    assert done.returncode in {0, 1, 2}, done.stderr
    return done.returncode, json.loads(done.stdout), done.stderr


def findings(document: Mapping[str, Any], *proofs: str) -> set[tuple[str, str, str]]:
    return {
        (found["rule"], found["status"], found["subject"])
        for proof in proofs
        for found in document["results"][proof]["findings"]
    }


def test_a_deployed_stack_is_judged_as_its_file_is(place: Project, kubectl: Kubectl) -> None:
    """Isolation, team by team and flow by flow, from the rehearsal and from the cluster."""
    _, document, told = live(place, kubectl.kubeconfig)
    ours = proved(place)
    assert document["graph"]["mode"] == "live"
    assert {k: v for k, v in document["intent"].items() if k != "levels"} == {
        k: v for k, v in ours["intent"].items() if k != "levels"
    }
    for proof in ("isolation", "tenancy"):
        assert findings(document, proof) == findings(ours, proof)
        assert len(findings(ours, proof)) > 5
    assert document["results"]["reading"]["findings"] == []
    assert "isolation/nothing-of-the-kind: * is not found: remove it" in told


def test_a_policy_made_by_hand_is_refuted_with_a_witness(place: Project, kubectl: Kubectl) -> None:
    kubectl.apply(*HOLES)
    try:
        code, document, told = live(place, kubectl.kubeconfig, "--only", "isolation")
    finally:
        for namespace in ("ads", "fraud"):
            kubectl("delete", "networkpolicy", "by-hand", "-n", namespace)
    assert code == 1, told
    refuted = [f for f in document["results"]["isolation"]["findings"] if f["status"] == "refuted"]
    assert "fraud/by-hand" in json.dumps([found["witness"] for found in refuted])
    assert "refuted isolation/" in told
    assert live(place, kubectl.kubeconfig, "--only", "isolation")[0] == 0


def test_a_pod_that_was_relabelled_by_hand_is_judged_by_itself(
    place: Project, kubectl: Kubectl
) -> None:
    def pods() -> list[str]:
        _, document, _ = live(place, kubectl.kubeconfig, "--only", "isolation")
        kinds = (r["type"].rpartition(":")[2] for r in document["graph"]["resources"])
        return [kind for kind in kinds if kind in {"Pod", "ReplicaSet", "Deployment"}]

    before = pods()
    assert "ReplicaSet" not in before
    listed = kubectl.json("get", "pods", "-n", "ads")["items"]
    name = listed[0]["metadata"]["name"]
    kubectl("label", "pod", name, "-n", "ads", "by=hand")
    assert sorted(pods()) == sorted([*before, "Pod"])
    kubectl("label", "pod", name, "-n", "ads", "by-")


def test_no_secrets_content_is_ever_asked_for(place: Project, kubectl: Kubectl) -> None:
    """Everything that the API server answers is looked at, not only what is kept of it."""
    kubectl("apply", "--server-side", "-f", "-", manifests=[SECRET])
    assert CANARY in kubectl("get", "secret", "canary", "-n", "fraud", "-o", "yaml")
    answers: list[str] = []
    with asking(kubectl.kubeconfig, None) as ask:

        def listening(path: str, query: Mapping[str, str], form: str) -> Any:
            answer = ask(path, query, form)
            answers.append(json.dumps(answer))
            return answer

        read = read_live(listening, "x")
    assert len(answers) > 50
    assert not any(CANARY in answer for answer in answers)
    names = {str(item) for item in read.graph.objects() if item.gvk.kind == "Secret"}
    assert "Secret fraud/canary" in names
    code, document, told = live(place, kubectl.kubeconfig)
    assert CANARY not in told + json.dumps(document)
    kubectl("delete", "secret", "canary", "-n", "fraud")
    assert code in {0, 1, 2}


def as_account(kubectl: Kubectl, directory: Path, name: str, rules: list[Any]) -> Path:
    """A kubeconfig of a ServiceAccount that may do what the rules say, and nothing else."""
    meta = {"name": name, "namespace": "default"}
    rbac = "rbac.authorization.k8s.io"
    subject = {"kind": "ServiceAccount", **meta}
    kubectl.apply(
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": meta},
        {"apiVersion": f"{rbac}/v1", "kind": "ClusterRole", "metadata": meta, "rules": rules},
        {
            "apiVersion": f"{rbac}/v1",
            "kind": "ClusterRoleBinding",
            "metadata": meta,
            "roleRef": {"apiGroup": rbac, "kind": "ClusterRole", "name": name},
            "subjects": [subject],
        },
    )
    token = kubectl("create", "token", name, "-n", "default").strip()
    content = yaml.safe_load(kubectl.kubeconfig.read_text())
    content["users"] = [{"name": content["users"][0]["name"], "user": {"token": token}}]
    path = directory / name
    path.write_text(yaml.safe_dump(content))
    return path


def read(kubeconfig: Path) -> Live:
    with asking(kubeconfig, None) as ask:
        return read_live(ask, "x")


def kept(found: Live) -> set[str]:
    """Everything but what the test's own accounts brought about."""
    return {str(item) for item in found.graph.objects() if "reader" not in str(item)}


def test_get_and_list_are_all_that_it_takes(kubectl: Kubectl, tmp_path: Path) -> None:
    rules = [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list"]}]
    reader = read(as_account(kubectl, tmp_path, "reader", rules))
    assert reader.unread == ()
    assert kept(reader) == kept(read(kubectl.kubeconfig))


def test_what_may_not_be_listed_is_a_named_unknown(
    place: Project, kubectl: Kubectl, tmp_path: Path
) -> None:
    groups = [
        {"apiGroups": [group], "resources": ["*"], "verbs": ["get", "list"]}
        for group in ("apps", "batch", "rbac.authorization.k8s.io", "networking.k8s.io")
    ]
    core = ["namespaces", "pods", "configmaps", "serviceaccounts", "services", "resourcequotas"]
    limited = [{"apiGroups": [""], "resources": core, "verbs": ["get", "list"]}]
    blind = as_account(kubectl, tmp_path, "secretless-reader", [*groups, *limited])
    code, document, told = live(place, blind)
    unread = {f["subject"] for f in document["results"]["reading"]["findings"]}
    assert {"secrets", "limitranges", "nodes"} <= unread
    assert "networkpolicies.networking.k8s.io" not in unread
    assert "unknown reading/not-listed: secrets" in told
    assert "the proof" not in told
    refuted = [line for line in told.splitlines() if line.startswith("refuted ")]
    assert code == (1 if refuted else 2), told


def test_without_the_policies_nothing_is_proved_closed(
    place: Project, kubectl: Kubectl, tmp_path: Path
) -> None:
    groups = ["", "apps", "batch", "rbac.authorization.k8s.io"]
    rules = [{"apiGroups": groups, "resources": ["*"], "verbs": ["get", "list"]}]
    blind = as_account(kubectl, tmp_path, "policyless-reader", rules)
    code, document, told = live(place, blind, "--only", "isolation")
    assert code == 2, told
    statuses = {
        f["status"]
        for f in document["results"]["isolation"]["findings"]
        if "team-reaches" in f["rule"] or "closed" in f["rule"] or "apart" in f["rule"]
    }
    assert "proved" not in statuses


def test_a_cluster_that_is_gone_is_one_line(place: Project, kubectl: Kubectl) -> None:
    content = kubectl.kubeconfig.read_text()
    stopped = place.mlp("sandbox", "stop", "--stack", "one")
    assert stopped.returncode == 0, stopped.stderr
    gone = place.directory / "gone"
    gone.write_text(content)
    done = place.mlp("live", "--kubeconfig", str(gone))
    assert done.returncode == 3
    assert "does not answer" in done.stderr
    assert len(done.stderr.splitlines()) == 1
