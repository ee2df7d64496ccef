"""What comes before what, decided from recorded dependencies alone."""

from collections.abc import Iterable
from random import Random
from typing import Any

import pytest

from assurance.graph.graph import Graph, merged
from assurance.graph.intent import Intent
from assurance.graph.resource import Marker, Options
from assurance.proofs.findings import Status
from assurance.proofs.order import order
from tests.assurance.proofs.ordered import (
    cut,
    found,
    graph,
    made,
    node,
    removed,
    said,
    urn,
    users,
)
from tests.components.manifests.recorder import Stage, recorded
from tests.components.manifests.samples import (
    Manifest,
    claim,
    crd,
    deployment,
    namespace,
    pod_spec,
    policy,
    quota,
    sample,
    secret,
    service,
    webhook,
)
from tests.components.manifests.test_order import AROUND, PAIRS
from tests.rehearsed import ROOT, graphs

NAMESPACE = made(namespace())
STRICTER = {
    "a quota before claims",  # this quota counts no claims
    "a quota before custom resources",  # whether these make pods is not known
    "default-deny before custom resources",
}
"""What register() orders without need."""


def stateful_set(name: str = "db") -> Manifest:
    spec = {**deployment(name)["spec"], "serviceName": name}
    return sample("StatefulSet", name, api="apps/v1", spec=spec)


def route(kind: str, **spec: Any) -> Manifest:
    return sample(kind, api="gateway.networking.k8s.io/v1", spec=spec)


def gate(*workloads: str, after: tuple[Any, ...] = ()) -> Any:
    marks = dict.fromkeys(workloads, "f00")
    dependencies = frozenset(each.urn for each in after)
    return node("ready", "pulumi:index:Stash", inputs={"input": marks}, dependencies=dependencies)


INGRESS = sample(
    "Ingress",
    api="networking.k8s.io/v1",
    spec={
        "defaultBackend": {"service": {"name": "api", "port": {"number": 80}}},
        "tls": [{"secretName": "password"}],
    },
)
CONVERTED = crd("things.example", "Thing", "things")
CONVERTED["spec"]["conversion"] = {
    "strategy": "Webhook",
    "webhook": {"clientConfig": {"service": {"namespace": "fraud", "name": "api"}}},
}
THING = sample("Thing", "mine", api="things.example/v1")
MORE = {
    "a service before the ingress that leads to it": (service(), INGRESS),
    "a certificate before the ingress that shows it": (secret(), INGRESS),
    "a service before the route that leads to it": (
        service(),
        route("HTTPRoute", rules=[{"backendRefs": [{"name": "api", "port": 80}]}]),
    ),
    "a gateway before its routes": (
        route("Gateway", gatewayClassName="g"),
        {**route("HTTPRoute", parentRefs=[{"name": "x"}]), "kind": "GRPCRoute"},
    ),
    "a gateway class before its gateways": (
        {**route("GatewayClass"), "metadata": {"name": "g"}},
        route("Gateway", gatewayClassName="g"),
    ),
    "a stateful set's service before it": (service("db"), stateful_set()),
    "a quota before the services that it counts": (
        {**quota(), "spec": {"hard": {"services": "3"}}},
        service(),
    ),
    "a quota of storage before the claims that use it": (
        {**quota(), "spec": {"hard": {"requests.storage": "1Gi"}}},
        claim(),
    ),
    "a quota before what it counts by group": (
        {**quota(), "spec": {"hard": {"count/deployments.apps": "3"}}},
        deployment(),
    ),
    "a quota of load balancers before a load balancer": (
        {**quota(), "spec": {"hard": {"services.loadbalancers": "0"}}},
        service(kind="LoadBalancer"),
    ),
    "a webhook about pods before whatever makes pods": (
        webhook("w", "other", "", ["pods"]),
        deployment(),
    ),
    "whoever converts a kind before its objects": (service(), THING),
    "an external secret before the pods that read what it brings": (
        sample("ExternalSecret", "s", api="external-secrets.io/v1", spec={"target": {}}),
        deployment(pod=pod_spec(imagePullSecrets=[{"name": "s"}])),
    ),
}


