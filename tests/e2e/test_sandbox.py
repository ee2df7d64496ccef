"""The sandbox is a Kubernetes cluster, but for what it says it simulates."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.cluster import Kubectl, eventually
from tests.e2e.manifests import job, namespace, pod, pod_spec, quota, service, workload

pytestmark = pytest.mark.e2e

TOLERANT = [{"key": "nvidia.com/gpu", "operator": "Exists"}]


@pytest.fixture
def space(kubectl: Kubectl) -> Iterator[str]:
    """A namespace of the test's own, at the strictest Pod Security level."""
    name = f"test-{uuid.uuid4().hex[:8]}"
    kubectl.apply(namespace(name))
    yield name
    kubectl("delete", "namespace", name, "--wait=false")


def ready(kubectl: Kubectl, space: str, what: str) -> None:
    kubectl("-n", space, "wait", "--for=condition=Ready", what, "--timeout=30s")


def unschedulable(kubectl: Kubectl, space: str, name: str) -> str:
    """Why the scheduler cannot place the pod, once it has said so."""
    condition = 'jsonpath={.status.conditions[?(@.type=="PodScheduled")].reason}=Unschedulable'
    kubectl("-n", space, "wait", f"--for={condition}", f"pod/{name}", "--timeout=30s")
    found = kubectl.json("-n", space, "get", "pod", name)
    assert found["status"]["phase"] == "Pending"
    message: str = found["status"]["conditions"][0]["message"]
    return message


def test_nodes_carry_the_shapes_labels_taints_and_zones_of_their_pools(kubectl: Kubectl) -> None:
    nodes = {node["metadata"]["name"]: node for node in kubectl.json("get", "nodes")["items"]}
    assert set(nodes) == {"general-0", "general-1", "general-2", "gpu-0"}
    zones = {n["metadata"]["labels"].get("topology.kubernetes.io/zone") for n in nodes.values()}
    assert zones == {"zone-a", "zone-b", None}
    assert nodes["gpu-0"]["status"]["allocatable"]["nvidia.com/gpu"] == "4"
    assert nodes["gpu-0"]["spec"]["taints"] == [
        {"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"}
    ]
    assert "taints" not in nodes["general-0"]["spec"]


def test_an_impossible_pod_stays_pending_with_the_scheduler_s_reason(
    kubectl: Kubectl, space: str
) -> None:
    kubectl.apply(
        pod(space, "too-large", {"cpu": "64", "memory": "1Gi"}),
        pod(space, "too-many-gpus", {"nvidia.com/gpu": "8"}, tolerations=TOLERANT),
        pod(space, "intolerant", {"nvidia.com/gpu": "1"}),
        pod(space, "nowhere", nodeSelector={"ml-platform/pool": "absent"}),
    )
    assert "Insufficient cpu" in unschedulable(kubectl, space, "too-large")
    assert "Insufficient nvidia.com/gpu" in unschedulable(kubectl, space, "too-many-gpus")
    assert "untolerated taint" in unschedulable(kubectl, space, "intolerant")
    assert "node affinity/selector" in unschedulable(kubectl, space, "nowhere")


def test_a_fitting_pod_runs_and_one_that_tolerates_the_taint_gets_the_gpu(
    kubectl: Kubectl, space: str
) -> None:
    kubectl.apply(
        pod(space, "plain"),
        pod(space, "train", {"nvidia.com/gpu": "4"}, tolerations=TOLERANT),
    )
    ready(kubectl, space, "pod/plain")
    ready(kubectl, space, "pod/train")
    pods = {p["metadata"]["name"]: p for p in kubectl.json("-n", space, "get", "pods")["items"]}
    assert pods["train"]["spec"]["nodeName"] == "gpu-0"
    assert pods["plain"]["spec"]["nodeName"].startswith("general-")
    addresses = {p["status"]["podIP"] for p in pods.values()}
    assert len(addresses) == 2
    assert all(address.startswith("10.12") for address in addresses)


def test_what_runs_takes_room_from_what_comes(kubectl: Kubectl, space: str) -> None:
    kubectl.apply(*(pod(space, f"half-{n}", {"cpu": "9", "memory": "1Gi"}) for n in range(3)))
    for number in range(3):
        ready(kubectl, space, f"pod/half-{number}")
    kubectl.apply(pod(space, "fourth", {"cpu": "9", "memory": "1Gi"}))
    assert "Insufficient cpu" in unschedulable(kubectl, space, "fourth")
    kubectl("-n", space, "delete", "pod", "half-0")
    ready(kubectl, space, "pod/fourth")


def test_a_deployment_becomes_available_and_its_service_has_endpoints(
    kubectl: Kubectl, space: str
) -> None:
    kubectl.apply(workload("Deployment", space, "api", replicas=3), service(space, "api", "api"))
    kubectl("-n", space, "rollout", "status", "deployment/api", "--timeout=30s")
    ask = ("-n", space, "get", "endpointslices", "-l", "kubernetes.io/service-name=api")
    states = "jsonpath={.items[*].endpoints[*].conditions.ready}"
    eventually(lambda: kubectl(*ask, "-o", states).split() == ["true"] * 3)


def test_a_rolling_update_ends(kubectl: Kubectl, space: str) -> None:
    kubectl.apply(workload("Deployment", space, "api", replicas=2))
    kubectl("-n", space, "rollout", "status", "deployment/api", "--timeout=30s")
    kubectl("-n", space, "set", "image", "deployment/api", "main=registry.example.com/main:2.0.0")
    kubectl("-n", space, "rollout", "status", "deployment/api", "--timeout=30s")
    images = kubectl(
        "-n", space, "get", "pods", "-o", "jsonpath={.items[*].spec.containers[0].image}"
    )
    assert "main:2.0.0" in images


