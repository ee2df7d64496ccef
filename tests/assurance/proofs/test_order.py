"""What comes before what, decided from recorded dependencies alone."""

from collections.abc import Iterable
from random import Random

import pytest

from assurance.graph.graph import Graph, merged
from assurance.graph.intent import Intent
from assurance.graph.resource import Marker, Options
from assurance.proofs.findings import Status
from assurance.proofs.order import order
from components.manifests.custom import KINDS
from tests.assurance.proofs.ordered import (
    NAMESPACE,
    THING,
    cut,
    found,
    gate,
    graph,
    made,
    node,
    open_between,
    removed,
    said,
    urn,
    users,
)
from tests.components.manifests.samples import (
    claim,
    deployment,
    namespace,
    pod_spec,
    policy,
    role_binding,
    secret,
    service,
    webhook,
)
from tests.rehearsed import ROOT, graphs

_CUSTOM = {f"kubernetes:{gvk.group}" for gvk in KINDS}
_ON_A_CLUSTER = ("kubernetes:", "pulumi:index:Stash", "ml-platform:", "pulumi:pulumi:")


BOUNDS = ("LimitRange", "NetworkPolicy")
"""Whatever comes into a namespace of the platform's waits for them, as it may make pods."""


def edges() -> list[tuple[Graph, str, str]]:
    """Every dependency of what is on a cluster: in which graph, who waits, for what.

    Between what a cloud makes, the providers' own tests say what has to wait.
    """
    return [
        (given, one, other)
        for given in graphs().values()
        for other, ones in users(given).items()
        for one in sorted(ones)
        if all(given.resources[urn].type.startswith(_ON_A_CLUSTER) for urn in (one, other))
    ]


def missed(taken: Iterable[tuple[Graph, str, str]]) -> int:
    """How many are missed once they are gone; the others nobody needs."""
    count, idle = 0, set()
    for given, one, other in taken:
        if open_between(cut(given, one, other), other, one):
            count += 1
        elif not _at_once(given, one, other):
            idle.add((_kind(one), _kind(other)))
    assert not {pair for pair in idle if not _structural(pair)}
    return count


def test_the_stacks_are_in_order_and_a_dependency_is_missed_when_it_is_gone() -> None:
    assert not any(found(given) for given in graphs().values())
    assert missed(Random(20).sample(edges(), 20)) > 2


@pytest.mark.e2e
def test_many_dependencies_of_the_stacks_are_missed_when_they_are_gone() -> None:
    assert missed(Random(21).sample(edges(), 200)) > 50


@pytest.mark.e2e
@pytest.mark.fire
def test_every_dependency_of_the_stacks_that_somebody_needs_is_missed_when_it_is_gone() -> None:
    assert missed(edges()) > 140


def _at_once(given: Graph, one: str, other: str) -> bool:
    """An operator may make pods of a custom resource, which nobody sees, and a part is in steps.

    Custom resources wait for all that pods may need; what a part makes waits for its credentials.
    """
    parents = {given.resources[urn].parent for urn in (one, other)}
    in_a_part = len(parents) == 1 and _kind(str(parents.pop())) == "PlatformPart"
    return in_a_part or given.resources[one].type.partition("/")[0] in _CUSTOM


def _kind(urn: str) -> str:
    return urn.split("::")[2].rpartition("$")[2].rpartition(":")[2]


def _structural(pair: tuple[str, str]) -> bool:
    """Parents and providers: the engine itself cannot do without.

    A gate stands for its whole call: what it does not wait for is there as well, and who waits for
    it waits for more than it has to.
    """
    components = {"Stack", "Team", "Platform", "DataPlatform", "Guardrails", "kubernetes"} | {
        "Chart",
        "Definitions",
        "PlatformNamespace",
        "PlatformPart",
    }
    return bool({*components, "Stash"} & set(pair)) or pair[1].endswith(("Cluster", *BOUNDS))


