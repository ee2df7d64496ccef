"""A team's model, from its section to pods that are seen before anything has made them."""

import pytest

from assurance.graph.pods import Replicas
from assurance.graph.values import Access, Need, Outside, bytes_of
from assurance.guardrails import Outcome, evaluate
from assurance.guardrails.rules import BASELINE, RESTRICTED
from components.manifests import faults
from components.network.needs import needs_key
from components.storage.section import OBJECT_STORE
from components.tenancy.accounts import TeamAccount
from components.tenancy.defaults import effective
from components.tenancy.grants import team_grants
from components.tenancy.intent import team_intent
from components.tenancy.namespace import DISK
from components.tenancy.section import TeamConfig, TeamDefaults
from providers.contract import Identity
from tests.components.serving.models import CLOUD, IN_A_BUCKET, STORE, made, of_kind, pods


@pytest.mark.parametrize("simulated", [False, True])
def test_pods_of_both_environments_are_seen_whole_and_once(*, simulated: bool) -> None:
    """With KServe they are the InferenceServices'; in a sandbox others stand in for these."""
    manifests = made(IN_A_BUCKET, simulated=simulated)
    assert [fault for each in manifests for fault in faults(each)] == []
    found = {str(pod.labels["ml-platform/environment"]): pod for pod in pods(manifests)}
    assert set(found) == {"staging", "production"}
    assert len(pods(manifests)) == 2
    for environment, pod in found.items():
        [container], [first] = pod.spec["containers"], pod.spec["initContainers"]
        assert container["resources"]["requests"] == {
            "cpu": "500m",
            "memory": "1Gi",
            DISK: "1Gi",
        }
        assert container["resources"]["limits"] == {"cpu": "1", "memory": "2Gi", DISK: "12Gi"}
        assert {port["containerPort"] for port in container["ports"]} == {8080, 9000, 8002}
        assert first["args"][0] == "s3://models/app-ml/spam/1.4.0"
        expected = {
            "ml-platform/team": "app-ml",
            "ml-platform/workload": "spam",
            "serving.kserve.io/inferenceservice": f"spam-{environment}",
        }
        assert pod.labels.items() >= expected.items()
    bounds = {environment: pod.replicas for environment, pod in found.items()}
    if simulated:
        expected_bounds = {"staging": (1, 1), "production": (2, 2)}
    else:
        expected_bounds = {"staging": (1, 3), "production": (2, 10)}
    assert bounds == {e: Replicas(min=low, max=high) for e, (low, high) in expected_bounds.items()}


def test_what_stands_in_for_a_model_has_the_pods_that_kserve_would_make() -> None:
    real = {pod.labels["ml-platform/environment"]: pod for pod in pods(made(IN_A_BUCKET))}
    stood = {
        pod.labels["ml-platform/environment"]: pod
        for pod in pods(made(IN_A_BUCKET, simulated=True))
    }
    beside = {"labels", "minReplicas", "maxReplicas", "scaleMetric", "scaleTarget"}
    for environment, pod in real.items():
        assert stood[environment].labels == pod.labels
        spec = {key: value for key, value in pod.spec.items() if key not in beside}
        assert stood[environment].spec == spec


def test_a_services_ports_lead_to_the_container_and_its_selector_to_the_pods() -> None:
    """Ours, as KServe's comes too late for a route that names it."""
    manifests = made(IN_A_BUCKET)
    services = of_kind("Service", manifests)
    assert set(services) == {"spam-staging-front", "spam-production-front"}
    for name, service in services.items():
        ports = {port["port"]: port["targetPort"] for port in service["spec"]["ports"]}
        assert ports == {80: 8080, 9000: 9000}
        wanted = service["spec"]["selector"]
        chosen = [pod for pod in pods(manifests) if pod.labels.items() >= wanted.items()]
        assert [f"{pod.owner.name}-front" for pod in chosen] == [name]


def test_no_check_of_restricted_refuses_a_models_pods() -> None:
    service = of_kind("InferenceService", made(IN_A_BUCKET))["spam-production"]
    verdicts = {each.name: evaluate(each, service) for each in (*BASELINE, *RESTRICTED)}
    refused = {name: v for name, v in verdicts.items() if v.outcome is not Outcome.ACCEPTED}
    assert refused == {}
    assert len(verdicts) > 15


def test_an_environment_may_have_a_version_of_its_own() -> None:
    manifests = made({**IN_A_BUCKET, "staging": {"version": "2"}})
    told = {
        pod.labels["ml-platform/environment"]: (
            pod.labels["ml-platform/model-version"],
            pod.spec["initContainers"][0]["args"][0].rpartition("/")[2],
        )
        for pod in pods(manifests)
    }
    assert told == {"staging": ("2", "2"), "production": ("1.4.0", "1.4.0")}


