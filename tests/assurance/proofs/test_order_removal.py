"""What goes before what on destroy, and what would be left behind."""

from dataclasses import replace
from typing import Any

import pytest

from assurance.graph.intent import Intent
from assurance.graph.resource import Options, Resource
from assurance.proofs.findings import Status
from assurance.proofs.order import order
from tests.assurance.proofs.ordered import found, graph, made, node, removed, said
from tests.components.manifests.samples import (
    Manifest,
    claim,
    crd,
    deployment,
    namespace,
    pod_spec,
    policy,
    sample,
    service,
    webhook,
)

CLUSTER = node("cluster", "aws:eks/cluster:Cluster")
PROVIDER = node(
    "k8s", "pulumi:providers:kubernetes", property_dependencies={"k": frozenset({CLUSTER.urn})}
)
TEAM = made(namespace("fraud"))
SYSTEM = made(namespace("operators"))
RBAC = "rbac.authorization.k8s.io/v1"
THING = sample("Thing", "mine", api="things.example/v1")
DEFINITION = made(crd("things.example", "Thing", "things"))
BALANCED = service(kind="LoadBalancer")
INGRESS = sample("Ingress", api="networking.k8s.io/v1", spec={})
GATEWAY = sample("Gateway", api="gateway.networking.k8s.io/v1", spec={"gatewayClassName": "g"})


def rule(group: str, *resources: str, verbs: tuple[str, ...] = ("patch", "update")) -> Manifest:
    return {"apiGroups": [group], "resources": list(resources), "verbs": list(verbs)}


def operator(*rules: Manifest, name: str = "operator", place: str = "operators") -> list[Resource]:
    """A workload, and its rights everywhere; the workload comes last."""
    account = sample("ServiceAccount", name, place)
    role = sample("ClusterRole", name, None, api=RBAC, rules=list(rules))
    binding = sample(
        "ClusterRoleBinding",
        name,
        None,
        api=RBAC,
        roleRef={"kind": "ClusterRole", "name": name},
        subjects=[{"kind": "ServiceAccount", "name": name, "namespace": place}],
    )
    workload = deployment(name, pod_spec(serviceAccountName=name))
    workload["metadata"]["namespace"] = place
    bound = made(account, SYSTEM)
    granted = made(role)
    given = made(binding, granted, bound)
    return [bound, granted, given, made(workload, SYSTEM, bound, given)]


STATUS = {
    "a custom resource": (THING, rule("things.example", "things/status")),
    "a custom resource with finalizers": (THING, rule("things.example", "things/finalizers")),
    "whatever there is": (THING, rule("*", "*", verbs=("*",))),
    "a load balancer": (BALANCED, rule("", "services/status")),
    "an ingress": (INGRESS, rule("networking.k8s.io", "ingresses/status")),
    "a gateway": (GATEWAY, rule("gateway.networking.k8s.io", "gateways/status")),
    "a claim": (claim(), rule("", "persistentvolumes", verbs=("create", "delete"))),
}
AROUND = (TEAM, SYSTEM, DEFINITION)


@pytest.mark.parametrize("what", STATUS)
def test_what_has_effects_is_gone_before_its_controller(what: str) -> None:
    manifest, right = STATUS[what]
    parts = operator(right)
    loose = made(manifest, TEAM, DEFINITION)
    [finding] = found(graph(*AROUND, *parts, loose))
    assert finding.rule == "order/outlives-controller"
    assert finding.witness["controllers"] == [parts[-1].urn]
    assert not found(graph(*AROUND, *parts, made(manifest, TEAM, DEFINITION, parts[-1])))
    gate = node("ready", dependencies=frozenset({parts[-1].urn}))
    assert not found(graph(*AROUND, *parts, gate, made(manifest, TEAM, DEFINITION, gate)))


@pytest.mark.parametrize(
    "right",
    [
        rule("things.example", "things", verbs=("create", "delete", "get", "patch")),
        rule("things.example", "things/status", verbs=("get", "watch")),
        rule("other.example", "things/status"),
        rule("things.example", "others/status"),
    ],
)
def test_whoever_only_uses_objects_does_not_look_after_them(right: Manifest) -> None:
    given = graph(*AROUND, *operator(right), made(THING, TEAM, DEFINITION))
    assert not found(given)
    assumed = {text for f in order(given, Intent()).findings for text in f.assumes}
    assert assumed == {
        "whoever looks after things.things.example is no part of this program, and stays"
    }


def test_a_right_in_another_namespace_looks_after_nothing_here() -> None:
    bound, granted, given, workload = operator(rule("things.example", "things/status"))
    manifest = {**given.inputs, "kind": "RoleBinding"}
    for place, rules in (("operators", set()), ("fraud", {"outlives-controller"})):
        manifest["metadata"] = {"name": "operator", "namespace": place}
        binding = made(manifest, TEAM, SYSTEM, granted, bound)
        user = replace(workload, dependencies=frozenset({SYSTEM.urn, bound.urn, binding.urn}))
        world = graph(*AROUND, bound, granted, binding, user, made(THING, TEAM, DEFINITION))
        assert {name for name, _ in said(world)} == rules


