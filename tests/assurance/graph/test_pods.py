"""Every pod that the objects bring about is found, with no fewer and no more than there can be."""

from typing import Any

import pytest

from assurance.graph.graph import Graph, graph_of
from assurance.graph.kubernetes import gvk
from assurance.graph.pods import PodTemplate, Replicas
from assurance.graph.resource import Marker, Resource, Secret

UNKNOWN = Marker.UNKNOWN
SPEC = {"containers": [{"name": "c", "image": "i"}]}
TEMPLATE = {"metadata": {"labels": {"app": "a"}, "annotations": {"n": "1"}}, "spec": SPEC}


def graph(*manifests: dict[str, Any]) -> Graph:
    return graph_of(
        (
            Resource(
                urn=f"u{number}",
                type=gvk(manifest["apiVersion"], manifest["kind"]).token,
                name=f"r{number}",
                parent=None,
                provider=None,
                inputs=manifest,
            )
            for number, manifest in enumerate(manifests)
        ),
        stack="dev",
        mode="manifests",
    )


def manifest(api_version: str, kind: str, spec: Any, name: str = "x") -> dict[str, Any]:
    metadata = {"name": name, "namespace": "team"}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec}


def pods(*manifests: dict[str, Any]) -> list[PodTemplate]:
    return list(graph(*manifests).pods())


def numbers(*manifests: dict[str, Any]) -> list[tuple[int, int | None, int | None]]:
    return [(p.replicas.min, p.replicas.max, p.completions) for p in pods(*manifests)]


def job(**spec: Any) -> dict[str, Any]:
    return manifest("batch/v1", "Job", {"template": TEMPLATE, **spec})


def cron(**spec: Any) -> dict[str, Any]:
    jobs = {"spec": {"template": TEMPLATE, "parallelism": 3, "completions": 2}}
    return manifest("batch/v1", "CronJob", {"jobTemplate": jobs, **spec})


def deployment(**spec: Any) -> dict[str, Any]:
    return manifest("apps/v1", "Deployment", {"template": TEMPLATE, **spec})


def hpa(kind: str = "Deployment", name: str = "x", **spec: Any) -> dict[str, Any]:
    target = {"apiVersion": "apps/v1", "kind": kind, "name": name}
    return manifest("autoscaling/v2", "HorizontalPodAutoscaler", {"scaleTargetRef": target, **spec})


def test_a_template_carries_its_labels_annotations_spec_and_owner() -> None:
    [pod] = pods(deployment())
    assert (pod.labels, pod.annotations, pod.spec) == ({"app": "a"}, {"n": "1"}, SPEC)
    assert (pod.namespace, str(pod), pod.path) == (
        "team",
        "Deployment team/x",
        ("spec", "template"),
    )


def test_a_bare_pod_is_its_own_template() -> None:
    bare = {**manifest("v1", "Pod", SPEC), "metadata": {"name": "x", "labels": {"a": "b"}}}
    [pod] = pods(bare)
    assert (pod.labels, pod.spec, pod.replicas) == ({"a": "b"}, SPEC, Replicas(min=1, max=1))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (deployment(), (1, 1, None)),
        (deployment(replicas=3), (3, 3, None)),
        (deployment(replicas=0), (0, 0, None)),
        (deployment(replicas=Marker.UNKNOWN), (0, None, None)),
        (manifest("apps/v1", "StatefulSet", {"template": TEMPLATE, "replicas": 2.0}), (2, 2, None)),
        (manifest("v1", "ReplicationController", {"template": TEMPLATE}), (1, 1, None)),
        (job(), (1, 1, 1)),
        (job(parallelism=4), (4, 4, None)),
        (job(parallelism=4, completions=2), (2, 2, 2)),
        (job(parallelism=2, completions=9), (2, 2, 9)),
        (job(completions=9), (1, 1, 9)),
        (job(parallelism=4, suspend=True), (0, 4, None)),
        (job(parallelism=Marker.UNKNOWN, completions=3), (0, None, 3)),
        (cron(concurrencyPolicy="Forbid"), (0, 2, None)),
        (cron(concurrencyPolicy="Replace"), (0, 2, None)),
        (cron(concurrencyPolicy="Allow"), (0, None, None)),
        (cron(), (0, None, None)),
    ],
)
def test_the_number_of_pods_is_what_the_owner_says(
    given: dict[str, Any], expected: tuple[int, int | None, int | None]
) -> None:
    assert numbers(given) == [expected]


