"""Services that lead elsewhere: by name, by address, and by taking somebody's traffic."""

from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent, TeamIntent
from assurance.graph.resource import Marker
from assurance.graph.values import Addresses
from assurance.proofs.findings import Finding, Status
from assurance.proofs.isolation.services import Services
from tests.assurance.proofs.worlds import Manifest, graph

PLAN = Addresses(
    pods=(ip_network("10.244.0.0/16"),),
    services=(ip_network("10.96.0.0/16"),),
    nodes=(ip_network("10.128.0.0/24"),),
)
TEAMS = Intent(
    teams={name: TeamIntent(namespaces=(name,)) for name in ("red", "blue")}, addresses=PLAN
)


def judged(*manifests: Manifest, intent: Intent = TEAMS) -> list[Finding]:
    return of(graph(*manifests), intent)


def of(given: Graph, intent: Intent = TEAMS) -> list[Finding]:
    return list(Services(given, intent).findings())


def rules(found: list[Finding], status: Status = Status.REFUTED) -> list[str]:
    return sorted(f.rule.partition("/")[2] for f in found if f.status is status)


def service(namespace: str = "red", **spec: Any) -> Manifest:
    metadata = {"name": "s", "namespace": namespace}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}


def named(name: Any, namespace: str = "red") -> Manifest:
    return service(namespace, type="ExternalName", externalName=name)


def endpoints(address: Any, namespace: str = "red") -> Manifest:
    subsets = [{"addresses": [{"ip": address}], "ports": [{"port": 80}]}]
    metadata = {"name": "s", "namespace": namespace}
    return {"apiVersion": "v1", "kind": "Endpoints", "metadata": metadata, "subsets": subsets}


def slices(address: Any, namespace: str = "red", **metadata: Any) -> Manifest:
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {"name": "s", "namespace": namespace, **metadata},
        "addressType": "IPv4",
        "endpoints": [{"addresses": [address]}],
    }


@pytest.mark.parametrize(
    "name",
    [
        *("api.blue.svc.cluster.local", "api.blue.svc", "api-0.api.blue.svc.cluster.local."),
        "api.blue",
    ],
)
def test_a_name_in_another_team_is_refuted(name: str) -> None:
    assert rules(judged(named(name))) == ["service-elsewhere"]
    found = judged({**slices(name), "addressType": "FQDN"})
    assert rules(found) == ["service-elsewhere"]


@pytest.mark.parametrize(
    "name", ["db.example.com", "api.red.svc.cluster.local", "svc.example.com", "api.blue.example"]
)
def test_a_name_off_the_cluster_or_at_home_is_not(name: str) -> None:
    assert {f.status for f in judged(named(name))} == {Status.PROVED}


def test_a_name_in_a_namespace_of_no_team_is_listed() -> None:
    found = judged(named("store.storage.svc.cluster.local"))
    assert rules(found, Status.UNKNOWN) == ["service-elsewhere"]


def test_addresses_that_a_service_claims_are_refuted() -> None:
    found = judged(service(externalIPs=["1.2.3.4"]))
    assert rules(found) == ["external-ips"]
    assert rules(judged(service(externalIPs=[]))) == []
    assert judged(service("edge", externalIPs=["1.2.3.4"])) == []


@pytest.mark.parametrize("made", [endpoints, slices])
@pytest.mark.parametrize(
    ("address", "whose"),
    [
        ("10.244.7.7", "pods"),
        ("10.96.0.1", "services"),
        ("10.128.0.4", "nodes"),
        ("169.254.169.254", "the metadata service"),
    ],
)
def test_addresses_of_the_cluster_are_refuted(made: Any, address: str, whose: str) -> None:
    found = judged(made(address))
    assert rules(found) == ["endpoints-by-hand"]
    assert whose in found[0].message


@pytest.mark.parametrize("made", [endpoints, slices])
def test_addresses_off_the_cluster_are_not(made: Any) -> None:
    assert rules(judged(made("192.0.2.1"))) == []
    unplanned = judged(made("192.0.2.1"), intent=replace(TEAMS, addresses=None))
    assert rules(unplanned, Status.UNKNOWN) == ["endpoints-by-hand"]


def test_what_the_controller_makes_on_a_cluster_is_its_service_s() -> None:
    controller = {"endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io"}
    made = slices("10.244.0.9", labels=controller, ownerReferences=[{"kind": "Service"}])
    assert rules(of(replace(graph(made), mode="live"))) == []
    assert rules(judged(made)) == ["endpoints-by-hand"], "in a program nobody but its author"
    claimed = slices("10.244.0.9", labels=controller)
    assert rules(of(replace(graph(claimed), mode="live"))) == ["endpoints-by-hand"]


@pytest.mark.parametrize(
    "given", [named(Marker.UNKNOWN), endpoints(Marker.UNKNOWN), slices(Marker.UNKNOWN)], ids=str
)
def test_what_is_not_known_is_named(given: Manifest) -> None:
    found = judged(given)
    assert rules(found, Status.UNKNOWN) == ["service-unknown"]
    assert "is not known" in found[0].message


@pytest.mark.parametrize(
    "name", ["10-244-1-5.blue.pod.cluster.local", "10-244-1-5.red.pod", "10.244.1.5"]
)
def test_a_pod_s_own_name_or_address_is_whoever_s_it_is(name: str) -> None:
    assert rules(judged(named(name))) == ["endpoints-by-hand"]
    assert rules(judged(named(name.replace("10-244", "8-8").replace("10.244", "8.8")))) == []


def hook(
    place: Any, namespaces: Any = None, kind: str = "MutatingWebhookConfiguration"
) -> Manifest:
    service = {"service": {"name": "s", "namespace": place}}
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": kind,
        "metadata": {"name": "w"},
        "webhooks": [{"clientConfig": service, "namespaceSelector": namespaces}],
    }


def api_service(place: str) -> Manifest:
    return {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": {"name": "v1.example.com"},
        "spec": {"service": {"name": "s", "namespace": place}},
    }


def definition(place: str) -> Manifest:
    config = {"service": {"name": "s", "namespace": place}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "things.example.com"},
        "spec": {"conversion": {"strategy": "Webhook", "webhook": {"clientConfig": config}}},
    }


@pytest.mark.parametrize(
    "made",
    [
        hook,
        lambda place: hook(place, kind="ValidatingWebhookConfiguration"),
        api_service,
        definition,
    ],
)
def test_no_team_answers_the_api_server_for_all(made: Any) -> None:
    found = judged(service(), service("blue"), made("red"))
    assert rules(found) == ["answers-for-all"]
    assert [f.subject for f in found if f.status is Status.PROVED] == ["team blue"]
    assert rules(judged(service(), made("platform"))) == []


def test_a_team_may_judge_its_own_objects() -> None:
    own = {"matchLabels": {"kubernetes.io/metadata.name": "red"}}
    assert rules(judged(service(), hook("red", own))) == []
    other = {"matchLabels": {"kubernetes.io/metadata.name": "blue"}}
    assert rules(judged(service(), hook("red", other))) == ["answers-for-all"]


def test_whom_the_api_server_asks_may_be_unknown() -> None:
    hidden = {**hook("red"), "webhooks": [Marker.UNKNOWN]}
    assert rules(judged(service(), hidden), Status.UNKNOWN) == ["service-unknown"]
    assert rules(judged(service(), hook(Marker.UNKNOWN)), Status.UNKNOWN) == ["service-unknown"]