def test_a_path_of_any_length_and_sort_counts() -> None:
    first, step, then = (
        secret("s"),
        node("step"),
        deployment(pod=pod_spec(imagePullSecrets=[{"name": "s"}])),
    )
    one = made(first, NAMESPACE)
    after = frozenset({one.urn})
    for way in (
        node("step", dependencies=after),
        node("step", property_dependencies={"x": after}),
        node("step", parent=one.urn),
        node("step", provider=one.urn),
        node("step", options=Options(deleted_with=one.urn)),
    ):
        chain = [made(then, NAMESPACE, node("far")), node("far", parent="near")]
        chain[1] = node("far", dependencies=frozenset({urn("step")}))
        assert not found(graph(NAMESPACE, one, way, *chain))
    assert said(graph(NAMESPACE, one, step, made(then, NAMESPACE, step)))


def test_a_child_follows_what_its_parent_waited_for() -> None:
    parent = node("team", "ml-platform:tenancy:Team", dependencies=frozenset({NAMESPACE.urn}))
    assert not found(graph(NAMESPACE, parent, made(secret(), parent=parent.urn)))


def test_the_wrong_way_round_is_named_so() -> None:
    early = made(secret())
    late = made(namespace(), early)
    [finding] = found(graph(early, late))
    assert "Namespace fraud itself waits for it" in finding.message


def test_resources_that_wait_for_each_other_are_refuted() -> None:
    a, b = node("a", dependencies=frozenset({urn("b")})), node("b", parent=urn("a"))
    given = graph(NAMESPACE, a, b)
    assert said(given) == {("cycle", urn("a"))}


def test_what_kubernetes_brings_is_neither_missing_nor_assumed() -> None:
    pod = pod_spec(
        priorityClassName="system-node-critical",
        volumes=[{"name": "v", "configMap": {"name": "kube-root-ca.crt"}}],
    )
    item = deployment(pod=pod)
    item["metadata"]["namespace"] = "kube-system"
    result = order(graph(made(item)), Intent())
    assert {f.status for f in result.findings} <= {Status.PROVED}
    assert result.population["brought by Kubernetes"] == 4


def test_what_nobody_brings_is_unknown_and_named() -> None:
    pod = pod_spec(envFrom=[{"secretRef": {"name": "optional", "optional": True}}])
    pod["containers"][0]["envFrom"] = [
        {"secretRef": {"name": "elsewhere"}},
        {"secretRef": {"name": "maybe", "optional": True}},
    ]
    [finding] = found(graph(NAMESPACE, made(deployment(pod=pod), NAMESPACE)), Status.UNKNOWN)
    assert finding.rule == "order/not-in-graph"
    assert finding.witness["needs"] == "Secret fraud/elsewhere"
    assert said(graph(made(THING)), Status.UNKNOWN) == {("not-in-graph", "Thing fraud/mine")}


def test_a_role_of_a_group_that_the_api_server_does_not_know_is_nobodys() -> None:
    """Not even where Kubernetes brings one of that name."""
    binding = role_binding("readers", "view", "runner", kind="ClusterRole")
    assert not said(graph(NAMESPACE, made(binding, NAMESPACE)), Status.UNKNOWN)
    binding["roleRef"] = {**binding["roleRef"], "apiGroup": "rbac.authorization.k8s.oi"}
    assert said(graph(NAMESPACE, made(binding, NAMESPACE)), Status.UNKNOWN) == {
        ("not-in-graph", "RoleBinding fraud/readers")
    }


def test_a_name_that_is_not_known_is_said_to_be_so() -> None:
    pod = pod_spec(priorityClassName=Marker.UNKNOWN)
    given = graph(NAMESPACE, made(deployment(pod=pod), NAMESPACE))
    assert said(given, Status.UNKNOWN) == {("not-evaluated", "Deployment fraud/api")}


