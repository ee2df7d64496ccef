"""What a team becomes: objects that Kubernetes takes, limits without contradictions."""

from typing import Any

import pytest

from assurance.graph.values import Pool, Shape, quantity
from components.config.faults import ConfigError
from components.manifests import faults
from components.tenancy.namespace import DISK
from components.tenancy.objects import team_manifests
from tests.components.tenancy.samples import (
    ENDPOINTS,
    IMAGE,
    POOLS,
    RICH,
    SEED,
    args,
    objects,
    workload,
)


@pytest.mark.parametrize("words", [{}, SEED, RICH], ids=["empty", "seed", "rich"])
@pytest.mark.parametrize("level", ["restricted", "baseline", "privileged"])
def test_kubernetes_takes_every_object_of_a_team(words: dict[str, Any], level: str) -> None:
    made = objects({**words, "pod_security": level})
    assert {name: faults(manifest) for name, manifest in made.items() if faults(manifest)} == {}


def test_every_object_lives_in_the_team_s_namespace_and_says_whose_it_is_and_who_asked() -> None:
    for name, manifest in objects(RICH).items():
        metadata = manifest["metadata"]
        assert metadata.get("namespace", metadata["name"]) == "fraud", name
        assert metadata["labels"]["ml-platform/team"] == "fraud", name
        workload_name = metadata["labels"].get("ml-platform/workload")
        key = f"teams.fraud.workloads.{workload_name}" if workload_name else "teams.fraud"
        assert metadata["annotations"]["ml-platform/config"] == key, name


def test_the_seed_s_tenant_comes_out_of_five_lines() -> None:
    made = objects(SEED, "tenant-a")
    assert {
        "Deployment/ml-inference",
        "Service/ml-inference",
        "ServiceAccount/ml-inference",
        "HorizontalPodAutoscaler/ml-inference",
        "PodDisruptionBudget/ml-inference",
    } < made.keys()
    scaler = made["HorizontalPodAutoscaler/ml-inference"]["spec"]
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (2, 10)
    assert scaler["metrics"][0]["resource"]["target"]["averageUtilization"] == 50
    assert made["Service/ml-inference"]["spec"]["ports"][0]["port"] == 8000


def test_a_changed_order_of_the_same_words_changes_nothing() -> None:
    """The engine's configuration is JSON with sorted keys; the file's order must not show."""

    def turned(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: turned(inner) for key, inner in reversed(value.items())}
        return value

    one, other = team_manifests("fraud", args(RICH)), team_manifests("fraud", args(turned(RICH)))
    assert repr(one) == repr(other)


def test_what_a_quota_does_not_state_is_unlimited_so_it_states_gpus_and_ways_outside() -> None:
    hard = objects({})["ResourceQuota/quota"]["spec"]["hard"]
    assert hard["requests.nvidia.com/gpu"] == "0"
    assert hard["services.loadbalancers"] == hard["services.nodeports"] == "0"
    amd = Pool(
        name="amd", shape=Shape(cpu=1, memory=1, gpu=1, gpu_type="amd.com/gpu"), min=1, max=1
    )
    mixed = objects({}, pools=(*POOLS, amd))["ResourceQuota/quota"]["spec"]["hard"]
    assert mixed["requests.amd.com/gpu"] == mixed["requests.nvidia.com/gpu"] == "0"


def test_a_quota_promises_the_kind_of_gpu_that_the_pools_have() -> None:
    shape = Shape(cpu=1, memory=1, gpu=4, gpu_type="amd.com/gpu")
    words, amd = {"quota": {"gpu": 2}}, Pool(name="amd", shape=shape, min=1, max=1)
    plain = Pool(name="plain", shape=Shape(cpu=1, memory=1), min=1, max=1)
    promised = objects(words, pools=(plain, amd))["ResourceQuota/quota"]["spec"]["hard"]
    assert promised["requests.amd.com/gpu"] == "2"
    assert promised["requests.nvidia.com/gpu"] == "0"
    without = objects(words, pools=(plain,))["ResourceQuota/quota"]["spec"]["hard"]
    assert without["requests.nvidia.com/gpu"] == "2", "a promise nobody keeps, for proofs to find"


