"""What is waited for: one gate for all workloads of a call."""

import pytest

from components.manifests import ObjectKey, Wait
from components.manifests.ledger import _kept_with
from tests.components.manifests.recorder import Stage, recorded
from tests.components.manifests.samples import (
    Manifest,
    autoscaler,
    claim,
    deployment,
    job,
    marked,
    namespace,
    quota,
    service,
    webhook,
)


def annotations(result: object, name: str) -> Manifest:
    made: Manifest = result[name].inputs["metadata"]["annotations"]  # type: ignore[index]
    return {key: value for key, value in made.items() if key.startswith("pulumi.com/")}


def test_one_gate_waits_for_all_workloads_of_a_call() -> None:
    def program(stage: Stage) -> None:
        made = stage.register(namespace(), deployment(), job(), service(), autoscaler("api"))
        assert [type(r).__name__ for r in made.ready] == ["Readiness"]
        assert ObjectKey(kind="Service", namespace="fraud", name="api") in made.resources

    result = recorded(program)
    assert set(result["fraud-ready"].inputs["input"]) == {
        "Deployment fraud/api",
        "Job fraud/train",
    }
    assert result.names_before("fraud-ready") == {
        "fraud-deployment-api",
        "fraud-horizontalpodautoscaler-api",
        "fraud-job-train",
        "fraud-service-api",
    }


def test_a_changed_workload_changes_its_fingerprint_and_no_other() -> None:
    def fingerprints(replicas: int) -> Manifest:
        scaled = deployment()
        scaled["spec"]["replicas"] = replicas
        result = recorded(lambda s: s.register(namespace(), scaled, deployment("other")))
        marks: Manifest = result["fraud-ready"].inputs["input"]
        return marks

    one, two = fingerprints(1), fingerprints(2)
    assert one["Deployment fraud/api"] != two["Deployment fraud/api"]
    assert one["Deployment fraud/other"] == two["Deployment fraud/other"]


def test_the_provider_waits_for_no_workload_but_for_every_quota() -> None:
    result = recorded(lambda s: s.register(namespace(), quota(), deployment(), service(), claim()))
    at_once = {"pulumi.com/waitFor": "jsonpath={.metadata.uid}"}
    assert annotations(result, "fraud-deployment-api") == at_once
    skipped = {"pulumi.com/skipAwait": "true"}
    assert annotations(result, "fraud-service-api") == skipped
    assert annotations(result, "fraud-persistentvolumeclaim-data") == skipped
    assert annotations(result, "fraud-resourcequota-quota") == {}
    assert annotations(result, "fraud-namespace-fraud") == {}


def test_what_answers_for_a_webhook_is_awaited_before_the_webhook() -> None:
    hook = webhook("w", "api", "things.example", ["things"])
    result = recorded(
        lambda s: s.register(namespace(), deployment(), service(), hook, deployment("other"))
    )
    assert annotations(result, "fraud-deployment-api") == {}
    assert annotations(result, "fraud-deployment-other") != {}
    assert result.names_before("fraud-validatingwebhookconfiguration-w") == {
        "fraud-deployment-api",
        "fraud-service-api",
    }


def test_an_objects_own_word_about_waiting_wins() -> None:
    own = marked(deployment(), annotations={"pulumi.com/waitFor": "condition=Available"})
    result = recorded(lambda stage: stage.register(namespace(), own))
    assert annotations(result, "fraud-deployment-api") == own["metadata"]["annotations"]


def test_nothing_to_wait_for_makes_no_gate() -> None:
    def program(stage: Stage) -> None:
        made = stage.register(namespace(), service(), quota())
        assert {r.pulumi_resource_name for r in made.ready} == {
            "fraud-service-api",
            "fraud-resourcequota-quota",
        }
        stage.register(job(suspend=True))
        stage.register(deployment(), wait=Wait.NONE)

    assert not [name for name in recorded(program).order() if "ready" in name]


def test_every_call_of_a_component_has_a_gate_of_its_own() -> None:
    def program(stage: Stage) -> None:
        stage.register(namespace(), deployment())
        stage.register(job())

    names = recorded(program).order()
    assert {"fraud-ready", "fraud-ready-2"} <= set(names)


def test_a_gate_needs_a_cluster_that_was_adopted() -> None:
    def program(stage: Stage) -> None:
        _kept_with(stage.provider).kubeconfig = None
        with pytest.raises(RuntimeError, match=r"call adopt\(cluster\) first"):
            stage.register(namespace(), deployment())

    recorded(program)
