"""Public names: records for the gateway's own, and certificates that are shown by records."""

from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest

from assurance.graph.values import Access, Endpoint, Grant, Outside, Port
from components.certificates.part import certificates_part
from components.certificates.section import CertificatesConfig, PublicConfig
from components.dns.part import dns_part
from components.dns.section import DNS, DnsConfig
from components.gateway.facts import gateway_facts
from components.gateway.part import RECORDED, gateway_part
from components.gateway.section import GatewayConfig
from components.manifests import faults
from components.parts import Part, Site
from providers.config import EksConfig
from providers.contract import IDENTITY, Zone
from providers.eks.names import Names
from providers.eks.zone import public_zone
from tests.components.charts.releases import ZONE
from tests.components.cloud import at
from tests.components.test_in_cluster import site

HOSTS = ("ml.example.com", "*.ml.example.com")
PUBLIC = CertificatesConfig(
    public=PublicConfig(domain="ml.example.com", email="platform@example.com")
)
AZURE: dict[str, Any] = {
    "azureDNS": {
        "subscriptionID": "s",
        "resourceGroupName": "dns",
        "hostedZoneName": "ml.example.com",
        "environment": "AzurePublicCloud",
    }
}


def here(zone: Zone | None = ZONE, *sections: str) -> Site:
    known = site(endpoints={IDENTITY: at(IDENTITY, 80, "169.254.170.23/32")})
    return replace(known, zone=zone, sections=frozenset(sections))


def solver(part: Part) -> dict[str, Any]:
    (issuer,) = (o for o in part.objects if "acme" in o["spec"])
    (found,) = issuer["spec"]["acme"]["solvers"]
    assert faults(issuer) == []
    made: dict[str, Any] = found
    return made


def needs(part: Part) -> set[str]:
    (place,) = part.namespaces
    return {str(need.to) for client in place.clients for need in client.needs}


def to_https(*sections: str) -> dict[str, Any]:
    part = gateway_part(GatewayConfig(hosts=HOSTS), here(ZONE, *sections))
    (route,) = (o for o in part.objects if o["kind"] == "HTTPRoute")
    return dict(route["metadata"])


def test_it_may_write_records_of_one_zone_and_reaches_that_its_login_and_the_api_server() -> None:
    part = dns_part(DnsConfig(), here())
    (acting,) = part.acting
    grant = Grant(access=Access.WRITE, kind="records", name="ml.example.com")
    assert (acting.account, acting.grants) == ("external-dns/external-dns", (grant,))
    assert needs(part) == {str(Outside.API_SERVER), "platform.zone", IDENTITY}
    assert part.namespaces[0].entries == ()
    assert part.namespaces[0].pod_security == "restricted"


def test_it_reads_the_gateway_s_namespace_alone_and_of_all_others_only_that_they_are() -> None:
    part = dns_part(DnsConfig(), here())
    values = part.releases[0].values
    assert values["namespaced"] is True
    assert {values["sourceNamespace"], values["gatewayNamespace"]} == {"gateway"}
    (role,) = (o for o in part.before if o["kind"] == "ClusterRole")
    assert {(r, v) for rule in role["rules"] for r in rule["resources"] for v in rule["verbs"]} == {
        ("namespaces", verb) for verb in ("get", "list", "watch")
    }
    assert [fault for each in part.before for fault in faults(each)] == []


def test_what_it_owns_is_marked_by_the_cluster_s_name_and_nothing_is_deleted_unasked() -> None:
    values = dns_part(DnsConfig(), here()).releases[0].values
    assert (values["policy"], values["txtOwnerId"]) == ("upsert-only", "c")
    assert values["domainFilters"] == ["ml.example.com"]
    assert dns_part(DnsConfig(policy="sync"), here()).releases[0].values["policy"] == "sync"
    record, owner = "ml.example.com", str(values["txtPrefix"]).replace("%{record_type}", "a")
    assert f"{owner}{record}".endswith(f".{values['domainFilters'][0]}")