def test_a_job_completes_with_all_its_pods(kubectl: Kubectl, space: str) -> None:
    kubectl.apply(job(space, "train", completions=3))
    kubectl("-n", space, "wait", "--for=condition=Complete", "job/train", "--timeout=30s")
    status = kubectl.json("-n", space, "get", "job", "train")["status"]
    assert status["succeeded"] == 3
    assert "failed" not in status


def test_init_containers_end_and_sidecars_stay(kubectl: Kubectl, space: str) -> None:
    spec = pod_spec()
    main = spec["containers"][0]
    spec["initContainers"] = [
        main | {"name": "migrate"},
        main | {"name": "proxy", "restartPolicy": "Always"},
    ]
    kubectl.apply(pod(space, "both") | {"spec": spec})
    ready(kubectl, space, "pod/both")
    states = kubectl.json("-n", space, "get", "pod", "both")["status"]["initContainerStatuses"]
    assert [sorted(each["state"]) for each in states] == [["terminated"], ["running"]]


def test_a_stateful_set_with_claims_runs_and_its_volumes_go_with_the_claims(
    kubectl: Kubectl, space: str
) -> None:
    claim: dict[str, Any] = {
        "metadata": {"name": "data"},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "5Gi"}},
        },
    }
    kubectl.apply(
        workload("StatefulSet", space, "db", serviceName="db", volumeClaimTemplates=[claim])
    )
    kubectl("-n", space, "rollout", "status", "statefulset/db", "--timeout=30s")
    bound = kubectl.json("-n", space, "get", "pvc", "data-db-0")
    assert (bound["status"]["phase"], bound["status"]["capacity"]) == ("Bound", {"storage": "5Gi"})

    grown = '{"spec": {"resources": {"requests": {"storage": "9Gi"}}}}'
    kubectl("-n", space, "patch", "pvc", "data-db-0", "-p", grown)
    larger = "jsonpath={.status.capacity.storage}=9Gi"
    kubectl("-n", space, "wait", f"--for={larger}", "pvc/data-db-0", "--timeout=30s")

    volume = f"pv/{bound['spec']['volumeName']}"
    kubectl("-n", space, "delete", "statefulset", "db", "--cascade=foreground")
    kubectl("-n", space, "delete", "pvc", "data-db-0", "--timeout=30s")
    kubectl("wait", "--for=delete", volume, "--timeout=30s")


def test_a_load_balancer_gets_an_address(kubectl: Kubectl, space: str) -> None:
    kubectl.apply(service(space, "front", "none", kind="LoadBalancer"))
    address = "jsonpath={.status.loadBalancer.ingress[0].ip}"
    kubectl("-n", space, "wait", f"--for={address}", "service/front", "--timeout=30s")


def test_quota_is_enforced_and_counted(kubectl: Kubectl, space: str) -> None:
    kubectl.apply(quota(space, {"pods": "1", "requests.cpu": "1"}))
    kubectl("-n", space, "wait", "--for=jsonpath={.status.hard.pods}=1", "resourcequota/quota")
    kubectl.apply(pod(space, "first"))
    refusal = kubectl.refused("create", "-f", "-", manifests=[pod(space, "second")])
    assert "exceeded quota: quota" in refusal
    used = kubectl.json("-n", space, "get", "resourcequota", "quota")["status"]["used"]
    assert used == {"pods": "1", "requests.cpu": "10m"}


def test_pod_security_refuses_a_privileged_pod(kubectl: Kubectl, space: str) -> None:
    spec = pod_spec()
    spec["containers"][0]["securityContext"] = {"privileged": True}
    refusal = kubectl.refused("create", "-f", "-", manifests=[pod(space, "root") | {"spec": spec}])
    assert 'violates PodSecurity "restricted' in refusal


def test_a_limit_range_gives_its_defaults_to_a_pod_without_limits(
    kubectl: Kubectl, space: str
) -> None:
    limits = {"type": "Container", "default": {"cpu": "250m"}, "defaultRequest": {"cpu": "50m"}}
    kubectl.apply(
        {
            "apiVersion": "v1",
            "kind": "LimitRange",
            "metadata": {"name": "limits", "namespace": space},
            "spec": {"limits": [limits]},
        }
    )
    spec = pod_spec()
    del spec["containers"][0]["resources"]
    kubectl("create", "-f", "-", manifests=[pod(space, "modest") | {"spec": spec}])
    admitted = kubectl.json("-n", space, "get", "pod", "modest")["spec"]["containers"][0]
    assert admitted["resources"] == {"limits": {"cpu": "250m"}, "requests": {"cpu": "50m"}}


def test_a_member_may_do_what_its_role_says_and_only_there(kubectl: Kubectl, space: str) -> None:
    kubectl("-n", space, "create", "rolebinding", "team", "--clusterrole=edit", "--group=fraud")
    member = kubectl.impersonating("ada", "fraud")
    assert member("-n", space, "auth", "can-i", "create", "deployments").strip() == "yes"
    assert member.run("-n", space, "auth", "can-i", "create", "roles").stdout.strip() == "no"
    assert member.run("-n", "default", "auth", "can-i", "get", "pods").stdout.strip() == "no"
    assert "forbidden" in member.refused("get", "nodes")


def test_a_namespace_goes_with_everything_in_it(kubectl: Kubectl) -> None:
    name = f"test-{uuid.uuid4().hex[:8]}"
    kubectl.apply(namespace(name))
    kubectl.apply(workload("Deployment", name, "api"), service(name, "api", "api"))
    kubectl("-n", name, "rollout", "status", "deployment/api", "--timeout=30s")
    kubectl("delete", "namespace", name, "--timeout=50s")
    assert "NotFound" in kubectl.refused("get", "namespace", name)
