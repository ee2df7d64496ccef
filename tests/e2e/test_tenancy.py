"""Teams on a real API server: what it admits, what it refuses, and what members may do."""

from collections.abc import Iterator
from typing import Any

import pytest
from lightkube import Client, KubeConfig

from components.manifests import Manifest
from components.tenancy.rbac import ROLES, cluster_role, held, team_cluster_roles
from operations.sandbox import Sandbox
from tests.components.tenancy.samples import RICH, SEED
from tests.e2e.authorizer import Judge, Question, questions
from tests.e2e.cluster import Kubectl
from tests.e2e.three_teams import (
    RICH_TEAM,
    SEED_TEAM,
    SMALL,
    SMALL_TEAM,
    is_frame,
    job,
    manifests_of,
    pod,
    pods_of,
)

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def teams(kubectl: Kubectl) -> Iterator[dict[str, list[Manifest]]]:
    """Three teams on the cluster: all of the seed's, and the frames of the other two."""
    made = manifests_of(tenancy_rich=RICH, tenancy_seed=SEED, tenancy_small=SMALL)
    roles = team_cluster_roles()
    namespaces = [manifest for objects in made.values() for manifest in objects[:1]]
    rest = [manifest for objects in made.values() for manifest in objects[1:]]
    try:
        kubectl.apply(*roles, *namespaces)
        kubectl.apply(*(m for m in rest if is_frame(m) or m["metadata"]["namespace"] == SEED_TEAM))
        yield made
    finally:
        kubectl("delete", "clusterrole", *(role["metadata"]["name"] for role in roles))
        kubectl("delete", "namespace", "--wait=false", *made)


def test_a_restricted_namespace_admits_every_pod_of_a_rich_team(
    kubectl: Kubectl, teams: dict[str, list[Manifest]]
) -> None:
    pods = list(pods_of(teams[RICH_TEAM]))
    assert {p["metadata"]["name"] for p in pods} == RICH["workloads"].keys() - {"web"}
    for one in pods:
        kubectl("create", "--dry-run=server", "-f", "-", manifests=[one])


def test_the_api_server_takes_every_object_strictly_and_without_a_warning(
    kubectl: Kubectl, teams: dict[str, list[Manifest]]
) -> None:
    for objects in teams.values():
        strictly = ("--dry-run=server", "--validate=strict", "--force-conflicts")
        done = kubectl.run("apply", "--server-side", *strictly, "-f", "-", manifests=objects)
        assert done.returncode == 0, done.stderr
        assert "Warning" not in done.stderr


def test_the_seed_s_tenant_becomes_available(
    kubectl: Kubectl, teams: dict[str, list[Manifest]]
) -> None:
    assert SEED_TEAM in teams
    where = f"--namespace={SEED_TEAM}"
    kubectl("wait", where, "--for=condition=Available", "--timeout=50s", "deployment/ml-inference")
    used = kubectl.json("get", where, "resourcequota", "quota")["status"]["used"]
    assert int(used["pods"]) >= 1
    assert used["services"] == "1"


def test_a_container_that_says_nothing_gets_the_team_s_defaults(
    kubectl: Kubectl, teams: dict[str, list[Manifest]]
) -> None:
    assert SMALL_TEAM in teams
    shown = "jsonpath={.spec.containers[0].resources}"
    words = ("create", "--dry-run=server", "-o", shown, "-f", "-")
    made = kubectl(*words, manifests=[pod(SMALL_TEAM)])
    assert '"limits":{"cpu":"500m","ephemeral-storage":"4Gi","memory":"512Mi"}' in made
    assert '"requests":{"cpu":"100m","ephemeral-storage":"256Mi","memory":"128Mi"}' in made


def _limits(**amounts: str) -> dict[str, Any]:
    return {"resources": {"limits": amounts}}


@pytest.mark.parametrize(
    ("container", "reason"),
    [
        (_limits(cpu="600m"), "maximum cpu usage per Container is 500m"),
        (_limits(memory="2Gi"), "maximum memory usage per Container is 1Gi"),
        (_limits(**{"ephemeral-storage": "33Gi"}), "maximum ephemeral-storage usage per Container"),
        (_limits(**{"nvidia.com/gpu": "1"}), "exceeded quota"),
        ({"securityContext": {"privileged": True}}, "violates PodSecurity"),
        ({"securityContext": {"runAsUser": 0}}, "violates PodSecurity"),
        ({"ports": [{"containerPort": 80, "hostPort": 80}]}, "violates PodSecurity"),
    ],
)
def test_a_pod_beyond_what_its_team_may_is_refused(
    kubectl: Kubectl, teams: dict[str, list[Manifest]], container: dict[str, Any], reason: str
) -> None:
    assert SMALL_TEAM in teams
    words = ("create", "--dry-run=server", "-f", "-")
    assert reason in kubectl.refused(*words, manifests=[pod(SMALL_TEAM, **container)])


