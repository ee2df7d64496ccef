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
    "name", ["api.blue.svc.cluster.local", "api.blue.svc", "api-0.api.blue.svc.cluster.local."]
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
