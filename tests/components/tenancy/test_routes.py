"""Routes of workloads: from the gateway to the very port, past whoever checks, and nowhere else."""

from collections.abc import Mapping
from typing import Any

from assurance.graph.values import Call, Caller, Port
from components.gateway.facts import GatewayFacts
from components.gateway.section import TokensConfig
from components.manifests import faults
from components.network.calls import call_policies
from components.tenancy.calls import called_endpoints, team_calls
from components.tenancy.section import TeamConfig
from components.tenancy.workloads.routes import route_manifests
from components.tenancy.workloads.section import DeploymentConfig

TOKENS = TokensConfig(
    issuer="https://a.example.com", keys="https://a.example.com/keys", audiences=("ml",)
)
GATEWAY = GatewayFacts(hosts=("ml.example.com",), policies=True, tokens={"staff": TOKENS})
PROXIES = Caller(name="gateway", namespace="gateway", labels={"app.kubernetes.io/name": "envoy"})
PORTS = [{"port": 53, "protocol": "UDP"}, 8080, 9090]


def workload(**route: Any) -> DeploymentConfig:
    return DeploymentConfig.model_validate({"image": "api:1", "ports": PORTS, "route": route})


def made(**route: Any) -> Mapping[str, Mapping[str, Any]]:
    objects = list(route_manifests("api", workload(**route), GATEWAY))
    there = [{**o, "metadata": {**o["metadata"], "namespace": "fraud"}} for o in objects]
    assert [fault for each in there for fault in faults(each)] == []
    return {each["kind"]: each["spec"] for each in objects}


def test_a_route_leads_to_the_first_tcp_port_or_to_the_one_it_names() -> None:
    for route, port in (({}, 8080), ({"port": 9090}, 9090)):
        spec = made(**route)["HTTPRoute"]
        assert spec["rules"][0]["backendRefs"] == [{"name": "api", "port": port}]
        assert spec["parentRefs"][0]["sectionName"] == "https"


def test_only_what_is_asked_for_stands_in_the_way() -> None:
    assert set(made(path="/api")) == {"HTTPRoute"}
    limited = made(per_second=5)["BackendTrafficPolicy"]
    assert limited["rateLimit"]["local"]["rules"] == [{"limit": {"requests": 5, "unit": "Second"}}]
    (provider,) = made(token="staff")["SecurityPolicy"]["jwt"]["providers"]
    assert provider["remoteJWKS"] == {"uri": "https://a.example.com/keys"}
    assert (provider["issuer"], provider["audiences"]) == ("https://a.example.com", ["ml"])
    keys = made(keys="clients")["SecurityPolicy"]["apiKeyAuth"]
    assert keys["credentialRefs"] == [{"name": "clients"}]


def test_whoever_calls_is_let_out_and_in_on_the_called_ports_only() -> None:
    team = TeamConfig(workloads={"api": workload(port=9090), "quiet": DeploymentConfig(image="q")})
    calls = team_calls(team, {"gateway": PROXIES})
    assert calls == (Call(by=PROXIES, workload="api", ports=(Port(number=9090),)),)
    assert team_calls(team, {}) == ()
    out, into = call_policies("fraud", calls)
    assert [fault for each in (out, into) for fault in faults(each)] == []
    assert (out["metadata"]["namespace"], into["metadata"]["namespace"]) == ("gateway", "fraud")
    assert out["spec"]["podSelector"] == {"matchLabels": dict(PROXIES.labels)}
    for rule in (out["spec"]["egress"][0], into["spec"]["ingress"][0]):
        assert rule["ports"] == [{"protocol": "TCP", "port": 9090}]
    (endpoint,) = called_endpoints("fraud", calls).values()
    assert (endpoint.name, endpoint.ports) == ("team.fraud.api", (Port(number=9090),))