def test_counts_are_spelled_as_the_quota_controller_wants_them() -> None:
    hard = objects({"quota": {"counts": {"jobs.batch": 3, "services": 7}}})["ResourceQuota/quota"][
        "spec"
    ]["hard"]
    assert hard["count/jobs.batch"] == "3"
    assert hard["services"] == "7"
    assert "count/services" not in hard
    assert (hard["pods"], hard["count/pods"]) == ("50", "1000"), "those that have ended too"
    assert hard["secrets"] == "50"


def test_limits_are_twice_the_requests_unless_somebody_says() -> None:
    hard = objects({"quota": {"cpu": "1500m", "limits": {"memory": "9Gi"}}})["ResourceQuota/quota"][
        "spec"
    ]["hard"]
    assert quantity(hard["limits.cpu"]) == 3
    assert hard["limits.memory"] == "9Gi"
    assert (hard["requests.ephemeral-storage"], hard["limits.ephemeral-storage"]) == (
        "200Gi",
        "400Gi",
    )


def test_container_defaults_never_hand_out_gpus() -> None:
    limits = objects(RICH)["LimitRange/containers"]["spec"]["limits"]
    assert [item["type"] for item in limits] == ["Container", "Pod"]
    for amounts in (limits[0]["default"], limits[0]["defaultRequest"], limits[0]["max"]):
        assert amounts.keys() == {"cpu", "memory", DISK}


def test_no_pod_fills_a_node_s_disk_however_many_containers_it_has() -> None:
    words = {"containers": {"maximum": {"disk": "10Gi"}}}
    limits = objects(words)["LimitRange/containers"]["spec"]["limits"]
    assert [item["max"][DISK] for item in limits] == ["10Gi", "10Gi"]
    assert limits[1].keys() == {"type", "max"}


@pytest.mark.parametrize(
    ("words", "resources"),
    [
        ({}, None),
        (
            {"volumes": {"tmp": {"mount": "/a", "scratch": "20Gi"}}},
            {"requests": {DISK: "20736Mi"}, "limits": {DISK: "24Gi"}},
        ),
        (
            {
                "volumes": {"tmp": {"mount": "/a", "scratch": "5Gi"}},
                "resources": {"disk": "1Gi", "limits": {"disk": "6Gi"}},
            },
            {"requests": {DISK: "1Gi"}, "limits": {DISK: "6Gi"}},
        ),
        (
            {"resources": {"limits": {"disk": "1Gi"}}},
            {"requests": {DISK: "1Gi"}, "limits": {DISK: "1Gi"}},
        ),
    ],
)
def test_scratch_volumes_have_room_beside_what_every_container_gets(
    words: dict[str, Any], resources: Any
) -> None:
    """The kubelet evicts a pod whose volumes, logs and files exceed its containers' limits."""
    template = workload(words)["Deployment/api"]["spec"]["template"]
    assert template["spec"]["containers"][0].get("resources") == resources


def test_pod_security_is_pinned_in_all_three_modes() -> None:
    labels = objects({"pod_security": "baseline"})["Namespace/fraud"]["metadata"]["labels"]
    for mode in ("enforce", "audit", "warn"):
        assert labels[f"pod-security.kubernetes.io/{mode}"] == "baseline"
        assert labels[f"pod-security.kubernetes.io/{mode}-version"] == "v1.35"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            {"pool": "gpus"},
            "workloads.api.pool: expected pool general, gpu, got gpus; did you mean gpu?",
        ),
        ({"env": {"A": {"need": "cluster.warehous"}}}, "did you mean cluster.warehouse?"),
        ({"env": {"A": {"need": "cluster.nowhere"}}}, "expected an endpoint with a host"),
        ({"probes": {"readiness": {"http": "/"}}}, "probes.readiness.port: expected a port"),
    ],
)
def test_what_the_cluster_lacks_is_a_fault_with_its_key(
    words: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigError) as told:
        workload(words)
    assert message in str(told.value)
    assert str(told.value).startswith("teams.fraud.workloads.api.")


def test_all_that_the_cluster_lacks_is_told_at_once() -> None:
    two = {"image": IMAGE, "pool": "a"}, {"image": IMAGE, "pool": "b"}
    with pytest.raises(ConfigError) as told:
        objects({"workloads": dict(zip(("one", "two"), two, strict=True))})
    assert len(told.value.faults) == 2
    assert ENDPOINTS