def test_in_the_cloud_the_accounts_identity_opens_the_bucket_and_no_variable_does() -> None:
    identity = Identity(annotations={"who": "role"}, pod_labels={"use": "yes"})
    manifests = made(
        IN_A_BUCKET,
        store=CLOUD,
        identities={"spam": identity},
        buckets={"models": "s3://company-models"},
    )
    account = of_kind("ServiceAccount", manifests)["spam"]
    assert account["metadata"]["annotations"]["who"] == "role"
    for pod in pods(manifests):
        [first] = pod.spec["initContainers"]
        assert "env" not in first
        assert first["args"][0] == "s3://company-models/app-ml/spam/1.4.0"
        assert pod.labels["use"] == "yes"
        assert pod.spec["serviceAccountName"] == "spam"


def test_a_models_need_is_its_folder_of_the_bucket_and_nothing_wider() -> None:
    team = TeamConfig.model_validate({"models": {"spam": IN_A_BUCKET}})
    [grant] = team_grants("app-ml", team)
    assert (grant.access, grant.name, grant.prefix) == (Access.READ, "models", "app-ml/spam/")
    assert grant.by == "spam"
    intent = team_intent("app-ml", team, effective(team, TeamDefaults()), {OBJECT_STORE: STORE})
    assert intent.needs == (Need(to=OBJECT_STORE, by="spam"),)
    elsewhere = TeamConfig.model_validate(
        {"models": {"spam": {"version": "1", "storage": {"uri": "hf://example/spam"}}}}
    )
    assert team_grants("app-ml", elsewhere) == ()
    intent = team_intent("app-ml", elsewhere, effective(elsewhere, TeamDefaults()))
    assert intent.needs == (Need(to=Outside.INTERNET, by="spam"),)


def test_all_amounts_are_said_as_kserve_would_fill_in_its_own() -> None:
    section = {**IN_A_BUCKET, "resources": {"memory": "3Gi", "gpu": 1, "limits": {"cpu": 2}}}
    for pod in pods(made(section)):
        [container] = pod.spec["containers"]
        assert container["resources"] == {
            "requests": {"cpu": "500m", "memory": "3Gi", DISK: "1Gi"},
            "limits": {"cpu": "2", "memory": "6Gi", DISK: "12Gi", "nvidia.com/gpu": "1"},
        }
        sizes = [volume["emptyDir"]["sizeLimit"] for volume in pod.spec["volumes"]]
        assert sum(map(bytes_of, sizes)) < bytes_of("12Gi"), (
            "else it is evicted before they are full"
        )
        assert {each["key"] for each in pod.spec["tolerations"]} == {"nvidia.com/gpu", "spot"}


def test_a_mount_of_a_volume_that_a_model_lacks_is_a_fault_at_its_place() -> None:
    service = of_kind("InferenceService", made(IN_A_BUCKET))["spam-staging"]
    service["spec"]["predictor"]["volumes"].pop()
    told = {path for path, _ in faults(service)}
    assert ("spec", "predictor", "containers", 0, "volumeMounts", 1, "name") in told


def test_policies_of_a_model_name_the_key_that_stores_it() -> None:
    need = Need(to=OBJECT_STORE, by="spam")
    assert needs_key("app-ml", need, frozenset({"spam"})) == "teams.app-ml.models.spam.storage"
    assert needs_key("app-ml", need) == "teams.app-ml.workloads.spam.needs"


def test_in_the_cluster_the_bucket_is_opened_by_what_the_team_was_given() -> None:
    keys = frozenset({"user", "password"})
    account = TeamAccount(endpoint=OBJECT_STORE, secret="platform-object-store", keys=keys)
    for pod in pods(made(IN_A_BUCKET, accounts={OBJECT_STORE: account})):
        [first] = pod.spec["initContainers"]
        [container] = pod.spec["containers"]
        told = {each["name"]: each.get("value") for each in first["env"]}
        assert told["AWS_ENDPOINT_URL"] == "http://minio.minio.svc:9000"
        taken = {
            each["name"]: each["valueFrom"]["secretKeyRef"]
            for each in first["env"]
            if "valueFrom" in each
        }
        assert taken == {
            "AWS_ACCESS_KEY_ID": {"name": "platform-object-store", "key": "user"},
            "AWS_SECRET_ACCESS_KEY": {"name": "platform-object-store", "key": "password"},
        }
        assert "env" not in container, "who answers knows no password"
