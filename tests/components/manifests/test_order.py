"""What comes before what."""

import random
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.manifests.index import Index
from components.manifests.keys import ObjectKey, key_of
from components.manifests.order import CycleError, dependencies, ordered
from tests.components.manifests.samples import (
    Manifest,
    autoscaler,
    claim,
    crd,
    deployment,
    job,
    limits,
    namespace,
    pod_spec,
    policy,
    quota,
    role_binding,
    sample,
    secret,
    service,
    webhook,
)

Edges = dict[ObjectKey, tuple[ObjectKey, ...]]


def edges_of(objects: Iterable[Manifest], index: Index | None = None) -> Edges:
    index, objects = index or Index(), list(objects)
    for manifest in objects:
        index.add(key_of(manifest), manifest)
    return {key_of(m): dependencies(key_of(m), m, index) for m in objects}


def before(edges: Edges, key: ObjectKey) -> set[ObjectKey]:
    """Everything that comes before an object, near and far."""
    found: set[ObjectKey] = set()
    open_ = [key]
    while open_:
        for other in edges.get(open_.pop(), ()):
            if other not in found:
                found.add(other)
                open_.append(other)
    return found


def assert_before(objects: list[Manifest], first: Manifest, then: Manifest) -> None:
    edges = edges_of(objects)
    assert key_of(first) in before(edges, key_of(then))
    keys = ordered(edges)
    assert keys.index(key_of(first)) < keys.index(key_of(then))


def account(name: str = "runner", **fields: Any) -> Manifest:
    return sample("ServiceAccount", name, **fields)


def role(name: str = "reader", kind: str = "Role") -> Manifest:
    scope = "fraud" if kind == "Role" else None
    return sample(kind, name, scope, api="rbac.authorization.k8s.io/v1", rules=[])


def config(name: str) -> Manifest:
    return sample("ConfigMap", name, data={})


def cluster_wide(kind: str, name: str, api: str, **fields: Any) -> Manifest:
    return sample(kind, name, None, api=api, **fields)


def counting(*names: str) -> Manifest:
    return {**quota(), "spec": {"hard": dict.fromkeys(names, "5")}}


def stateful_set(name: str = "db") -> Manifest:
    spec = {**deployment(name)["spec"], "serviceName": name}
    return sample("StatefulSet", name, api="apps/v1", spec=spec)


STORAGE_CLASS = cluster_wide("StorageClass", "fast", "storage.k8s.io/v1", provisioner="x")
PRIORITY = cluster_wide("PriorityClass", "high", "scheduling.k8s.io/v1", value=1)
RUNTIME = cluster_wide("RuntimeClass", "kata", "node.k8s.io/v1", handler="kata")
ADMISSION = "admissionregistration.k8s.io/v1"
VAP = cluster_wide("ValidatingAdmissionPolicy", "p", ADMISSION, spec={})
VAP_BINDING = cluster_wide(
    "ValidatingAdmissionPolicyBinding", "b", ADMISSION, spec={"policyName": "p"}
)
THING = sample("Thing", "mine", api="things.example/v1")
THING_CRD = crd("things.example", "Thing", "things")
INGRESS_CLASS = cluster_wide("IngressClass", "nginx", "networking.k8s.io/v1", spec={})
INGRESS = sample("Ingress", api="networking.k8s.io/v1", spec={"ingressClassName": "nginx"})
API_SERVICE = cluster_wide(
    "APIService",
    "v1.things.example",
    "apiregistration.k8s.io/v1",
    spec={
        "group": "things.example",
        "version": "v1",
        "groupPriorityMinimum": 1,
        "versionPriority": 1,
        "service": {"namespace": "fraud", "name": "api"},
    },
)


def env_from(**source: object) -> Manifest:
    return pod_spec() | {"containers": [{"name": "main", "env": [{"name": "A", **source}]}]}


def volume(**source: object) -> Manifest:
    return pod_spec(volumes=[{"name": "v", **source}])


def using(pod: Manifest) -> Manifest:
    return deployment(pod=pod)


