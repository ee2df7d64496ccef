"""What register() hands to the engine."""

import copy
import gc
import random
import weakref

import pulumi
import pulumi_kubernetes as kubernetes
import pytest

from assurance.graph.values import Gvk
from components.manifests import InvalidManifest, ObjectKey, Wait, custom, register
from components.manifests.custom import CustomKind
from components.manifests.ledger import _kept_with
from tests.components.manifests.recorder import Stage, Team, recorded
from tests.components.manifests.samples import (
    Manifest,
    autoscaler,
    claim,
    crd,
    deployment,
    job,
    namespace,
    policy,
    quota,
    role_binding,
    sample,
    secret,
    service,
    webhook,
)

OURS = {
    "app.kubernetes.io/managed-by": "ml-platform",
    "ml-platform/stack": "dev",
    "ml-platform/component": "fraud",
}


def metadata(manifest: Manifest, **more: object) -> Manifest:
    return {**manifest, "metadata": {**manifest["metadata"], **more}}


def refusal(*objects: Manifest) -> str:
    with pytest.raises(InvalidManifest) as error:
        recorded(lambda stage: stage.register(*objects))
    return str(error.value)


# Provenance


def test_every_object_says_whose_it_is_and_where_it_was_asked_for() -> None:
    result = recorded(lambda stage: stage.register(namespace(), deployment(), origin="teams.fraud"))
    for name in ("fraud-namespace-fraud", "fraud-deployment-api"):
        made = result[name].inputs["metadata"]
        assert made["labels"] == OURS
        assert made["annotations"]["ml-platform/config"] == "teams.fraud"
    assert result["fraud-namespace-fraud"].parent == result["fraud"].urn


def test_a_narrower_key_on_the_object_itself_is_kept() -> None:
    key = {"ml-platform/config": "teams.fraud.workloads.api"}
    result = recorded(lambda s: s.register(namespace(), metadata(deployment(), annotations=key)))
    made = result["fraud-deployment-api"].inputs["metadata"]["annotations"]
    assert made["ml-platform/config"] == "teams.fraud.workloads.api"


def test_somebody_elses_key_is_refused() -> None:
    key = {"ml-platform/config": "teams.fraudster"}
    assert (
        'metadata.annotations["ml-platform/config"]: expected teams.fraud or a key beneath it'
    ) in refusal(namespace(), metadata(deployment(), annotations=key))


def test_labels_of_ours_cannot_be_overridden() -> None:
    told = refusal(metadata(namespace(), labels={"ml-platform/component": "payments"}))
    assert told == (
        "invalid manifests in component fraud:\n"
        '  teams.fraud: Namespace fraud: metadata.labels["ml-platform/component"]: '
        "is set by the platform to 'fraud', got 'payments'"
    )


def test_a_charts_own_managed_by_gives_way() -> None:
    label = {"app.kubernetes.io/managed-by": "Helm", "app": "api"}
    result = recorded(lambda stage: stage.register(metadata(namespace(), labels=label)))
    labels = result["fraud-namespace-fraud"].inputs["metadata"]["labels"]
    assert labels == {**OURS, "app": "api"}


def test_the_given_objects_stay_as_they_are() -> None:
    given = [metadata(namespace(), labels={"a": "b"}), deployment(), service(), secret()]
    before = copy.deepcopy(given)
    recorded(lambda stage: stage.register(*given))
    assert given == before


# Refusal


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
    broken = metadata(deployment(), annotations=key)
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
    elsewhere = metadata(service(), namespace="churn")
    assert (
        "Service churn/api: would be the same Pulumi resource as Service fraud/api, "
        "fraud-service-api; use two components"
    ) in refusal(namespace(), service(), elsewhere)


def test_two_objects_of_two_calls_that_would_be_one_resource_are_both_named() -> None:
    def program(stage: Stage) -> None:
        stage.register(namespace(), service())
        stage.register(metadata(service(), namespace="churn"))

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


# Options


def test_dependencies_reach_the_engine_also_across_calls() -> None:
    def program(stage: Stage) -> None:
        stage.register(deployment(), namespace(), policy(), quota())
        stage.register(job(), autoscaler("api"))

    result = recorded(program)
    bounds = {"fraud-networkpolicy-deny", "fraud-resourcequota-quota"}
    assert result.names_before("fraud-deployment-api") == bounds
    assert result.names_before("fraud-job-train") == bounds
    assert result.names_before("fraud-horizontalpodautoscaler-api") == {"fraud-deployment-api"}
    assert result.names_before("fraud-networkpolicy-deny") == {"fraud-namespace-fraud"}


def test_the_order_of_registration_does_not_depend_on_the_order_given() -> None:
    objects = [namespace(), quota(), policy(), deployment(), service(), secret(), claim(), job()]
    straight = recorded(lambda stage: stage.register(*objects)).graph.to_json()
    for seed in range(3):
        shuffled = random.Random(seed).sample(objects, len(objects))
        assert recorded(lambda s, o=shuffled: s.register(*o)).graph.to_json() == straight  # type: ignore[misc]


