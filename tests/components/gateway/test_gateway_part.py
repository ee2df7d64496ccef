"""The gateway as data: what it is made of, who enters it, and what it asks of others."""

import json
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest

from assurance.graph.values import Addresses, Outside
from components.certificates.part import certificates_part
from components.certificates.section import CertificatesConfig, PublicConfig
from components.charts.simulated import stand_in_objects
from components.config import PlatformConfig, read_stack_file
from components.core import platform_parts, sections_of
from components.gateway.part import gateway_part
from components.gateway.section import GatewayConfig, NodePortsConfig, TokensConfig
from components.manifests import faults
from components.monitoring.section import GrafanaConfig, MonitoringConfig
from components.parts import Part, Site
from components.parts.network import part_policies
from components.parts.ports import Wanted, clashes, node_ports, wanted_by
from providers.contract import ClusterFacts
from tests.rehearsed import ROOT

CLUSTER = ClusterFacts(
    name="lab", version="1.35", pools=(), addresses=Addresses(pods=(), services=(), nodes=())
)
SITE = Site(cluster=CLUSTER)
TOKENS = {"staff": TokensConfig(issuer="https://a.example.com", keys="https://a.example.com/keys")}


def config(**changes: Any) -> GatewayConfig:
    return GatewayConfig(hosts=("ml.example.com", "api.example.com")).model_copy(update=changes)


def of_kind(part: Part, kind: str) -> list[dict[str, Any]]:
    return [dict(o) for o in (*part.before, *part.objects) if o["kind"] == kind]


@pytest.mark.parametrize("kind", ["envoy", "nginx"])
@pytest.mark.parametrize("ports", [None, NodePortsConfig(http=31001, https=31002)])
def test_whatever_is_chosen_its_objects_are_valid_and_one_gateway_has_tls(
    kind: str, ports: NodePortsConfig | None
) -> None:
    part = gateway_part(config(kind=kind, node_ports=ports), SITE)
    assert [f for o in (*part.before, *part.objects) for f in faults(o)] == []
    (gateway,) = of_kind(part, "Gateway")
    listeners = {each["name"]: each for each in gateway["spec"]["listeners"]}
    assert listeners["https"]["tls"]["certificateRefs"] == [
        {"kind": "Secret", "name": "gateway-tls"}
    ]
    (names,) = [
        c["spec"]["dnsNames"]
        for c in of_kind(part, "Certificate")
        if c["spec"]["secretName"] == "gateway-tls"
    ]
    assert names == ["ml.example.com", "api.example.com"]
    allowed = [each["allowedRoutes"]["namespaces"] for each in listeners.values()]
    assert {each["from"] for each in allowed} == {"Selector"}


@pytest.mark.parametrize(("kind", "ports"), [("envoy", {10080, 10443}), ("nginx", {80, 443})])
def test_only_its_proxies_are_entered_from_nodes_or_from_everywhere(
    kind: str, ports: set[int]
) -> None:
    for node, source in ((NodePortsConfig(), Outside.NODES), (None, Outside.INTERNET)):
        part = gateway_part(config(kind=kind, node_ports=node), SITE)
        (namespace,) = part.namespaces
        (entry,) = namespace.entries
        assert ({port.number for port in entry.ports}, entry.source) == (ports, source)
        (proxies,) = [w for r in part.releases for w in r.stand_in.workloads if w.made_of]
        assert entry.labels == proxies.labels == part.callers[0].labels


@pytest.mark.parametrize("kind", ["envoy", "nginx"])
def test_where_balancers_have_addresses_of_their_own_no_node_and_so_no_pod_is_let_in(
    kind: str,
) -> None:
    """On a cluster whose nodes and pods share a range, and on one where nobody knows."""
    shared, front = (ip_network("10.0.0.0/19"),), (ip_network("10.0.192.0/24"),)
    known = replace(CLUSTER.addresses, pods=shared, nodes=shared, balancers=front)
    for plan, traffic, inside in (
        (known, "Local", {"10.0.192.0/24"}),
        (replace(known, balancers=()), "Cluster", {"10.0.0.0/19"}),
    ):
        part = gateway_part(config(kind=kind), Site(cluster=replace(CLUSTER, addresses=plan)))
        text = json.dumps([*part.objects, *(dict(r.values) for r in part.releases)])
        assert f'"externalTrafficPolicy": "{traffic}"' in text
        plain = replace(part.namespaces[0], clients=())
        policies = part_policies([replace(part, namespaces=(plain,))], {}, plan)[part.key]
        (entered,) = (p for p in policies if p["metadata"]["name"] == "enter-proxies")
        blocks = [peer["ipBlock"] for peer in entered["spec"]["ingress"][0]["from"]]
        assert {b["cidr"] for b in blocks if b["cidr"].startswith("10.")} == inside