PAIRS = {
    "a namespace before what is in it": (namespace(), config("c")),
    "a quota before pods": (quota(), deployment()),
    "a limit range before pods": (limits(), job()),
    "a quota before the services that it counts": (counting("services"), service("front")),
    "a quota before the secrets that it counts": (counting("count/secrets"), secret()),
    "a quota before what it counts by group": (
        counting("count/ingresses.networking.k8s.io"),
        INGRESS,
    ),
    "a stateful set's service before it": (service("db"), stateful_set()),
    "a quota before claims": (quota(), claim()),
    "a quota before custom resources": (quota(), THING),
    "default-deny before pods": (policy(), deployment()),
    "default-deny before custom resources": (policy(), THING),
    "a policy before the pods it selects": (
        policy("p", {"matchExpressions": [{"key": "app", "operator": "In", "values": ["api"]}]}),
        deployment(),
    ),
    "a service account before its pods": (account(), using(pod_spec(serviceAccountName="runner"))),
    "the default service account before pods that name none": (account("default"), deployment()),
    "rights before the pods that have them": (
        role_binding("rb", "reader", "runner"),
        using(pod_spec(serviceAccountName="runner")),
    ),
    "a secret before pods that read it into a variable": (
        secret("s"),
        using(env_from(valueFrom={"secretKeyRef": {"name": "s", "key": "k"}})),
    ),
    "a config map before pods that read it into a variable": (
        config("c"),
        using(env_from(valueFrom={"configMapKeyRef": {"name": "c", "key": "k"}})),
    ),
    "a secret before pods that read all of it": (
        secret("s"),
        using({"containers": [{"name": "m", "envFrom": [{"secretRef": {"name": "s"}}]}]}),
    ),
    "a secret before init containers that read it": (
        secret("s"),
        using(
            pod_spec(
                initContainers=[{"name": "i", "envFrom": [{"secretRef": {"name": "s"}}]}],
            )
        ),
    ),
    "a secret before pods that mount it": (
        secret("s"),
        using(volume(secret={"secretName": "s"})),
    ),
    "a config map before pods that mount it": (config("c"), using(volume(configMap={"name": "c"}))),
    "a secret before pods that project it": (
        secret("s"),
        using(volume(projected={"sources": [{"secret": {"name": "s"}}]})),
    ),
    "a claim before pods that mount it": (
        claim("d"),
        using(volume(persistentVolumeClaim={"claimName": "d"})),
    ),
    "a pull secret before pods that pull with it": (
        secret("s"),
        using(pod_spec(imagePullSecrets=[{"name": "s"}])),
    ),
    "a pull secret before the account that carries it": (
        secret("s"),
        account(imagePullSecrets=[{"name": "s"}]),
    ),
    "an account before its token": (
        account(),
        {
            **secret("token", type="kubernetes.io/service-account-token"),
            "metadata": {
                "name": "token",
                "namespace": "fraud",
                "annotations": {"kubernetes.io/service-account.name": "runner"},
            },
        },
    ),
    "a priority before its pods": (PRIORITY, using(pod_spec(priorityClassName="high"))),
    "a runtime before its pods": (RUNTIME, using(pod_spec(runtimeClassName="kata"))),
    "a role before its binding": (role(), role_binding("rb", "reader", "runner")),
    "a cluster role before its binding": (
        role(kind="ClusterRole"),
        role_binding("rb", "reader", "runner", kind="ClusterRole"),
    ),
    "a workload before its autoscaler": (deployment(), autoscaler("api")),
    "a storage class before its claims": (STORAGE_CLASS, claim(storageClassName="fast")),
    "a crd before its objects": (THING_CRD, THING),
    "an admission policy before its binding": (VAP, VAP_BINDING),
    "an admission policy's binding before any namespace": (VAP_BINDING, namespace("churn")),
    "a webhook's service before the webhook": (
        service(),
        webhook("w", "api", "things.example", ["things"]),
    ),
    "a webhook's workload before the webhook": (
        deployment(),
        webhook("w", "api", "things.example", ["things"]),
    ),
    "a webhook before the objects it judges": (
        webhook("w", "api", "things.example", ["things"]),
        THING,
    ),
    "an aggregated api's workload before it": (deployment(), API_SERVICE),
    "an ingress class before its ingresses": (INGRESS_CLASS, INGRESS),
}
AROUND = [namespace(), service(), deployment(), THING_CRD]