@pytest.mark.parametrize(
    ("stated", "scaled", "expected"),
    [
        ({}, {"minReplicas": 2, "maxReplicas": 9}, (2, 9, None)),
        ({}, {"maxReplicas": 9}, (1, 9, None)),
        ({"replicas": 20}, {"minReplicas": 2, "maxReplicas": 9}, (2, 20, None)),
        ({"replicas": 0}, {"minReplicas": 2, "maxReplicas": 9}, (0, 9, None)),
        ({}, {"maxReplicas": Marker.UNKNOWN}, (1, None, None)),
    ],
)
def test_an_autoscaler_widens_the_number(
    stated: dict[str, Any], scaled: dict[str, Any], expected: tuple[int, int | None, int | None]
) -> None:
    assert numbers(deployment(**stated), hpa(**scaled)) == [expected]


def test_an_autoscaler_counts_for_its_own_target_only() -> None:
    other = hpa(name="other", maxReplicas=9)
    stateful = hpa(kind="StatefulSet", maxReplicas=9)
    elsewhere = {**hpa(maxReplicas=9), "metadata": {"name": "x", "namespace": "elsewhere"}}
    assert numbers(deployment(replicas=2), other, stateful, elsewhere) == [(2, 2, None)]


def test_an_older_autoscaler_still_counts_and_so_does_keda() -> None:
    old = {**hpa(maxReplicas=9), "apiVersion": "autoscaling/v1"}
    keda = manifest("keda.sh/v1alpha1", "ScaledObject", {"scaleTargetRef": {"name": "x"}})
    assert numbers(deployment(), old) == [(1, 9, None)]
    assert numbers(deployment(), keda) == [(0, 100, None)]


def test_a_daemon_set_is_on_every_node() -> None:
    [pod] = pods(manifest("apps/v1", "DaemonSet", {"template": TEMPLATE}))
    assert pod.replicas == Replicas(min=0, max=None, every_node=True)


@pytest.mark.parametrize(
    "given",
    [
        manifest("v1", "PodTemplate", {"template": TEMPLATE}),
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}, "data": {"a": "b"}},
        manifest("v1", "Service", Marker.UNKNOWN),
        manifest("example.com/v1", "Secretive", {"password": Marker.SECRET_UNKNOWN}),
    ],
)
def test_what_starts_no_pods_has_none(given: dict[str, Any]) -> None:
    assert pods(given) == []


@pytest.mark.parametrize(
    ("given", "unknown"),
    [
        (manifest("v1", "Pod", Marker.UNKNOWN), ["spec"]),
        (manifest("apps/v1", "Deployment", Marker.UNKNOWN), ["spec"]),
        (deployment(template=Marker.UNKNOWN), ["spec.template"]),
        (deployment(template=Secret(TEMPLATE)), ["spec.template"]),
        (deployment(template="text"), ["spec.template"]),
        (deployment(template={"spec": Marker.UNKNOWN}), ["spec.template.spec"]),
        (
            deployment(template={"metadata": Marker.UNKNOWN, "spec": SPEC}),
            ["spec.template.metadata"],
        ),
        (
            deployment(template={"metadata": dict.fromkeys(("labels", "annotations"), UNKNOWN)}),
            ["spec.template.metadata.labels", "spec.template.metadata.annotations"],
        ),
        (cron(jobTemplate=Marker.UNKNOWN), ["spec.jobTemplate"]),
        (manifest("ray.io/v1", "RayCluster", {"workerGroupSpecs": UNKNOWN}), None),
        (manifest("kubeflow.org/v1", "PyTorchJob", {"pytorchReplicaSpecs": UNKNOWN}), None),
        (manifest("example.com/v1", "Pipeline", UNKNOWN), ["spec"]),
        (manifest("example.com/v1", "Pipeline", {"a": [{"template": UNKNOWN}]}), None),
        (manifest("example.com/v1", "Pipeline", {"driver": {"containers": UNKNOWN}}), None),
    ],
)
def test_what_is_not_known_of_a_pod_is_named_and_never_an_empty_pod(
    given: dict[str, Any], unknown: list[str] | None
) -> None:
    [pod] = pods(given)
    assert list(pod.unknown) == (unknown or [".".join(map(str, pod.path))])
    assert pod.spec in ({}, SPEC)


def test_pods_whose_owner_is_not_known_may_be_any_number() -> None:
    jobs = [manifest("batch/v1", kind, Marker.UNKNOWN) for kind in ("Job", "CronJob")]
    assert (
        numbers(*jobs, manifest("apps/v1", "Deployment", Marker.UNKNOWN)) == [(0, None, None)] * 3
    )


def test_a_container_that_is_not_known_stays_in_the_spec() -> None:
    [pod] = pods(manifest("example.com/v1", "Pipeline", {"driver": {"containers": [UNKNOWN]}}))
    assert (pod.spec, pod.unknown) == ({"containers": [UNKNOWN]}, ())
