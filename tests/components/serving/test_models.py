"""A team's model, from its section to pods that are seen before anything has made them."""

from ipaddress import ip_network
from typing import Any

import pytest

from assurance.graph.graph import graph_of
from assurance.graph.kubernetes import gvk
from assurance.graph.pods import PodTemplate, Replicas
from assurance.graph.resource import Resource
from assurance.graph.values import Access, Caller, Endpoint, Need, Outside, Port, bytes_of
from assurance.guardrails import Outcome, evaluate
from assurance.guardrails.rules import BASELINE, RESTRICTED
from components.gateway.facts import GatewayFacts
from components.manifests import Manifest, faults
from components.network.needs import needs_key
from components.serving.facts import ServingFacts
from components.serving.model_section import ModelConfig
from components.serving.models import model_manifests
from components.serving.roads import model_calls
from components.storage.section import OBJECT_STORE
from components.tenancy.accounts import TeamAccount
from components.tenancy.defaults import effective
from components.tenancy.grants import team_grants
from components.tenancy.intent import team_intent
from components.tenancy.namespace import DISK
from components.tenancy.section import TeamConfig, TeamDefaults
from components.tenancy.workloads.surroundings import Surroundings
from providers.contract import Identity
from tests.components.tenancy.samples import CONTAINERS, POOLS

STORE = Endpoint(
    name=OBJECT_STORE,
    namespace="minio",
    labels={"app": "minio"},
    ports=(Port(number=9000),),
    host="minio.minio.svc",
)
CLOUD = Endpoint(name=OBJECT_STORE, cidrs=(ip_network("192.0.2.0/24"),), ports=(Port(number=443),))
IN_A_BUCKET = {"version": "1.4.0", "storage": {"bucket": "models"}}


def made(
    section: dict[str, Any], *, store: Endpoint = STORE, simulated: bool = False, **around: Any
) -> list[Manifest]:
    surroundings = Surroundings(
        team="app-ml",
        containers=CONTAINERS,
        pools={pool.name: pool for pool in POOLS},
        endpoints={OBJECT_STORE: store},
        **around,
    )
    serving = ServingFacts(registry="registry.example.com", simulated=simulated)
    return model_manifests("spam", ModelConfig.model_validate(section), surroundings, serving)


def of_kind(kind: str, manifests: list[Manifest]) -> dict[str, Manifest]:
    return {each["metadata"]["name"]: each for each in manifests if each["kind"] == kind}


def pods(manifests: list[Manifest]) -> list[PodTemplate]:
    resources = (
        Resource(
            urn=f"u{number}",
            type=gvk(each["apiVersion"], each["kind"]).token,
            name=f"r{number}",
            parent=None,
            provider=None,
            inputs=each,
        )
        for number, each in enumerate(manifests)
    )
    return list(graph_of(resources, stack="dev", mode="manifests").pods())


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


GATEWAY = GatewayFacts(hosts=("ml.example.com",), policies=True)


def route_of(section: dict[str, Any]) -> dict[str, Any]:
    manifests = made({**IN_A_BUCKET, **section}, gateway=GATEWAY, simulated=True)
    assert [fault for each in manifests for fault in faults(each)] == []
    [route] = of_kind("HTTPRoute", manifests).values()
    services = of_kind("Service", manifests)
    for rule in route["spec"]["rules"]:
        for backend in rule["backendRefs"]:
            ports = {port["port"] for port in services[backend["name"]]["spec"]["ports"]}
            assert backend["port"] in ports
    return dict(route["spec"])


def test_a_header_names_the_environment_and_all_others_are_shared_out_by_weight() -> None:
    *named, others = route_of({"route": {}, "traffic": {"staging": 5, "production": 95}})["rules"]
    told = {
        rule["matches"][0]["headers"][0]["value"]: [each["name"] for each in rule["backendRefs"]]
        for rule in named
    }
    assert told == {
        "staging": ["spam-staging-front"],
        "production": ["spam-production-front"],
    }
    assert {rule["matches"][0]["headers"][0]["name"] for rule in named} == {"X-Environment"}
    assert "headers" not in others["matches"][0]
    weights = {each["name"]: each["weight"] for each in others["backendRefs"]}
    assert weights == {"spam-staging-front": 5, "spam-production-front": 95}
    paths = {rule["matches"][0]["path"]["value"] for rule in (*named, others)}
    assert paths == {"/models/app-ml/spam"}
    rewritten = {
        rule["filters"][0]["urlRewrite"]["path"]["replacePrefixMatch"] for rule in (*named, others)
    }
    assert rewritten == {"/"}, "the server knows nothing of where the gateway put it"


def test_where_all_goes_to_production_nothing_is_left_to_chance() -> None:
    *_, others = route_of({"route": {"path": "/spam"}})["rules"]
    assert [each["name"] for each in others["backendRefs"]] == ["spam-production-front"]
    assert others["matches"][0]["path"]["value"] == "/spam"


def test_without_a_route_or_a_gateway_no_way_leads_to_a_model() -> None:
    assert of_kind("HTTPRoute", made(IN_A_BUCKET, gateway=GATEWAY)) == {}
    assert of_kind("HTTPRoute", made({**IN_A_BUCKET, "route": {}})) == {}


def test_who_asks_for_predictions_and_who_counts_them_come_to_different_ports() -> None:
    callers = {
        name: Caller(name=name, namespace=name, labels={"app": name})
        for name in ("gateway", "prometheus")
    }
    asked = ModelConfig.model_validate({**IN_A_BUCKET, "route": {}})
    calls = {call.by.name: call.ports for call in model_calls("spam", asked, callers)}
    assert calls == {"gateway": (Port(number=8080),), "prometheus": (Port(number=8002),)}
    inside = ModelConfig.model_validate(IN_A_BUCKET)
    assert [call.by.name for call in model_calls("spam", inside, callers)] == ["prometheus"]
    assert list(model_calls("spam", asked, {})) == []


def test_metrics_of_both_environments_are_asked_for_where_they_are_declared() -> None:
    manifests = made(IN_A_BUCKET, scraped=True)
    [monitor] = of_kind("PodMonitor", manifests).values()
    assert faults(monitor) == []
    wanted = monitor["spec"]["selector"]["matchLabels"]
    chosen = [pod for pod in pods(manifests) if pod.labels.items() >= wanted.items()]
    assert len(chosen) == 2
    [endpoint] = monitor["spec"]["podMetricsEndpoints"]
    for pod in chosen:
        declared = {p["containerPort"] for c in pod.spec["containers"] for p in c["ports"]}
        assert endpoint["portNumber"] in declared
    assert of_kind("PodMonitor", made(IN_A_BUCKET)) == {}
