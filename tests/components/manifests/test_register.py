"""What register() hands to the engine."""

import copy
import gc
import random
import weakref

import pulumi_kubernetes as kubernetes

from components.manifests import register
from tests.components.manifests.recorder import Stage, Team, recorded
from tests.components.manifests.samples import (
    autoscaler,
    claim,
    deployment,
    job,
    marked,
    namespace,
    policy,
    quota,
    secret,
    service,
)

OURS = {
    "app.kubernetes.io/managed-by": "ml-platform",
    "ml-platform/stack": "dev",
    "ml-platform/component": "fraud",
}


def test_every_object_says_whose_it_is_and_where_it_was_asked_for() -> None:
    result = recorded(lambda stage: stage.register(namespace(), deployment(), origin="teams.fraud"))
    for name in ("fraud-namespace-fraud", "fraud-deployment-api"):
        made = result[name].inputs["metadata"]
        assert made["labels"] == OURS
        assert made["annotations"]["ml-platform/config"] == "teams.fraud"
    assert result["fraud-namespace-fraud"].parent == result["fraud"].urn


def test_a_narrower_key_on_the_object_itself_is_kept() -> None:
    key = {"ml-platform/config": "teams.fraud.workloads.api"}
    result = recorded(lambda s: s.register(namespace(), marked(deployment(), annotations=key)))
    made = result["fraud-deployment-api"].inputs["metadata"]["annotations"]
    assert made["ml-platform/config"] == "teams.fraud.workloads.api"


def test_a_charts_own_managed_by_gives_way() -> None:
    label = {"app.kubernetes.io/managed-by": "Helm", "app": "api"}
    result = recorded(lambda stage: stage.register(marked(namespace(), labels=label)))
    labels = result["fraud-namespace-fraud"].inputs["metadata"]["labels"]
    assert labels == {**OURS, "app": "api"}


def test_the_given_objects_stay_as_they_are() -> None:
    given = [marked(namespace(), labels={"a": "b"}), deployment(), service(), secret()]
    before = copy.deepcopy(given)
    recorded(lambda stage: stage.register(*given))
    assert given == before


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