@pytest.mark.parametrize("sentence", PAIRS)
def test_what_is_needed_comes_first(sentence: str) -> None:
    first, then = PAIRS[sentence]
    around = [o for o in AROUND if key_of(o) not in {key_of(first), key_of(then)}]
    assert_before([then, *around, first], first, then)


def test_nothing_follows_the_service_of_its_own_pods() -> None:
    edges = edges_of([namespace(), service(), deployment()])
    assert key_of(service()) not in before(edges, key_of(deployment()))


def test_what_a_quota_does_not_count_does_not_wait_for_it() -> None:
    edges = edges_of([namespace(), counting("services"), secret(), quota(), THING_CRD])
    assert edges[key_of(secret())] == (key_of(namespace()),)
    assert edges[key_of(quota())] == (key_of(namespace()),)


def test_pods_do_not_follow_policies_for_other_pods_or_other_namespaces() -> None:
    other = policy("other", {"matchLabels": {"app": "worker"}})
    elsewhere = policy("deny") | {"metadata": {"name": "deny", "namespace": "churn"}}
    edges = edges_of([namespace(), other, elsewhere, deployment()])
    assert edges[key_of(deployment())] == (key_of(namespace()),)


def test_what_another_edge_implies_is_left_out() -> None:
    edges = edges_of([namespace(), quota(), policy(), deployment()])
    assert edges[key_of(deployment())] == (key_of(policy()), key_of(quota()))
    assert key_of(namespace()) in before(edges, key_of(deployment()))


def test_earlier_calls_count() -> None:
    index = Index()
    edges_of([namespace(), quota()], index)
    assert edges_of([deployment()], index)[key_of(deployment())] == (key_of(quota()),)


def test_what_nobody_registers_is_somebody_elses() -> None:
    pod = pod_spec(serviceAccountName="given", priorityClassName="system-cluster-critical")
    assert edges_of([using(pod)])[key_of(deployment())] == ()


def test_edges_grow_with_the_objects_not_with_their_square() -> None:
    workloads = [deployment(f"w{n}") for n in range(50)]
    bounds = [namespace(), quota(), limits(), policy(), policy("dns")]
    own = [policy(f"w{n}", {"matchLabels": {"app": f"w{n}"}}) for n in range(50)]
    edges = edges_of([*bounds, *workloads, *own])
    assert sum(map(len, edges.values())) == 50 * 5 + 54


def test_a_cycle_is_named() -> None:
    a, b, c, d = (ObjectKey(kind="Thing", name=name) for name in "abcd")
    with pytest.raises(CycleError, match="Thing b → Thing c → Thing b") as error:
        ordered({a: (), b: (c, a), c: (b,), d: (b,)})
    assert error.value.cycle == [b, c, b]


KEYS = st.integers(0, 14).map(lambda n: ObjectKey(kind="Thing", name=f"{n:02}"))
GRAPHS = st.dictionaries(KEYS, st.sets(KEYS)).map(
    lambda graph: {key: {o for o in others if o < key} for key, others in graph.items()}
)


@given(GRAPHS, st.randoms())
def test_any_graph_is_ordered_whatever_order_it_comes_in(
    graph: dict[ObjectKey, set[ObjectKey]], rng: random.Random
) -> None:
    shuffled = list(graph.items())
    rng.shuffle(shuffled)
    keys = ordered(dict(shuffled))
    assert keys == ordered(graph)
    assert sorted(keys) == sorted(graph)
    place = {key: n for n, key in enumerate(keys)}
    assert all(place[o] < place[key] for key in keys for o in graph[key] if o in graph)


@settings(deadline=None)
@given(st.sets(st.sampled_from(sorted(PAIRS)), min_size=2), st.randoms())
def test_every_pair_stays_in_order_in_every_mixture(chosen: set[str], rng: random.Random) -> None:
    objects = {key_of(o): o for o in AROUND}
    for sentence in chosen:
        objects |= {key_of(o): o for o in PAIRS[sentence] if key_of(o) not in objects}
    mixed = list(objects.values())
    rng.shuffle(mixed)
    edges = edges_of(mixed)
    assert edges == edges_of(objects.values())
    keys = ordered(edges)
    for sentence in chosen:
        first, then = PAIRS[sentence]
        if objects[key_of(then)] is then and objects[key_of(first)] is first:
            assert keys.index(key_of(first)) < keys.index(key_of(then)), sentence
