"""What monitoring brings: two charts, whom it asks, who is told."""

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import jmespath
import pytest

from assurance.graph.values import Addresses, Endpoint, Outside, Port
from components.manifests import faults
from components.monitoring.alerts import GROUPS
from components.monitoring.dashboards import DASHBOARDS
from components.monitoring.login import role_path
from components.monitoring.part import monitoring_part
from components.monitoring.routes import alertmanager_config
from components.monitoring.section import (
    GrafanaConfig,
    LoginConfig,
    MonitoringConfig,
    ReceiverConfig,
)
from components.parts import Part, Site
from components.parts.network import part_policies
from components.parts.part import PartNamespace
from providers.contract import ClusterFacts

ADDRESSES = Addresses(
    pods=(ip_network("10.244.0.0/16"),),
    services=(ip_network("10.96.0.0/16"),),
    nodes=(ip_network("10.128.0.0/24"),),
    api_server=(ip_network("10.128.0.2/32"),),
)
SITE = Site(
    cluster=ClusterFacts(
        name="test", version="1.35", storage_class="fast", pools=(), addresses=ADDRESSES
    )
)
STORE = Endpoint(
    name="platform.store-metrics",
    namespace="storage",
    labels={"app": "store"},
    ports=(Port(number=9324),),
)


def part(config: MonitoringConfig | None = None, site: Site = SITE) -> Part:
    return monitoring_part(config or MonitoringConfig(), site)


def values(made: Part) -> Mapping[str, Any]:
    return made.releases[0].values


def client(made: Part, name: str) -> Any:
    (found,) = (c for place in made.namespaces for c in place.clients if c.name == name)
    return found


LOGIN = LoginConfig(
    url="https://grafana.example.com",
    client="grafana",
    authorize="https://login.example.com/authorize",
    token="https://login.example.com:8443/token",
    profile="https://login.example.com/userinfo",
    admins=("platform",),
    editors=("fraud engineers", "ads"),
    viewers=("everybody",),
)


@pytest.mark.parametrize(
    ("person", "role"),
    [
        ({"groups": ["everybody", "platform", "ads"]}, "Admin"),
        ({"groups": ["everybody", "fraud engineers"]}, "Editor"),
        ({"groups": ["everybody"]}, "Viewer"),
        ({"groups": ["platform-guests"]}, None),
        ({"groups": []}, None),
        ({}, None),
    ],
)
def test_a_person_has_the_highest_role_of_their_groups_or_is_not_let_in(
    person: dict[str, Any], role: str | None
) -> None:
    """As an interpreter of JMESPath reads it; what is no text is no role: strict refuses it."""
    found = jmespath.search(role_path(LOGIN), person)
    assert (found or None) == role
    env = values(part(MonitoringConfig(grafana=GrafanaConfig(login=LOGIN))))["grafana"]["env"]
    assert env["GF_AUTH_GENERIC_OAUTH_ROLE_ATTRIBUTE_PATH"] == role_path(LOGIN)
    assert env["GF_AUTH_GENERIC_OAUTH_ROLE_ATTRIBUTE_STRICT"] == "true"


def test_only_with_a_login_grafana_asks_an_issuer_and_its_secret_is_only_named() -> None:
    plain, asked = part(), part(MonitoringConfig(grafana=GrafanaConfig(login=LOGIN)))
    assert {need.to for need in client(plain, "grafana").needs} == {Outside.API_SERVER}
    assert plain.stated == {"monitoring": {}}
    (need,) = (n for n in client(asked, "grafana").needs if n.to is Outside.INTERNET)
    assert [port.number for port in need.ports] == [443, 8443]
    named = values(asked)["grafana"]["envValueFrom"]
    (reference,) = (each["secretKeyRef"] for each in named.values())
    assert asked.stated == {"monitoring": {reference["name"]: (reference["key"],)}}
    assert set(named) == {"GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET"}
    elsewhere = LOGIN.model_copy(update={"through": "cluster.login"})
    inside = part(MonitoringConfig(grafana=GrafanaConfig(login=elsewhere)))
    assert "cluster.login" in {need.to for need in client(inside, "grafana").needs}


def test_every_object_of_ours_is_valid() -> None:
    made = part(site=replace(SITE, scraped=(STORE,)))
    assert len(made.objects) == len(GROUPS) + len(DASHBOARDS) + 1
    assert [fault for each in made.objects for fault in faults(each)] == []