def test_pods_beyond_the_quota_are_refused_one_by_one(
    kubectl: Kubectl, teams: dict[str, list[Manifest]]
) -> None:
    """Two pods of half a core each use the team's whole core; the third is one too many."""
    assert SMALL_TEAM in teams
    half = {"resources": {"requests": {"cpu": "500m"}, "limits": {"cpu": "500m"}}}
    made = [pod(SMALL_TEAM, f"half-{n}", **half) for n in range(3)]
    try:
        kubectl("create", "-f", "-", manifests=made[:2])
        assert "exceeded quota" in kubectl.refused("create", "-f", "-", manifests=made[2:])
    finally:
        kubectl("delete", "pod", "--all", "--wait=false", f"--namespace={SMALL_TEAM}")


def test_containers_of_one_pod_share_the_bound_of_its_node_s_disk(
    kubectl: Kubectl, teams: dict[str, list[Manifest]]
) -> None:
    assert SMALL_TEAM in teams
    made = pod(SMALL_TEAM, **_limits(**{"ephemeral-storage": "17Gi"}))
    [one] = made["spec"]["containers"]
    made["spec"]["containers"] = [one, {**one, "name": "other"}]
    told = kubectl.refused("create", "--dry-run=server", "-f", "-", manifests=[made])
    assert "maximum ephemeral-storage usage per Pod is 32Gi, but limit is 34Gi" in told


def test_objects_beyond_the_quota_s_counts_are_refused(
    kubectl: Kubectl, teams: dict[str, list[Manifest]]
) -> None:
    assert SMALL_TEAM in teams
    hard = next(m for m in teams[SMALL_TEAM] if m["kind"] == "ResourceQuota")["spec"]["hard"]
    jobs = [job(SMALL_TEAM, f"job-{number}") for number in range(2)]
    assert hard["count/jobs.batch"] == "1"
    try:
        kubectl("create", "-f", "-", manifests=jobs[:1])
        told = kubectl.refused("create", "-f", "-", manifests=jobs[1:])
        assert "exceeded quota: quota, requested: count/jobs.batch=1" in told
    finally:
        kubectl("delete", "job", "--all", "--wait=false", f"--namespace={SMALL_TEAM}")


@pytest.mark.parametrize("kind", ["LoadBalancer", "NodePort"])
def test_no_way_in_from_outside_but_the_gateway(
    kubectl: Kubectl, teams: dict[str, list[Manifest]], kind: str
) -> None:
    assert SMALL_TEAM in teams
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "way-in", "namespace": SMALL_TEAM},
        "spec": {"type": kind, "ports": [{"port": 80}], "selector": {"a": "b"}},
    }
    assert "exceeded quota" in kubectl.refused("create", "-f", "-", manifests=[service])


@pytest.fixture(scope="module")
def judge(sandbox: Sandbox) -> Iterator[Judge]:
    with Client(config=KubeConfig.from_file(sandbox.kubeconfig), trust_env=False) as client:
        yield Judge(client)


@pytest.fixture(scope="module")
def everything(kubectl: Kubectl, judge: Judge) -> tuple[list[Question], set[Question]]:
    """All that can be asked, and what of it anybody may who has proved who they are."""
    asked = questions(kubectl)
    assert len(asked) > 400
    return asked, judge.allowed(asked, None, "nobody")


@pytest.mark.parametrize(
    ("role", "user", "groups"),
    [
        ("view", "somebody", ("analysts",)),
        ("edit", "somebody", ("engineers",)),
        ("edit", "ed@example.com", ()),
        ("admin", "ada@example.com", ()),
    ],
)
def test_a_member_may_do_what_the_role_says_in_the_team_s_namespace_and_nothing_elsewhere(
    judge: Judge,
    everything: tuple[list[Question], set[Question]],
    teams: dict[str, list[Manifest]],
    role: str,
    user: str,
    groups: tuple[str, ...],
) -> None:
    """Every resource and verb of the server, here, there and everywhere, judged by itself."""
    assert RICH_TEAM in teams
    asked, anybody = everything
    said = {
        (rule.group, resource, verb)
        for rule in held(role)
        for resource in rule.resources
        for verb in rule.verbs
    }
    assert judge.allowed(asked, RICH_TEAM, user, groups) == (said & set(asked)) | anybody
    assert judge.allowed(asked, SEED_TEAM, user, groups) == anybody
    assert judge.allowed(asked, None, user, groups) == anybody


def test_a_member_cannot_give_more_than_was_given(
    kubectl: Kubectl, teams: dict[str, list[Manifest]]
) -> None:
    assert RICH_TEAM in teams
    ada = kubectl.impersonating("ada@example.com")
    where = f"--namespace={RICH_TEAM}"
    for words in (
        ("create", "rolebinding", "up", f"--clusterrole={cluster_role('admin')}", "--user=x"),
        ("create", "token", "api"),
        ("delete", "networkpolicy", "default-deny"),
        ("delete", "resourcequota", "quota"),
        ("label", "namespace", RICH_TEAM, "pod-security.kubernetes.io/enforce-", "--overwrite"),
    ):
        assert "forbidden" in ada.refused(where, *words)
    assert set(ROLES) == {"view", "edit", "admin"}