def test_only_the_first_objects_wait_for_what_comes_before_the_call() -> None:
    def program(stage: Stage) -> None:
        first = stage.register(namespace("base"), team="base")
        stage.register(namespace(), service(), after=first.ready)

    result = recorded(program)
    assert result.names_before("fraud-namespace-fraud") == {"base-namespace-base"}
    assert result.names_before("fraud-service-api") == {"fraud-namespace-fraud"}


def test_one_kind_in_another_version_is_the_same_object() -> None:
    result = recorded(lambda s: s.register(namespace(), deployment(), autoscaler("api", "v2")))
    made = result["fraud-horizontalpodautoscaler-api"]
    assert made.type == "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"
    assert {alias.split("$")[-1].split("::")[0] for alias in made.options.aliases} == {
        "kubernetes:autoscaling/v1:HorizontalPodAutoscaler",
        "kubernetes:autoscaling/v2beta1:HorizontalPodAutoscaler",
        "kubernetes:autoscaling/v2beta2:HorizontalPodAutoscaler",
    }
    assert result["fraud-deployment-api"].options.aliases == ()


def test_data_stays_when_the_program_forgets_it() -> None:
    keep = {"helm.sh/resource-policy": "keep"}
    kept = metadata(sample("ConfigMap", "kept", data={}), annotations=keep)
    things = crd("things.example", "Thing", "things")
    result = recorded(lambda s: s.register(namespace(), claim(), kept, things, service()))
    retained = {r.name for r in result.graph.resources.values() if r.options.retain_on_delete}
    assert retained == {
        "fraud-persistentvolumeclaim-data",
        "fraud-configmap-kept",
        "fraud-customresourcedefinition-things.things.example",
    }


def with_namespace(*objects: Manifest) -> set[str]:
    """Kind and name of what goes with its namespace."""
    result = recorded(lambda stage: stage.register(*objects))
    space = result["fraud-namespace-fraud"].urn
    found = [r for r in result.graph.resources.values() if r.options.deleted_with]
    assert {r.options.deleted_with for r in found} <= {space}
    return {f"{r.inputs['kind']} {r.inputs['metadata']['name']}" for r in found}


def test_a_namespace_takes_along_what_leaves_nothing_behind() -> None:
    objects = [quota(), policy(), deployment(), service(), secret(), claim(), job()]
    role = sample("Role", "reader", api="rbac.authorization.k8s.io/v1", rules=[])
    binding = role_binding("b", "reader", "default")
    assert with_namespace(namespace(), *objects, role, binding, autoscaler("api")) == {
        "NetworkPolicy deny",
        "PersistentVolumeClaim data",
        "ResourceQuota quota",
        "Role reader",
        "RoleBinding b",
        "Secret password",
        "Service api",
    }


def test_what_a_controller_must_undo_is_deleted_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = Gvk(group="things.example", version="v1", kind="Thing")
    monkeypatch.setitem(custom.KINDS, kind, CustomKind(schema={"type": "object"}))
    assert with_namespace(
        namespace(),
        service(kind="LoadBalancer"),
        sample("Ingress", api="networking.k8s.io/v1", spec={}),
        sample("Thing", api="things.example/v1"),
        metadata(sample("ConfigMap", "c", data={}), finalizers=["things.example/undo"]),
        sample("ConfigMap", "plain", data={}),
    ) == {"ConfigMap plain"}


def test_pods_go_first_and_their_autoscalers_before_them() -> None:
    assert with_namespace(namespace(), deployment(), job(), autoscaler("api"), policy()) == {
        "NetworkPolicy deny"
    }


def test_users_of_what_is_deleted_by_itself_are_too_so_that_they_go_first() -> None:
    role = sample("Role", "reader", api="rbac.authorization.k8s.io/v1", rules=[])
    binding, undone = role_binding("b", "reader", "x"), metadata(role, finalizers=["x.example/y"])
    assert with_namespace(namespace(), role, binding) == {"Role reader", "RoleBinding b"}
    assert with_namespace(namespace(), undone, binding) == set()


def test_a_namespace_of_somebody_else_or_one_that_is_kept_takes_nothing_along() -> None:
    kept = metadata(namespace(), annotations={"helm.sh/resource-policy": "keep"})
    assert with_namespace(kept, service()) == set()
    result = recorded(lambda stage: stage.register(service()))
    assert result["fraud-service-api"].options.deleted_with is None


# Waiting


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
    own = metadata(deployment(), annotations={"pulumi.com/waitFor": "condition=Available"})
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


# One program, one ledger


def test_two_programs_in_one_process_do_not_see_each_other() -> None:
    for _ in range(2):
        recorded(lambda stage: stage.register(namespace(), deployment()))


def test_two_clusters_of_one_program_are_told_apart() -> None:
    def program(stage: Stage) -> None:
        stage.register(namespace())
        other = Team("other", kubernetes.Provider("second", cluster_identifier="d"))
        register(other, [namespace(), service()], origin="teams.other")

    result = recorded(program)
    assert result.names_before("other-service-api") == {"other-namespace-fraud"}


def test_nothing_outlives_its_program() -> None:
    seen: list[weakref.ref[object]] = []

    def program(stage: Stage) -> None:
        stage.register(namespace(), deployment())
        seen.append(weakref.ref(stage.provider))

    recorded(program)
    gc.collect()
    assert seen[0]() is None