def test_its_settings_lie_where_it_looks_and_it_starts_anew_when_they_change() -> None:
    other = replace(ZONE, writer=replace(ZONE.writer, settings={"azure.json": '{"cloud": ""}'}))
    seen = set()
    for zone in (ZONE, other):
        part = dns_part(DnsConfig(), here(zone))
        (settings,) = (o for o in part.before if o["kind"] == "ConfigMap")
        values = part.releases[0].values
        assert settings["data"] == dict(zone.writer.settings)
        (volume,), (mount,) = values["extraVolumes"], values["extraVolumeMounts"]
        assert volume["configMap"]["name"] == settings["metadata"]["name"]
        assert (volume["name"], mount["mountPath"]) == (mount["name"], "/etc/kubernetes")
        seen.add(str(values["podAnnotations"]))
    assert len(seen) == 2
    without = replace(ZONE, writer=replace(ZONE.writer, settings={}))
    part = dns_part(DnsConfig(), here(without))
    assert "extraVolumes" not in part.releases[0].values
    assert {o["kind"] for o in part.before} == {"ClusterRole", "ClusterRoleBinding"}


def test_records_are_asked_for_by_the_platform_s_own_route_and_only_where_there_is_a_writer() -> (
    None
):
    assert to_https(DNS)["annotations"] == {RECORDED: "ml.example.com,*.ml.example.com"}
    assert "annotations" not in to_https()


@pytest.mark.parametrize("words", [ZONE.solver, AZURE], ids=["aws", "azure"])
def test_with_a_zone_names_are_shown_by_records_that_cert_manager_alone_may_write(
    words: dict[str, Any],
) -> None:
    part = certificates_part(PUBLIC, here(replace(ZONE, solver=words)))
    assert solver(part) == {"dns01": words}
    (acting,) = part.acting
    grant = Grant(access=Access.WRITE, kind="challenges", name="ml.example.com")
    assert (acting.account, acting.grants) == ("cert-manager/cert-manager", (grant,))
    (controller,) = (
        w for w in part.releases[0].stand_in.workloads if acting.account.endswith(f"/{w.account}")
    )
    (acme,) = (c for c in part.namespaces[0].clients if c.name == "acme")
    assert acme.labels == controller.labels
    assert {need.to for need in acme.needs} == {Outside.INTERNET, IDENTITY}
    config = part.releases[0].values["config"]
    assert config["acmeDNS01Config"] == {"recursiveNameserversOnly": True}


def test_without_a_zone_or_a_public_name_nobody_is_anybody_in_the_cloud() -> None:
    over_http = certificates_part(PUBLIC, here(None))
    assert set(solver(over_http)) == {"http01"}
    internal = certificates_part(CertificatesConfig(), here())
    for part in (over_http, internal):
        assert part.acting == ()
        assert IDENTITY not in needs(part)
        assert "acmeDNS01Config" not in part.releases[0].values["config"]


def test_a_star_stands_for_one_word_as_in_the_certificate() -> None:
    facts = gateway_facts(GatewayConfig(hosts=HOSTS))
    assert all(map(facts.answers, (*HOSTS, "fraud.ml.example.com")))
    for host in ("a.b.ml.example.com", "example.com", "xml.example.com", "*.example.com"):
        assert not facts.answers(host)


def test_a_zone_without_an_id_is_nobody_s_to_write_into() -> None:
    def found(**keys: str) -> Zone | None:
        config = EksConfig.model_validate(
            {
                "provider": "eks",
                "account": "123456789012",
                "region": "eu-central-1",
                "admins": ["arn:aws:iam::123456789012:role/deployer"],
                "zone": {"name": "ml.example.com", **keys},
            }
        )
        return public_zone(Names.of("lab", config), config)

    assert found() is None
    zone = found(id="Z1")
    assert zone is not None
    assert zone.id == "arn:aws:route53:::hostedzone/Z1"
    everywhere = Endpoint(
        name="platform.zone",
        cidrs=(ip_network("0.0.0.0/0"),),
        ports=(Port(number=443),),
        host="route53.amazonaws.com",
        scheme="https",
        managed=False,
    )
    assert zone.endpoint == everywhere
