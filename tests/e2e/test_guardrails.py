"""Guardrails as the platform deploys them: one verdict, whichever way they are read."""

from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from http import HTTPStatus

import pytest

from assurance.graph.values import SYSTEM_NAMESPACES
from assurance.guardrails import Outcome, evaluate, judge, labels_of
from assurance.guardrails.rules import kubernetes
from operations.sandbox import Sandbox
from tests.assurance.guardrails.dry_run import Server
from tests.assurance.guardrails.mutants import elsewhere, mutants
from tests.assurance.guardrails.planted import planted
from tests.assurance.guardrails.samples import Manifest, pod, service, wrapped
from tests.e2e.agreement import (
    EVERY,
    NEVER_VALID,
    Found,
    agree_where_they_hold,
    agree_with_pod_security,
    agree_with_the_policies,
    agrees,
    judged,
    namespaces,
    refusing,
    refusing_there,
    sent,
)
from tests.e2e.cluster import Kubectl, eventually
from tests.e2e.guarded import (
    JUDGED,
    LEVELS,
    RULES,
    SORTS,
    UNCLAIMED,
    bound,
    good,
    guarded,
    policy_of,
    say,
)
from tests.e2e.unmasked import PATH, STANDING_IN, objects, podlikes
from tests.e2e.unmasked import pod as unmasked

pytestmark = pytest.mark.e2e

FEW, MANY = 300, 3_000
TEAM = "guardrails-labelled"
PROC_MOUNT = {"pod-security-proc-mount", "pod-security-proc-mount-restricted"}
HOST_NETWORK = {"pods-stay-off-the-host-network", "pod-security-host-namespaces"}
AS_TEAM = ("ml-platform/team=by-hand", "pod-security.kubernetes.io/enforce=baseline")