def test_a_storage_class_that_the_cluster_states_is_assumed() -> None:
    wanted = made(claim(storageClassName="fast"), NAMESPACE)
    assert said(graph(NAMESPACE, wanted), Status.UNKNOWN)
    cluster = node("c", "ml-platform:providers:Any", inputs={"intent": {"storage_class": "fast"}})
    result = order(graph(NAMESPACE, wanted, cluster), Intent())
    assert {f.status for f in result.findings} == {Status.PROVED}
    assumed = {text for f in result.findings for text in f.assumes}
    assert any("StorageClass fast" in text for text in assumed)


def test_another_stack_s_objects_are_assumed_and_come_before_once_both_are_in_the_graph() -> None:
    stacks = graphs()
    alone = order(stacks["teams"], Intent())
    assert {f.status for f in alone.findings} == {Status.PROVED}
    assumed = {text for f in alone.findings for text in f.assumes}
    assert "stack platform is deployed before, and brings Namespace ml-platform" in assumed
    both = merged(
        [stacks["teams"], *graphs(ROOT / "tests/data/stacks/Pulumi.platform.yaml").values()]
    )
    together = order(both, Intent())
    assert {f.status for f in together.findings} == {Status.PROVED}
    assert not any("stack platform" in t for f in together.findings for t in f.assumes)
    assert together.population["needs"] > alone.population["needs"]


def test_files_and_clusters_have_no_order_and_say_so_once() -> None:
    for mode in ("manifests", "live"):
        result = order(graph(made(secret()), mode=mode), Intent())
        [finding] = result.findings
        assert (finding.rule, finding.status) == ("order/no-order", Status.UNKNOWN)


def test_without_objects_there_is_nothing_to_decide() -> None:
    assert said(graph(node("x")), Status.UNKNOWN) == {("nothing-to-decide", "graph")}


def test_a_webhook_s_own_backend_does_not_wait_for_it() -> None:
    hook = webhook("w", "api", "", ["pods", "services"])
    backend = made(deployment(), NAMESPACE)
    front = made(service(), NAMESPACE)
    config = made(hook, backend, front)
    assert not found(graph(NAMESPACE, backend, front, config))
    stranger = made(deployment("other"), NAMESPACE)
    assert said(graph(NAMESPACE, backend, front, config, stranger)) == {
        ("webhook", "Deployment fraud/other")
    }


def test_a_webhook_is_not_asked_about_namespaces_that_it_leaves_out() -> None:
    hook = webhook("w", "api", "", ["pods"])
    hook["webhooks"][0]["clientConfig"] = {"url": "https://hooks.example"}
    hook["webhooks"][0]["namespaceSelector"] = {"matchLabels": {"judged": "yes"}}
    given = graph(NAMESPACE, made(hook), made(deployment(), NAMESPACE))
    assert not found(given)
    hook["webhooks"][0]["namespaceSelector"] = {
        "matchLabels": {"kubernetes.io/metadata.name": "fraud"}
    }
    assert said(given) == {("webhook", "Deployment fraud/api")}


def test_a_gate_follows_the_workloads_that_it_waits_for() -> None:
    workload = made(deployment(), NAMESPACE)
    assert not found(graph(NAMESPACE, workload, gate("Deployment fraud/api", after=(workload,))))
    assert said(graph(NAMESPACE, workload, gate("Deployment fraud/api"))) == {
        ("gate", "gate ready")
    }


def test_pods_that_go_with_their_namespace_may_outlive_their_policies() -> None:
    deny = removed(made(policy(), NAMESPACE), deleted_with=NAMESPACE.urn)
    pods = made(deployment(), NAMESPACE, deny)
    assert not found(graph(NAMESPACE, deny, pods))
    along = removed(pods, deleted_with=NAMESPACE.urn)
    [finding] = found(graph(NAMESPACE, deny, along))
    assert finding.rule == "order/removal"
    assert "both go with Namespace" in finding.message