def test_each_endpoint_with_metrics_is_asked_every_thirty_seconds_and_let_through() -> None:
    made = part(site=replace(SITE, scraped=(STORE,)))
    (monitor,) = (each for each in made.objects if each["kind"] == "PodMonitor")
    (asked,) = monitor["spec"]["podMetricsEndpoints"]
    assert (asked["portNumber"], asked["interval"], asked["path"]) == (9324, "30s", "/metrics")
    assert monitor["spec"]["namespaceSelector"] == {"matchNames": ["storage"]}
    storage = Part(key="platform.store", namespaces=(PartNamespace(name="storage"),))
    policies = part_policies((storage, made), {STORE.name: STORE}, ADDRESSES)
    (opened,) = (p for p in policies["platform.store"] if p["metadata"]["name"].startswith("serve"))
    (rule,) = opened["spec"]["ingress"]
    assert rule["ports"] == [{"protocol": "TCP", "port": 9324}]
    (source,) = rule["from"]
    assert source["podSelector"]["matchLabels"]["app.kubernetes.io/name"] == "prometheus"
    assert opened["spec"]["podSelector"]["matchLabels"] == {"app": "store"}


def test_nothing_needs_a_hook_with_certificates_or_without() -> None:
    plain = values(part())["prometheusOperator"]
    assert plain["admissionWebhooks"] == {"enabled": False}
    assert plain["tls"] == {"enabled": False}
    site = replace(SITE, sections=frozenset({"platform.certificates"}))
    judged = values(part(site=site))["prometheusOperator"]
    assert judged["admissionWebhooks"] == {
        "patch": {"enabled": False},
        "certManager": {"enabled": True},
    }
    assert "tls" not in judged
    entered = {entry.name: entry.source for entry in part(site=site).namespaces[0].entries}
    assert entered == {"webhook": Outside.API_SERVER}


def test_grafana_is_entered_from_nodes_only_where_it_has_a_node_port() -> None:
    assert part().namespaces[0].entries == ()
    assert values(part())["grafana"]["service"]["type"] == "ClusterIP"
    made = part(MonitoringConfig(grafana=GrafanaConfig(node_port=30080)))
    (entry,) = made.namespaces[0].entries
    assert (entry.source, entry.ports) == (Outside.NODES, (Port(number=3000),))
    assert values(made)["grafana"]["service"]["nodePort"] == 30080


def test_alertmanager_reaches_the_internet_only_to_tell_somebody() -> None:
    assert "alertmanager" not in {c.name for c in part().namespaces[0].clients}
    told = {"fraud": ReceiverConfig(webhook="https://hooks.example.com/fraud")}
    made = part(MonitoringConfig(receivers=told))
    assert [need.to for need in client(made, "alertmanager").needs] == [Outside.INTERNET]


def test_each_team_is_told_of_its_own_alerts_and_the_platform_of_the_rest() -> None:
    hook = ReceiverConfig(webhook="https://hooks.example.com/x")
    config = alertmanager_config({"fraud": hook, "platform": hook})
    names = [each["name"] for each in config["receivers"]]
    assert names == ["nobody", "fraud", "platform"]
    routes = config["route"]["routes"]
    assert config["route"]["receiver"] == "platform"
    assert {"receiver": "fraud", "matchers": ['team="fraud"']} in routes
    assert {route["receiver"] for route in routes} <= set(names)


def test_only_agents_may_do_what_nothing_else_may() -> None:
    levels = {place.name: place.pod_security for place in part().namespaces}
    assert levels == {"monitoring": "restricted", "monitoring-agents": "privileged"}


def test_volumes_are_of_the_clusters_class_and_metrics_go_before_they_are_full() -> None:
    spec = values(part())["prometheus"]["prometheusSpec"]
    claim = spec["storageSpec"]["volumeClaimTemplate"]["spec"]
    assert claim["storageClassName"] == "fast"
    assert claim["resources"]["requests"]["storage"] == "10Gi"
    assert spec["retentionSize"] == f"{8 * 2**30}B"
    plain = replace(SITE, cluster=replace(SITE.cluster, storage_class=None))
    spec = values(part(site=plain))["prometheus"]["prometheusSpec"]
    assert "storageClassName" not in spec["storageSpec"]["volumeClaimTemplate"]["spec"]


def test_grafanas_first_password_is_made_up() -> None:
    (credential,) = part().credentials
    admin = values(part())["grafana"]["admin"]
    assert admin["existingSecret"] == credential.name
    assert admin["passwordKey"] in credential.words
    assert admin["userKey"] in credential.plain
