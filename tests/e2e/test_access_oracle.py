"""Who may do what to whom, beside the API server's own authorizer: 200 random sets of RBAC."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from random import Random

import pytest
import yaml
from lightkube import Client, KubeConfig
from lightkube.models.authorization_v1 import ResourceAttributes, SubjectAccessReviewSpec
from lightkube.resources.authorization_v1 import SubjectAccessReview

from assurance.graph.intent import Intent, Subjects, TeamIntent
from assurance.graph.pod_kinds import KINDS as CARRIERS
from assurance.proofs.findings import Status
from assurance.proofs.isolation import giving
from assurance.proofs.isolation.access import Access
from assurance.proofs.isolation.giving import given
from assurance.proofs.isolation.rights import RIGHTS, Right
from assurance.proofs.isolation.roles import BUILT_IN, BUILT_IN_PLACE
from assurance.proofs.order.given import CLUSTER_WIDE
from assurance.proofs.order.given import given as is_given
from assurance.proofs.order.wants import Key
from assurance.proofs.roles import RBAC
from operations.sandbox import Sandbox
from tests.assurance.proofs.worlds import Manifest, graph
from tests.e2e.cluster import Kubectl, eventually
from tests.e2e.random_access import (
    BLUE,
    KINDS,
    MARK,
    NOBODY_S,
    PLACES,
    RED,
    Somebody,
    access,
    marked,
)

pytestmark = pytest.mark.e2e

SETS, ASKED, BATCH = 200, 15, 150
BROUGHT = {
    *("bitnami.com", "external-secrets.io", "gateway.envoyproxy.io", "gateway.networking.k8s.io"),
    *(group for group, _ in CARRIERS if "." in group and not group.endswith("k8s.io")),
    "jobset.x-k8s.io",
}
_ADMISSION = "admissionregistration.k8s.io"
LATER = {
    (_ADMISSION, "mutatingadmissionpolicies"),
    (_ADMISSION, "mutatingadmissionpolicybindings"),
}
Held = tuple[str, str, str | None]
"""Subject, right and namespace; None is every namespace."""


class Server:
    """The API server's authorizer."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def allows(
        self, who: Somebody, right: Right, resource: str, verb: str, place: str | None
    ) -> bool:
        """Whether somebody may, to an object that is called `one` where requests name one."""
        user, groups = who.user
        name, _, sub = resource.partition("/")
        nameless = verb == "deletecollection" or (verb == "create" and not sub)
        spec = SubjectAccessReviewSpec(
            user=user,
            groups=groups,
            resourceAttributes=ResourceAttributes(
                group=right.group,
                resource=name,
                subresource=sub,
                verb=verb,
                namespace=None if right.everywhere else place,
                name=None if nameless else "one",
            ),
        )
        answer = self._client.create(SubjectAccessReview(spec=spec))
        assert answer.status is not None
        return answer.status.allowed


@pytest.fixture(scope="module")
def server(sandbox: Sandbox, kubectl: Kubectl) -> Iterator[Server]:
    with Client(config=KubeConfig.from_file(sandbox.kubeconfig), trust_env=False) as client:
        yield Server(client)
    chosen = ",".join(f"{key}={value}" for key, value in MARK.items())
    kubectl("delete", "clusterrole,clusterrolebinding", f"--selector={chosen}", "--wait=false")
    kubectl("delete", "namespace", "--wait=false", "--ignore-not-found", RED, BLUE, NOBODY_S)


def places() -> list[Manifest]:
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
        for name in (RED, BLUE, NOBODY_S)
    ]


def too_much(manifests: Sequence[Manifest]) -> dict[Held, str]:
    """What our proof says that members of red hold too much, with what shows it."""
    people = Subjects(
        users=tuple(f"somebody-{n}" for n in range(0, SETS, 3)),
        groups=tuple(f"somebody-{n}" for n in range(1, SETS, 3)),
    )
    intent = Intent(
        teams={
            RED: TeamIntent(namespaces=(RED,), members={"edit": people}),
            BLUE: TeamIntent(namespaces=(BLUE,)),
        }
    )
    found = list(Access(graph(*places(), *manifests), intent).findings())
    assert "isolation/access-unknown" not in {each.rule for each in found}
    return {
        (each.witness["subject"], each.witness["right"], _place(each.witness["in"])): str(
            each.witness["may"]
        )
        for each in found
        if each.status is Status.REFUTED
    }


def _place(text: str) -> str | None:
    return None if text == "every namespace" else text.removeprefix("namespace ")


