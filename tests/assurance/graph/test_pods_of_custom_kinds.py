"""Custom resources whose controllers start pods: those listed, and those known by their shape."""

from typing import Any

import pytest

from assurance.graph.pods import Replicas
from tests.assurance.graph.test_pods import (
    SPEC,
    TEMPLATE,
    UNKNOWN,
    deployment,
    manifest,
    numbers,
    pods,
)


def served(**predictor: Any) -> dict[str, Any]:
    spec = {"predictor": {**SPEC, "minReplicas": 1, "maxReplicas": 3, **predictor}}
    made = manifest("serving.kserve.io/v1beta1", "InferenceService", spec, name="spam")
    return {**made, "metadata": {**made["metadata"], "labels": {"owner": "isvc", "app": "mine"}}}


def test_pods_of_a_model_carry_its_labels_its_predictors_and_those_that_kserve_adds() -> None:
    [pod] = pods(served(labels={"owner": "predictor"}))
    assert pod.labels == {
        "owner": "predictor",
        "app": "isvc.spam-predictor",
        "component": "predictor",
        "serving.kserve.io/inferenceservice": "spam",
    }
    [unknown] = pods(served(labels=UNKNOWN))
    assert unknown.unknown == ("spec.predictor.labels",)


def test_a_runtime_that_models_may_name_starts_no_pod_itself() -> None:
    assert pods(manifest("serving.kserve.io/v1alpha1", "ClusterServingRuntime", SPEC)) == []


def test_what_stands_in_for_a_model_is_not_counted_beside_it() -> None:
    made = deployment(replicas=2)
    for said, expected in (
        ("InferenceService/spam", [(2, 2, None)]),
        ("InferenceService/other", [(1, 3, None), (2, 2, None)]),
        (UNKNOWN, [(1, 3, None), (2, 2, None)]),
    ):
        metadata = {**made["metadata"], "annotations": {"ml-platform/stands-for": said}}
        assert numbers(served(), {**made, "metadata": metadata}) == expected
    away = {
        **metadata,
        "namespace": "another",
        "annotations": {"ml-platform/stands-for": "InferenceService/spam"},
    }
    assert numbers(served(), {**made, "metadata": away}) == [(1, 3, None), (2, 2, None)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            manifest(
                "serving.kserve.io/v1beta1",
                "InferenceService",
                {
                    "predictor": {"minReplicas": 2, "maxReplicas": 4, **SPEC},
                    "transformer": {"minReplicas": 0, **SPEC},
                },
            ),
            [("spec.predictor", 2, 4), ("spec.transformer", 0, None)],
        ),
        (
            manifest(
                "ray.io/v1",
                "RayJob",
                {
                    "rayClusterSpec": {
                        "headGroupSpec": {"template": TEMPLATE},
                        "workerGroupSpecs": [
                            {"minReplicas": 1, "maxReplicas": 5, "template": TEMPLATE},
                            {"template": TEMPLATE},
                        ],
                    }
                },
            ),
            [
                ("spec.rayClusterSpec.headGroupSpec.template", 1, 1),
                ("spec.rayClusterSpec.workerGroupSpecs.0.template", 1, 5),
                ("spec.rayClusterSpec.workerGroupSpecs.1.template", 0, None),
            ],
        ),
        (
            manifest(
                "kubeflow.org/v1",
                "PyTorchJob",
                {
                    "pytorchReplicaSpecs": {
                        "Worker": {"replicas": 7, "template": TEMPLATE},
                        "Master": {"template": TEMPLATE},
                    }
                },
            ),
            [
                ("spec.pytorchReplicaSpecs.Master.template", 1, 1),
                ("spec.pytorchReplicaSpecs.Worker.template", 7, 7),
            ],
        ),
        (
            manifest(
                "jobset.x-k8s.io/v1alpha2",
                "JobSet",
                {
                    "replicatedJobs": [
                        {
                            "replicas": 3,
                            "template": {"spec": {"parallelism": 2, "template": TEMPLATE}},
                        }
                    ]
                },
            ),
            [("spec.replicatedJobs.0.template.spec.template", 6, 6)],
        ),
        (
            manifest("mlops.seldon.io/v1alpha1", "Server", {"replicas": 2, "podSpec": SPEC}),
            [("spec.podSpec", 2, 2)],
        ),
    ],
)
def test_kinds_of_the_machine_learning_world_are_known(
    given: dict[str, Any], expected: list[tuple[str, int, int | None]]
) -> None:
    found = [(".".join(map(str, p.path)), p.replicas.min, p.replicas.max) for p in pods(given)]
    assert found == expected


def test_pods_of_a_kind_that_nobody_listed_are_found_by_their_shape() -> None:
    deep = {"stages": [{"worker": {"template": TEMPLATE}}, {"driver": SPEC}]}
    found = pods(manifest("example.com/v1", "Pipeline", deep))
    assert [str(p) for p in found] == [
        "Pipeline team/x (spec.stages.0.worker.template.spec)",
        "Pipeline team/x (spec.stages.1.driver)",
    ]
    assert [p.labels for p in found] == [{"app": "a"}, {}]
    assert {p.replicas for p in found} == {Replicas(min=0, max=None)}


def test_instances_of_a_database_are_pods_of_its_own_size_and_count_once() -> None:
    spec = {
        "instances": 3,
        "imageName": "postgresql:17",
        "resources": {"requests": {"cpu": "100m"}},
    }
    server = {
        "apiVersion": "postgresql.cnpg.io/v1",
        "kind": "Cluster",
        "metadata": {"name": "main", "namespace": "database"},
        "spec": spec,
    }
    (pod,) = pods(server)
    assert (pod.replicas.min, pod.replicas.max) == (3, 3)
    assert pod.labels == {"cnpg.io/cluster": "main", "cnpg.io/podRole": "instance"}
    (container,) = pod.spec["containers"]
    assert (container["image"], container["resources"]) == ("postgresql:17", spec["resources"])