def two(sentence: str, *, dependent: bool) -> tuple[Any, str, str]:
    """The graph of a pair in its surroundings, and both of the pair."""
    first, then = {**PAIRS, **MORE}[sentence]
    surroundings = [CONVERTED if o["kind"].startswith("Custom") else o for o in AROUND]
    one = made(first, *([] if first == namespace() else [NAMESPACE]))
    other = made(then, NAMESPACE, *([one] if dependent else []))
    around = {r.urn: r for r in (made(o, NAMESPACE) for o in surroundings)}
    around[NAMESPACE.urn] = NAMESPACE
    return graph(*{**around, one.urn: one, other.urn: other}.values()), one.urn, other.urn


def open_between(given: Any, needed: str, user: str) -> bool:
    """Whether it is found that nothing makes one wait for the other."""
    pair = {"user": user, "needs": needed}
    return any(f.witness == pair and f.rule != "order/removal" for f in found(given))


@pytest.mark.parametrize("sentence", sorted({**PAIRS, **MORE}.keys() - STRICTER))
def test_what_is_needed_must_come_first(sentence: str) -> None:
    given, needed, user = two(sentence, dependent=False)
    given = cut(given, user, needed)
    assert open_between(given, needed, user)
    given, needed, user = two(sentence, dependent=True)
    assert not open_between(given, needed, user)


KNOWN = [name for name, pair in PAIRS.items() if all(o["kind"] != "Thing" for o in pair)]
"""Pairs of kinds that register() knows."""


@pytest.mark.parametrize("sentence", sorted({*KNOWN} - STRICTER))
def test_what_register_orders_is_in_order_and_one_edge_less_is_found(sentence: str) -> None:
    first, then = PAIRS[sentence]
    objects = [first, then]
    objects += [o for o in AROUND if _name(o) not in {_name(first), _name(then)}]

    def program(stage: Stage) -> None:
        stage.register(*objects)

    given = recorded(program).graph
    keyed = {str(item): item.resource.urn for item in given.objects()}
    needed, user = (keyed[_name(o)] for o in (first, then))
    assert not found(given)
    assert open_between(cut(given, user, needed), needed, user)


def _name(manifest: Manifest) -> str:
    metadata = manifest["metadata"]
    place = f"{metadata['namespace']}/" if "namespace" in metadata else ""
    return f"{manifest['kind']} {place}{metadata['name']}"


_ON_A_CLUSTER = ("kubernetes:", "pulumi:index:Stash", "ml-platform:", "pulumi:pulumi:")
SPARE = {
    # A gate stands for its whole call: what it does not wait for is there as well.
    ("Stash", "ConfigMap"),
    ("Stash", "CronJob"),
    ("Stash", "HorizontalPodAutoscaler"),
    ("Stash", "PodDisruptionBudget"),
    ("Stash", "RoleBinding"),
    ("Stash", "Service"),
}
"""What waits without need, by kind."""


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
        else:
            idle.add((_kind(one), _kind(other)))
    assert {pair for pair in idle if not _structural(pair)} <= SPARE
    return count


def test_the_stacks_are_in_order_and_a_dependency_is_missed_when_it_is_gone() -> None:
    assert not any(found(given) for given in graphs().values())
    assert missed(Random(20).sample(edges(), 40)) > 10


@pytest.mark.e2e
def test_every_dependency_of_the_stacks_that_somebody_needs_is_missed_when_it_is_gone() -> None:
    assert missed(edges()) > 140


def _kind(urn: str) -> str:
    return urn.split("::")[2].rpartition("$")[2].rpartition(":")[2]


def _structural(pair: tuple[str, str]) -> bool:
    """Parents and providers: the engine itself cannot do without."""
    components = {"Stack", "Team", "Platform", "DataPlatform", "Guardrails", "kubernetes"} | {
        "Chart",
        "Definitions",
        "PlatformPart",
    }
    return bool(components & set(pair)) or pair[1].endswith("Cluster")


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