def test_the_authorizer_agrees_on_200_random_sets(kubectl: Kubectl, server: Server) -> None:
    random, features, verdicts = Random(9), Counter[str](), Counter[bool]()
    manifests = [marked(m) for number in range(SETS) for m in access(random, number, features)]
    kubectl.apply(*places())
    for number in range(0, len(manifests), BATCH):
        kubectl.apply(*manifests[number : number + BATCH])
    eventually(lambda: _gathered(kubectl))
    ours = too_much(manifests)
    asked = list(_questions(random, ours))
    for who, right, resource, verb, place, expected in asked:
        allowed = server.allows(who, right, resource, verb, place)
        verdicts[allowed] += 1
        assert allowed is expected, (who.title, right.name, verb, resource, place)
    print(SETS, "sets,", verdicts, dict(sorted(features.items())))  # noqa: T201 - how hard
    assert min(verdicts.values()) > 0.2 * verdicts.total()
    assert min(features.values()) > 5


Asked = tuple[Somebody, Right, str, str, str | None, bool]


def _questions(random: Random, ours: dict[Held, str]) -> Iterator[Asked]:
    """All that we say they may; and at random, what we do not."""
    for number in range(SETS):
        who = Somebody(kind=KINDS[number % 3], name=f"somebody-{number}")
        mine = {(name, place) for subject, name, place in ours if subject == who.title}
        for name, place in sorted(mine, key=str):
            verb, resource = ours[who.title, name, place].split()
            right = next(r for r in RIGHTS if r.name == name and resource in r.resources)
            yield who, right, resource, verb, place, True
        for _ in range(ASKED):
            right, place = random.choice(RIGHTS), random.choice(PLACES)
            known = (right.name, place) in mine or (right.name, None) in mine
            if known or (place == RED and right.at_home) or (right.everywhere and place):
                continue
            resource, verb = random.choice(right.resources), random.choice(sorted(right.verbs))
            yield who, right, resource, verb, place, False


def _gathered(kubectl: Kubectl) -> bool:
    """Whether the controller has filled in every aggregated role."""
    listed = kubectl.json("get", "clusterroles")["items"]
    return all(
        role.get("rules")
        for role in listed
        if role["metadata"]["name"].startswith("access-") and role.get("aggregationRule")
    )


def test_what_we_know_of_kubernetes_own_roles_is_what_they_give(kubectl: Kubectl) -> None:
    listed = kubectl.json("get", "clusterroles")["items"]
    real = {role["metadata"]["name"]: role for role in listed}
    compared = 0
    for name, known in BUILT_IN.items():
        if known["aggregationRule"]:
            assert real[name]["aggregationRule"] == known["aggregationRule"]
        assert (real[name]["metadata"].get("labels") or {}).items() >= known["metadata"][
            "labels"
        ].items()
        if not known["aggregationRule"]:
            assert _ways(known["rules"]) == _ways(real[name]["rules"]), yaml.safe_dump(real[name])
            compared += 1
    assert compared >= 9
    for (place, name), known in BUILT_IN_PLACE.items():
        role = kubectl.json("get", "role", name, "--namespace", place)
        assert role["rules"] == known["rules"]
        assert is_given(Key(RBAC, "Role", place, name))


def test_groups_of_which_nothing_lives_in_a_namespace_are_the_api_servers(kubectl: Kubectl) -> None:
    groups = {g["name"]: g for g in json.loads(kubectl("get", "--raw", "/apis"))["groups"]}
    looked_at = 0
    for name in CLUSTER_WIDE:
        for version in groups[name]["versions"]:
            served = kubectl("get", "--raw", f"/apis/{version['groupVersion']}")
            for each in json.loads(served)["resources"]:
                assert not each["namespaced"], each
                looked_at += 1
    assert looked_at > 8


def test_every_right_is_about_something_that_the_api_server_has(kubectl: Kubectl) -> None:
    """But for what only authorizers know, or definitions bring, or a later version serves."""
    known: dict[str, set[str]] = {}
    groups = json.loads(kubectl("get", "--raw", "/apis"))["groups"]
    paths = {f"/apis/{v['groupVersion']}": g["name"] for g in groups for v in g["versions"]}
    for path, group in {"/api/v1": "", **paths}.items():
        listed = json.loads(kubectl("get", "--raw", path))["resources"]
        known.setdefault(group, set()).update(each["name"] for each in listed)
    named = {(right.group, name) for right in RIGHTS for name in right.resources}
    missing = {(group, name) for group, name in named if name not in known.get(group, ())}
    brought = {each for each in missing if each[0] in BROUGHT or each in LATER}
    assert missing - brought == {("", "users"), ("", "groups"), ("certificates.k8s.io", "signers")}
    assert len(named - missing) > 30


def _ways(rules: list[Manifest]) -> set[tuple[str, str, str]]:
    """Every resource and verb of our rights that rules give."""
    found = set()
    for right in RIGHTS:
        for resource, verb in product(right.resources, right.verbs):
            one = replace(right, resources=(resource,), verbs=frozenset({verb}))
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(giving, "RIGHTS", (one,))
                found |= {(r.group, resource, verb) for r, _, _ in given(rules)}
    return found