@pytest.fixture(scope="module")
def server(
    sandbox: Sandbox, kubectl: Kubectl, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    with guarded(sandbox, kubectl, tmp_path_factory.mktemp("guardrails")) as found:
        yield found


@pytest.fixture(scope="module")
def few(server: Server, kubectl: Kubectl) -> Found:
    return judged(server, kubectl, FEW)


def test_policies_and_offline_verdicts_agree(few: Found) -> None:
    agree_with_the_policies(few)


def test_policies_hold_where_the_offline_scope_says(few: Found) -> None:
    agree_where_they_hold(few)


def test_pod_security_and_offline_verdicts_agree(few: Found) -> None:
    agree_with_pod_security(few)


def test_a_changed_rule_is_caught(few: Found) -> None:
    """Each rule with one thing about it changed no longer says what the API server says."""
    survivors, tried = [], 0
    whole = [one for one in few.cases if not one.answer.cut]
    for rule in EVERY:
        for words, mutant in mutants(rule):
            tried += 1
            if all(
                (evaluate(mutant, one.case.manifest).outcome is Outcome.REFUSED)
                is (rule.name in one.answer.warned_of)
                for one in whole
            ):
                survivors.append(f"{rule.name}: {words}")
    say(f"\n{tried - len(survivors)} of {tried} changed rules are caught; not caught:")
    say("\n".join(survivors))
    assert tried > 200
    assert len(survivors) < tried / 3


def test_a_changed_scope_is_caught(server: Server, kubectl: Kubectl) -> None:
    """Each rule that holds elsewhere no longer says what the API server says.

    It is asked about what each rule refuses, in namespaces of every sort.
    """
    asked = [sent(server, one, place) for one in valid() for place in SORTS]
    labels = namespaces(kubectl)
    expected = [(one, refusing_there(one, labels)) for one in asked]
    for one, refusing_it in expected:
        assert agrees(one, refusing_it), f"{one}: {refusing_it}"
    survivors, tried = [], 0
    for rule in RULES:
        for words, mutant in elsewhere(rule):
            tried += 1
            if all(
                agrees(one, refusing_it - {rule.name} | refusing_there(one, labels, (mutant,)))
                for one, refusing_it in expected
            ):
                survivors.append(f"{rule.name}: {words}")
    say(f"\n{tried - len(survivors)} of {tried} changed scopes are caught; not caught:")
    say("\n".join(survivors))
    assert tried > 60
    assert len(survivors) < tried / 8


def valid() -> list[Manifest]:
    """What each rule refuses, if the API server takes it; of roles both sorts."""
    made = [case.manifest for name, case in planted().items() if name not in NEVER_VALID]
    roles = [one for one in made if one["kind"].startswith("ClusterRole")]
    return [*made, *(one | {"kind": one["kind"].removeprefix("Cluster")} for one in roles)]


def test_a_debug_container_is_judged_as_it_enters(server: Server, kubectl: Kubectl) -> None:
    running = good()
    running["metadata"] |= {"name": "debugged", "namespace": JUDGED}
    kubectl.apply(running)
    path = f"api/v1/namespaces/{JUDGED}/pods/debugged/ephemeralcontainers"
    for privileged in (False, True):
        main = running["spec"]["containers"][0]
        context = {"privileged": True} if privileged else main["securityContext"]
        debug = {"name": "debug", "image": main["image"], "securityContext": context}
        changed = kubectl.json("get", "pod", "debugged", "-n", JUDGED)
        changed["spec"]["ephemeralContainers"] = [debug]
        answer = server.send("PUT", path, changed)
        expected = refusing(changed)
        assert ("pod-security-privileged" in expected) is privileged
        assert answer.warned_of == expected


def test_an_unmasked_proc_takes_a_user_namespace(server: Server) -> None:
    """Without one it is no valid pod, so that is the only way in which the rule's level lets it."""
    for host_users in (None, True):
        made = unmasked(host_users=host_users)
        answer = server.create(made, JUDGED)
        assert answer.status == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "`hostUsers` must be false to use `Unmasked`" in answer.message
        assert "pod-security-proc-mount" in refusing(made)
    made = unmasked(host_users=False)
    assert refusing(made) & PROC_MOUNT == {"pod-security-proc-mount-restricted"}
    assert server.create(made, JUDGED).warned_of & PROC_MOUNT == refusing(made) & PROC_MOUNT
    assert server.create(made, LEVELS["baseline"]).accepted
    assert "procMount (" in server.create(made, LEVELS["restricted"]).message


def test_an_unmasked_proc_is_refused_in_an_object_that_may_have_one(
    server: Server, kubectl: Kubectl
) -> None:
    """The API server's own reading of the rule, where no validation comes before it."""
    path, name = PATH.format(JUDGED), STANDING_IN.name
    policy = policy_of(STANDING_IN)
    kubectl.apply(podlikes())
    try:
        crd = "customresourcedefinition/podlikes.example.com"
        kubectl("wait", "--for=condition=Established", crd, "--timeout=30s")
        kubectl.apply(policy, bound(policy["metadata"]["name"]))
        given = list(objects())
        expected = [evaluate(STANDING_IN, one).outcome is Outcome.REFUSED for one in given]
        first = given[expected.index(True)]
        eventually(lambda: server.send("POST", path, first).warned_of == {name})
        answers = [server.send("POST", path, one) for one in given]
        assert all(answer.accepted for answer in answers)
        assert [answer.warned_of == {name} for answer in answers] == expected
        say(f"{len(given)} objects, {sum(expected)} of them refused")
        assert sum(expected) == 18
    finally:
        kubectl("delete", "customresourcedefinition", "podlikes.example.com")


def test_what_was_there_before_may_still_be_let_go(server: Server, kubectl: Kubectl) -> None:
    """An update that changes nothing a rule looks at is let through; one that does is not."""
    place = UNCLAIMED[0]
    old = service() | {"metadata": {"name": "old", "namespace": place}}
    old["metadata"]["finalizers"] = ["example.com/held"]
    old["spec"]["type"] = "LoadBalancer"
    path = f"api/v1/namespaces/{place}/services/old"
    try:
        kubectl.apply(old)
        kubectl("label", "namespace", place, *AS_TEAM)
        eventually(lambda: server.create(old, place).refused)
        held = kubectl.json("get", "service", "old", "-n", place)
        released = deepcopy(held)
        del released["metadata"]["finalizers"]
        assert server.send("PUT", path, released).accepted
        widened = deepcopy(held)
        widened["spec"]["ports"][0]["port"] = 443
        assert server.send("PUT", path, widened).refused
    finally:
        patch = '{"metadata": {"finalizers": null}}'
        kubectl("patch", "service", "old", "-n", place, "-p", patch)


def test_what_runs_already_may_be_scaled_and_not_made_worse(
    server: Server, kubectl: Kubectl
) -> None:
    """A template is judged where it changes; a team's label stands outside its spec."""
    place = UNCLAIMED[1]
    made = wrapped("Deployment", pod())
    made["metadata"] |= {"name": "old", "namespace": place}
    made["spec"]["template"]["spec"]["hostNetwork"] = True
    path = f"apis/apps/v1/namespaces/{place}/deployments/old"
    kubectl.apply(made)
    kubectl("label", "namespace", place, *AS_TEAM)
    eventually(lambda: server.create(made, place).refused)
    scaled = kubectl.json("get", "deployment", "old", "-n", place)
    del scaled["metadata"]["resourceVersion"]
    scaled["spec"]["replicas"] = 3
    assert server.send("PUT", path, scaled).accepted
    scaled["spec"]["template"]["metadata"]["labels"]["more"] = "yes"
    assert server.send("PUT", path, scaled).refused_by in HOST_NETWORK
    del scaled["spec"]["template"]["spec"]["hostNetwork"]
    assert server.send("PUT", path, scaled).accepted
    del scaled["spec"]["template"]["metadata"]["labels"]["ml-platform/team"]
    assert server.send("PUT", path, scaled).refused_by == "pods-name-their-team"


def test_a_refusal_says_rule_culprit_remedy_and_page(server: Server) -> None:
    made = wrapped("Deployment", pod())
    containers = made["spec"]["template"]["spec"]["containers"]
    containers[1]["ports"] = [{"containerPort": 80, "hostPort": 80}]
    made["spec"]["template"]["spec"]["initContainers"][0]["ports"] = containers[1]["ports"]
    answer = server.create(made, TEAM)
    assert answer.message.endswith(
        "denied request: pods-take-no-host-ports: A team's pod takes no port of the host. "
        "Not so in: init, side. Leave out hostPort; publish a Service. "
        "See docs/guardrails.md#pods-take-no-host-ports"
    )
    bad = service() | {"spec": {**service()["spec"], "type": "NodePort"}}
    assert server.create(bad, TEAM).message.endswith(
        "denied request: services-take-no-node-ports: A team's Service opens no port on the nodes. "
        "Publish it through the gateway, which authenticates, limits and logs. "
        "See docs/guardrails.md#services-take-no-node-ports"
    )


def test_no_expression_puzzles_the_api_server(server: Server, kubectl: Kubectl) -> None:
    """Its type checker warns of expressions that would break for a kind they match."""
    assert server

    def listed() -> list[Manifest]:
        items: list[Manifest] = kubectl.json("get", "validatingadmissionpolicies")["items"]
        return items

    eventually(lambda: all("typeChecking" in item.get("status", {}) for item in listed()))
    warnings = {
        item["metadata"]["name"]: item["status"]["typeChecking"].get("expressionWarnings")
        for item in listed()
    }
    assert len(warnings) > 10
    assert {name: found for name, found in warnings.items() if found} == {}


def test_large_objects_are_judged_within_the_api_server_s_budget(server: Server) -> None:
    """CEL has a budget; what overruns it is refused, however good it is."""
    made = wrapped("Deployment", pod())
    spec = made["spec"]["template"]["spec"]
    example = spec["containers"][0]
    spec["containers"] = [
        {
            **deepcopy(example),
            "name": f"c{number}",
            "ports": [{"containerPort": 1000 + 10 * number + port} for port in range(10)],
        }
        for number in range(100)
    ]
    spec["volumes"] = [{"name": f"v{number}", "emptyDir": {}} for number in range(200)]
    answer = server.create(made, "guardrails-team")
    assert answer.accepted, answer.message
    spec["containers"][99]["image"] = "nginx"
    assert server.create(made, "guardrails-team").refused_by == "images-have-a-version"


def test_what_kubernetes_makes_itself_is_left_alone(server: Server, kubectl: Kubectl) -> None:
    """Its own roles have wildcards, and one binding is to cluster-admin: those, and no others."""
    assert server
    kinds = "clusterroles,clusterrolebindings,roles,rolebindings,namespaces,configmaps,services"
    listed = kubectl.json("get", kinds, "--all-namespaces")["items"]
    labels = labels_of(item for item in listed if item["kind"] == "Namespace")
    own = [item for item in listed if is_kubernetes_own(item)]
    verdicts = {
        (rule.name, item["kind"], item["metadata"]["name"]): judge(rule, item, labels).outcome
        for item in own
        for rule in RULES
        if evaluate(rule, item).outcome is not Outcome.OUT_OF_SCOPE
    }
    say(Counter(verdicts.values()))
    assert Counter(verdicts.values())[Outcome.ACCEPTED] > 300
    assert set(verdicts.values()) == {Outcome.ACCEPTED, Outcome.OUT_OF_SCOPE}
    needed = {
        (item["kind"], item["metadata"]["name"])
        for item in own
        for rule in RULES
        if item["kind"].startswith("Cluster") and evaluate(rule, item).outcome is Outcome.REFUSED
    }
    assert needed == {
        *(("ClusterRole", name) for name in kubernetes.ROLES),
        *(("ClusterRoleBinding", name) for name in kubernetes.BINDINGS),
    }


def is_kubernetes_own(item: Manifest) -> bool:
    metadata, places = item["metadata"], {*SYSTEM_NAMESPACES, "default"}
    booted = "kubernetes.io/bootstrapping" in metadata.get("labels", {})
    name = metadata["name"] if item["kind"] == "Namespace" else metadata.get("namespace")
    return booted or name in places


@pytest.mark.fire
def test_thousands_of_objects_get_one_verdict(server: Server, kubectl: Kubectl) -> None:
    found = judged(server, kubectl, MANY)
    agree_with_the_policies(found)
    agree_where_they_hold(found)
    agree_with_pod_security(found)
