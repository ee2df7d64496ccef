"""The ways to a team's model: from the gateway, and for whoever counts."""

from typing import Any

from assurance.graph.values import Caller, Port
from components.gateway.facts import GatewayFacts
from components.manifests import faults
from components.serving.model_section import ModelConfig
from components.serving.roads import model_calls
from tests.components.serving.models import IN_A_BUCKET, made, of_kind, pods

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