def test_of_several_controllers_one_that_stays_long_enough_leaves_a_doubt() -> None:
    right = rule("things.example", "things/status")
    one, other = operator(right), operator(right, name="second")
    given = graph(*AROUND, *one, *other, made(THING, TEAM, DEFINITION, one[-1]))
    assert said(given, Status.UNKNOWN) == {("outlives-controller", "Thing fraud/mine")}


def test_what_goes_with_its_namespace_goes_when_that_does() -> None:
    parts = operator(rule("", "services/status"))
    along = removed(made(BALANCED, TEAM, parts[-1]), deleted_with=TEAM.urn)
    [finding] = found(graph(*AROUND, *parts, along))
    assert "Namespace" in finding.message
    late = replace(TEAM, dependencies=frozenset({parts[-1].urn}))
    assert not found(graph(late, *AROUND[1:], *parts, along))


def test_what_is_retained_still_goes_with_its_namespace() -> None:
    parts = operator(rule("", "persistentvolumes", verbs=("delete",)))
    kept = removed(made(claim(), TEAM), retain_on_delete=True)
    assert said(graph(*AROUND, *parts, kept)) == {
        ("outlives-controller", "PersistentVolumeClaim fraud/data")
    }
    safe = replace(TEAM, options=Options(retain_on_delete=True))
    assert not found(graph(safe, *AROUND[1:], *parts, kept))


@pytest.mark.parametrize("options", [{"deleted_with": CLUSTER.urn}, {"retain_on_delete": True}])
@pytest.mark.parametrize("manifest", [BALANCED, INGRESS, claim()], ids=lambda m: m["kind"])
def test_what_goes_with_the_whole_cluster_leaves_its_effects_behind(
    manifest: Manifest, options: dict[str, Any]
) -> None:
    own = replace(TEAM, provider=PROVIDER.urn, options=Options(**options))
    inside = made(manifest, own, provider=PROVIDER.urn)
    assert not found(graph(CLUSTER, PROVIDER, own, inside))
    along = removed(inside, **options)
    [finding] = found(graph(CLUSTER, PROVIDER, own, along))
    assert finding.rule == "order/left-behind"


def test_what_is_retained_on_a_cluster_that_stays_is_kept_on_purpose() -> None:
    assert not found(graph(TEAM, removed(made(INGRESS, TEAM), retain_on_delete=True)))


def test_claims_of_a_stateful_set_go_with_their_namespace_not_with_it() -> None:
    parts = operator(rule("", "persistentvolumes", verbs=("delete",)))
    spec = {**deployment("db")["spec"], "volumeClaimTemplates": [claim()]}
    stateful = made(sample("StatefulSet", "db", api="apps/v1", spec=spec), TEAM, parts[-1])
    assert said(graph(*AROUND, *parts, stateful)) == {
        ("outlives-controller", "StatefulSet fraud/db")
    }
    late = replace(TEAM, dependencies=frozenset({parts[-1].urn}))
    assert not found(graph(late, *AROUND[1:], *parts, stateful))


def test_options_are_inherited_from_the_parent() -> None:
    parts = operator(rule("", "services/status"))
    team = node("team", "ml-platform:tenancy:Team", options=Options(deleted_with=TEAM.urn))
    child = made(BALANCED, TEAM, parts[-1], parent=team.urn)
    assert said(graph(*AROUND, *parts, team, child)) == {
        ("outlives-controller", "Service fraud/api")
    }


def test_an_object_that_goes_with_its_namespace_may_outlive_its_definition() -> None:
    along = removed(made(THING, TEAM, DEFINITION), deleted_with=TEAM.urn)
    assert said(graph(TEAM, DEFINITION, along)) == {("removal", "Thing fraud/mine")}
    kept = removed(DEFINITION, retain_on_delete=True)
    assert not found(graph(TEAM, kept, along))


def test_a_webhook_is_gone_before_whoever_answers_for_it() -> None:
    pods, front = made(deployment(), TEAM), made(service(), TEAM)
    hook = webhook("w", "api", "x.example", ["things"])
    assert not found(graph(TEAM, pods, front, made(hook, pods, front)))
    kept = removed(made(hook, pods, front), retain_on_delete=True)
    assert {f.rule for f in found(graph(TEAM, pods, front, kept))} == {"order/removal"}


def test_policies_that_go_with_a_namespace_stay_until_its_pods_are_gone() -> None:
    deny = removed(made(policy(), TEAM), deleted_with=TEAM.urn)
    elsewhere = removed(made(policy(), TEAM))
    pods = made(deployment(), TEAM, deny)
    assert not found(graph(TEAM, deny, pods))
    assert not found(graph(TEAM, elsewhere, made(deployment(), TEAM, elsewhere)))
    assert said(graph(TEAM, elsewhere, removed(pods, deleted_with=TEAM.urn))) == {
        ("removal", "Deployment fraud/api")
    }