def test_plain_http_is_sent_on_to_the_port_that_people_reach() -> None:
    for ports, wanted in ((None, None), (NodePortsConfig(), 30444)):
        (route,) = of_kind(gateway_part(config(node_ports=ports), SITE), "HTTPRoute")
        (rule,) = route["spec"]["rules"]
        assert rule["filters"][0]["requestRedirect"].get("port") == wanted
        assert route["spec"]["parentRefs"][0]["sectionName"] == "http"


def test_proxies_reach_the_internet_only_to_fetch_the_keys_of_tokens() -> None:
    for tokens, wanted in (({}, set()), (TOKENS, {Outside.INTERNET})):
        part = gateway_part(config(tokens=tokens), SITE)
        proxies = [c for c in part.namespaces[0].clients if c.labels == part.callers[0].labels]
        assert {need.to for client in proxies for need in client.needs} == wanted


def test_a_public_authority_signs_for_the_gateway_and_the_platforms_own_for_all_else() -> None:
    public = CertificatesConfig(
        public=PublicConfig(domain="example.com", email="platform@example.com")
    )
    certificates = certificates_part(public, SITE)
    part = gateway_part(config(), replace(SITE, issuer=certificates.issuer))
    signed = {
        c["spec"]["secretName"]: c["spec"]["issuerRef"]["name"]
        for c in of_kind(part, "Certificate")
    }
    assert signed == {"envoy-gateway": "internal", "envoy": "internal", "gateway-tls": "public"}
    (solver,) = [
        o["spec"]["acme"]["solvers"][0]["http01"]["gatewayHTTPRoute"]["parentRefs"][0]
        for o in certificates.objects
        if "acme" in o["spec"]
    ]
    (gateway,) = of_kind(part, "Gateway")
    assert (solver["namespace"], solver["name"]) == (
        gateway["metadata"]["namespace"],
        gateway["metadata"]["name"],
    )
    assert solver["sectionName"] in {each["name"] for each in gateway["spec"]["listeners"]}
    asking = {need.to for client in certificates.namespaces[0].clients for need in client.needs}
    assert asking == {Outside.API_SERVER, Outside.INTERNET}


def test_ports_that_an_operator_will_ask_for_clash_with_those_of_a_service() -> None:
    part = gateway_part(config(node_ports=NodePortsConfig(http=30081, https=30444)), SITE)
    ours = [Wanted(port=port, by=part.key, key=part.key) for port in part.node_ports]
    service = {"kind": "Service", "spec": {"ports": [{"port": 80, "nodePort": 30444}]}}
    theirs = [
        Wanted(port=port, by="Service monitoring/grafana", key="platform.monitoring")
        for port in node_ports(service)
    ]
    (fault,) = clashes([*theirs, *ours])
    assert fault.key == "platform.gateway"
    assert "30444, which Service monitoring/grafana of platform.monitoring has" in fault.message
    assert clashes(ours) == []


def test_grafana_and_the_gateway_on_one_node_port_are_refused_by_name() -> None:
    platform = read_stack_file(ROOT / "Pulumi.sandbox.yaml").stack.platform
    assert isinstance(platform, PlatformConfig)
    without = dict.fromkeys(("gpu", "object_store", "database", "cache", "serving"))

    def found(port: int) -> list[str]:
        monitoring = MonitoringConfig(grafana=GrafanaConfig(node_port=port))
        config = platform.model_copy(update={**without, "monitoring": monitoring})
        parts = platform_parts(config, replace(SITE, sections=sections_of(config)))
        wanted: list[Wanted] = []
        for part in parts:
            stood = (o for release in part.releases for o in stand_in_objects(release))
            wanted += wanted_by(part.key, (o for o in stood if o["kind"] == "Service"))
            wanted += (Wanted(port=n, by=part.key, key=part.key) for n in part.node_ports)
        return [fault.message for fault in clashes(wanted)]

    assert found(30080) == []
    (message,) = found(30081)
    assert "30081" in message
    assert "platform.gateway" in message
