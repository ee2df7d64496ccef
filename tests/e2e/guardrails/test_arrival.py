"""What the API server says to who comes, and to who was there before."""

from copy import deepcopy
from http import HTTPStatus

import pytest

from assurance.guardrails import Outcome, evaluate
from tests.assurance.guardrails.dry_run import Server
from tests.assurance.guardrails.samples import pod, service, wrapped
from tests.e2e.cluster import Kubectl, eventually
from tests.e2e.guardrails.agreement import (
    refusing,
)
from tests.e2e.guardrails.guarded import (
    JUDGED,
    LEVELS,
    UNCLAIMED,
    bound,
    good,
    policy_of,
    say,
)
from tests.e2e.guardrails.unmasked import PATH, STANDING_IN, objects, podlikes
from tests.e2e.guardrails.unmasked import pod as unmasked

pytestmark = pytest.mark.e2e

TEAM = "guardrails-labelled"
PROC_MOUNT = {"pod-security-proc-mount", "pod-security-proc-mount-restricted"}
HOST_NETWORK = {"pods-stay-off-the-host-network", "pod-security-host-namespaces"}
AS_TEAM = ("ml-platform/team=by-hand", "pod-security.kubernetes.io/enforce=baseline")


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


def test_nobody_of_a_team_names_a_node_and_whoever_is_placed_may_be_changed(
    server: Server, kubectl: Kubectl
) -> None:
    rule = "pods-leave-their-node-to-the-scheduler"
    named = good()
    named["spec"]["nodeName"] = "gpu-0"
    named["status"] = {"conditions": [{"type": "PodScheduled", "status": "True"}]}
    assert server.create(named, TEAM).refused_by == rule
    del named["status"]
    assert server.create(wrapped("DaemonSet", named), TEAM).refused_by == rule
    named["metadata"]["annotations"] = {"kubernetes.io/config.mirror": "0a1b"}
    assert server.create(named, TEAM).accepted
    placed = good()
    placed["metadata"] |= {"name": "placed", "namespace": TEAM}
    kubectl.apply(placed)
    path = f"api/v1/namespaces/{TEAM}/pods/placed"
    eventually(lambda: "nodeName" in kubectl.json("get", "pod", "placed", "-n", TEAM)["spec"])
    moved = kubectl.json("get", "pod", "placed", "-n", TEAM)
    moved["metadata"]["labels"]["more"] = "yes"
    moved["spec"]["tolerations"].append({"key": "more", "operator": "Exists"})
    assert server.send("PUT", path, moved).accepted


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
