"""What register() refuses, in what words; then nothing is registered."""

import pulumi
import pytest

from assurance.graph.values import Gvk
from components.manifests import InvalidManifest, custom, register
from components.manifests.custom import CustomKind
from tests.components.manifests.recorder import Stage, recorded
from tests.components.manifests.samples import (
    Manifest,
    crd,
    deployment,
    marked,
    namespace,
    sample,
    service,
)


def refusal(*objects: Manifest) -> str:
    with pytest.raises(InvalidManifest) as error:
        recorded(lambda stage: stage.register(*objects))
    return str(error.value)


def test_somebody_elses_key_is_refused() -> None:
    key = {"ml-platform/config": "teams.fraudster"}
    assert (
        'metadata.annotations["ml-platform/config"]: expected teams.fraud or a key beneath it'
    ) in refusal(namespace(), marked(deployment(), annotations=key))


def test_labels_of_ours_cannot_be_overridden() -> None:
    told = refusal(marked(namespace(), labels={"ml-platform/component": "payments"}))
    assert told == (
        "invalid manifests in component fraud:\n"
        '  teams.fraud: Namespace fraud: metadata.labels["ml-platform/component"]: '
        "is set by the platform to 'fraud', got 'payments'"
    )


def test_every_fault_of_every_object_is_told_and_nothing_is_registered() -> None:
    def program(stage: Stage) -> None:
        with pytest.raises(InvalidManifest) as error:
            stage.register(
                namespace(),
                deployment(pod={"containers": [{"nmae": "x"}]}),
                sample("Deploymnet", "a", api="apps/v1"),
                {"kind": "ConfigMap"},
            )
        assert [str(fault) for fault in error.value.faults] == [
            "teams.fraud: Deployment fraud/api: spec.template.spec.containers[0].name: missing",
            (
                "teams.fraud: Deployment fraud/api: spec.template.spec.containers[0].nmae: "
                "unknown field; did you mean name?"
            ),
            (
                "teams.fraud: Deploymnet fraud/a: kind: apps/v1 Deploymnet is no kind of "
                "Kubernetes 1.35, and no custom kind that is known here; did you mean Deployment?"
            ),
            "teams.fraud: ConfigMap number 4: apiVersion: expected v1 for ConfigMap, got nothing",
        ]

    assert not any("fraud-" in name for name in recorded(program).order())


def test_a_fault_names_the_narrower_key() -> None:
    key = {"ml-platform/config": "teams.fraud.workloads.api"}
    broken = marked(deployment(), annotations=key)
    broken["spec"]["replicas"] = "x"
    assert "teams.fraud.workloads.api: Deployment fraud/api: spec.replicas" in refusal(broken)


def test_a_refusal_ends_a_program_without_traceback() -> None:
    assert issubclass(InvalidManifest, pulumi.RunError)


def test_one_object_cannot_be_given_twice() -> None:
    told = refusal(namespace(), service(), service())
    assert told.endswith("teams.fraud: Service fraud/api: given twice")


def test_one_object_cannot_be_registered_by_two_components() -> None:
    def program(stage: Stage) -> None:
        stage.register(namespace(), service())
        stage.register(service(), team="churn")

    with pytest.raises(
        InvalidManifest, match="Service fraud/api: already registered as fraud-service-api"
    ):
        recorded(program)


def test_two_objects_that_would_be_one_resource_are_both_named() -> None:
    elsewhere = marked(service(), namespace="churn")
    assert (
        "Service churn/api: would be the same Pulumi resource as Service fraud/api, "
        "fraud-service-api; use two components"
    ) in refusal(namespace(), service(), elsewhere)


def test_two_objects_of_two_calls_that_would_be_one_resource_are_both_named() -> None:
    def program(stage: Stage) -> None:
        stage.register(namespace(), service())
        stage.register(marked(service(), namespace="churn"))

    with pytest.raises(InvalidManifest, match="the same Pulumi resource as Service fraud/api"):
        recorded(program)


def test_a_namespace_cannot_come_after_what_lives_in_it() -> None:
    def program(stage: Stage) -> None:
        stage.register(service())
        stage.register(namespace(), team="late")

    with pytest.raises(
        InvalidManifest, match="Namespace fraud: comes too late for Service fraud/api"
    ):
        recorded(program)


def test_a_crd_cannot_come_after_its_objects(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = Gvk(group="things.example", version="v1", kind="Thing")
    monkeypatch.setitem(custom.KINDS, kind, CustomKind(schema={"type": "object"}))

    def program(stage: Stage) -> None:
        stage.register(namespace(), sample("Thing", api="things.example/v1"))
        stage.register(crd("things.example", "Thing", "things"), team="late")

    with pytest.raises(InvalidManifest, match="comes too late for Thing fraud/x"):
        recorded(program)


def test_a_component_without_a_provider_is_told_what_to_do() -> None:
    class Bare(pulumi.ComponentResource):
        def __init__(self) -> None:
            super().__init__("ml-platform:tests:Bare", "bare")

    with pytest.raises(RuntimeError, match="component bare has no Kubernetes provider"):
        recorded(lambda _: register(Bare(), [namespace()], origin="x"))
