"""Gateways, Ingresses and Services between teams: what answers where, and where it leads."""

from typing import Any

import pytest

from assurance.graph.intent import Intent, TeamIntent
from assurance.graph.resource import Marker
from assurance.proofs.findings import Finding, Status
from assurance.proofs.isolation.routes import Routes
from tests.assurance.proofs.worlds import Manifest, graph

GATEWAY = "gateway.networking.k8s.io/v1"
TEAMS = Intent(teams={name: TeamIntent(namespaces=(name,)) for name in ("red", "blue")})


def judged(*manifests: Manifest) -> list[Finding]:
    return list(Routes(graph(*manifests), TEAMS).findings())


def rules(found: list[Finding], status: Status = Status.REFUTED) -> list[str]:
    return sorted(f.rule.partition("/")[2] for f in found if f.status is status)


def thing(kind: str, namespace: str, name: str, version: str = GATEWAY, **spec: Any) -> Manifest:
    return {
        "apiVersion": version,
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace},
        "spec": spec,
    }


def gateway(*listeners: Manifest, namespace: str = "edge") -> Manifest:
    open_to_all = {"namespaces": {"from": "All"}}
    made = [{"name": "web", "port": 443, "allowedRoutes": open_to_all, **one} for one in listeners]
    return thing("Gateway", namespace, "main", listeners=made or [])


def route(
    namespace: str, *hosts: str, paths: tuple[Any, ...] = (), kind: str = "HTTPRoute", **spec: Any
) -> Manifest:
    matches = [{"path": path if isinstance(path, dict) else {"value": path}} for path in paths]
    rule = {**({"matches": matches} if matches else {}), "backendRefs": [{"name": "api"}]}
    given = {"parentRefs": [{"name": "main", "namespace": "edge"}], "rules": [rule], **spec}
    return thing(kind, namespace, "r", hostnames=list(hosts), **given)


def ingress(namespace: str, host: str, path: str = "/", name: str = "nginx") -> Manifest:
    paths = [{"path": path, "pathType": "Prefix"}]
    return thing(
        "Ingress",
        namespace,
        "i",
        "networking.k8s.io/v1",
        ingressClassName=name,
        rules=[{"host": host, "http": {"paths": paths}}],
    )


WIDE = gateway({})
SHARED = {
    "one host": (route("red", "a.example"), route("blue", "a.example")),
    "one host, written otherwise": (route("red", "A.example"), route("blue", "a.example")),
    "every host": (route("red"), route("blue", "a.example")),
    "a wildcard over another's host": (route("red", "*.example"), route("blue", "a.b.example")),
    "a path within another's": (
        route("red", "a.example", paths=("/api",)),
        route("blue", "a.example", paths=("/api/v1",)),
    ),
    "an exact path within another's": (
        route("red", "a.example", paths=("/",)),
        route("blue", "a.example", paths=({"type": "Exact", "value": "/x"},)),
    ),
    "two kinds of routes": (
        route("red", "a.example"),
        route("blue", "a.example", kind="GRPCRoute"),
    ),
    "one Ingress host": (ingress("red", "a.example"), ingress("blue", "a.example")),
    "one of two hosts": (route("red", "a.example", "b.example"), route("blue", "b.example")),
}
APART = {
    "two hosts": (route("red", "a.example"), route("blue", "b.example")),
    "a wildcard beside it": (route("red", "*.a.example"), route("blue", "b.example")),
    "a wildcard is no bare host": (route("red", "*.example"), route("blue", "example")),
    "two paths": (
        route("red", "a.example", paths=("/red",)),
        route("blue", "a.example", paths=("/blue", "/reddish")),
    ),
    "an exact path above the other": (
        route("red", "a.example", paths=({"type": "Exact", "value": "/api"},)),
        route("blue", "a.example", paths=("/api/v1",)),
    ),
    "two classes of Ingresses": (
        ingress("red", "a.example"),
        ingress("blue", "a.example", name="other"),
    ),
    "two paths of an Ingress": (
        ingress("red", "a.example", "/red"),
        ingress("blue", "a.example", "/blue"),
    ),
}


@pytest.mark.parametrize("name", SHARED)
def test_two_teams_that_answer_at_one_place_are_refuted(name: str) -> None:
    for given in (SHARED[name], SHARED[name][::-1]):
        found = judged(WIDE, *given)
        assert rules(found) == ["route-shared"]
        assert sorted(found[0].witness["teams"]) == ["blue", "red"]
    assert rules(judged(*SHARED[name])) == ["route-shared"], "the gateway may be somebody else's"


@pytest.mark.parametrize("name", APART)
def test_two_teams_that_answer_apart_are_proved(name: str) -> None:
    found = judged(WIDE, *APART[name])
    assert [f.status for f in found] == [Status.PROVED] * 2


@pytest.mark.parametrize("name", SHARED)
def test_a_team_answers_twice_as_it_likes(name: str) -> None:
    first, second = SHARED[name]
    own = {**second, "metadata": {"name": "second", "namespace": "red"}}
    assert rules(judged(WIDE, first, own)) == []


def test_what_a_gateway_lets_in_decides() -> None:
    both = route("red", "a.example"), route("blue", "a.example")
    only_own = gateway({"allowedRoutes": {"namespaces": {"from": "Same"}}})
    assert rules(judged(only_own, *both)) == []
    assert rules(judged(gateway({"allowedRoutes": None}), *both)) == []
    by_label = {"from": "Selector", "selector": {"matchLabels": {"web": "yes"}}}
    chosen = gateway({"allowedRoutes": {"namespaces": by_label}})
    labelled: list[Manifest] = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}
        for name, labels in (("red", {"web": "yes"}), ("blue", {}))
    ]
    assert rules(judged(chosen, *labelled, *both)) == []
    labelled[1]["metadata"]["labels"] = {"web": "yes"}
    assert rules(judged(chosen, *labelled, *both)) == ["route-shared"]


def test_a_listener_s_host_narrows_what_routes_answer_to() -> None:
    two = gateway({"name": "a", "hostname": "*.a.example"}, {"name": "b", "hostname": "b.example"})
    at_a: Manifest = {"parentRefs": [{"name": "main", "namespace": "edge", "sectionName": "a"}]}
    at_b: Manifest = {"parentRefs": [{"name": "main", "namespace": "edge", "sectionName": "b"}]}
    assert rules(judged(two, route("red", **at_a), route("blue", **at_b))) == []
    assert rules(judged(two, route("red", **at_a), route("blue"))) == ["route-shared"]
    assert rules(judged(two, route("red", "c.example"), route("blue", "c.example"))) == []


def test_a_route_asks_for_a_listener_by_its_port_as_well() -> None:
    two = gateway({"name": "a", "port": 80}, {"name": "b", "port": 443})
    asked = [{"name": "main", "namespace": "edge", "port": port} for port in (80, 443)]
    first, second = (route(team, "x") for team in ("red", "blue"))
    first["spec"]["parentRefs"], second["spec"]["parentRefs"] = asked[:1], asked[1:]
    assert rules(judged(two, first, second)) == []
    second["spec"]["parentRefs"] = asked
    assert rules(judged(two, first, second)) == ["route-shared"]


def test_a_parent_that_is_no_gateway_is_no_door() -> None:
    mesh: Manifest = {"parentRefs": [{"kind": "Service", "name": "api"}]}
    assert rules(judged(WIDE, route("red", "x", **mesh), route("blue", "x"))) == []


def test_a_team_takes_a_part_of_what_is_nobody_s_but_not_what_is_the_platform_s() -> None:
    redirect = route("edge")
    assert rules(judged(WIDE, redirect, route("red", "a.example"))) == []
    grafana = route("monitoring", "grafana.example")
    found = judged(WIDE, redirect, grafana, route("red", "grafana.example"))
    assert rules(found) == ["route-shared"]
    assert "namespace monitoring" in found[0].subject
    assert rules(judged(WIDE, grafana, route("red", "*.example"))) == ["route-shared"]


def test_what_an_expression_matches_is_not_decided() -> None:
    expression = {"type": "RegularExpression", "value": "/r.*"}
    found = judged(WIDE, route("red", "a", paths=(expression,)), route("blue", "a", paths=("/b",)))
    assert rules(found, Status.UNKNOWN) == ["route-shared"]
    assert rules(found) == []


def leading(namespace: str = "red", to: str = "blue", name: str = "api") -> Manifest:
    backend = {"name": name, "namespace": to}
    return route(namespace, "a.example", rules=[{"backendRefs": [backend]}])


def grant(namespace: str, source: str, kind: str = "HTTPRoute", **to: str) -> Manifest:
    allowed = {"group": "gateway.networking.k8s.io", "kind": kind, "namespace": source}
    target = {"group": "", "kind": "Service", **to}
    spec: Manifest = {"from": [allowed], "to": [target]}
    return thing("ReferenceGrant", namespace, "g", **spec)


def test_a_route_that_another_team_lets_in_is_refuted() -> None:
    assert rules(judged(WIDE, leading(), grant("blue", "red"))) == ["route-to-another"]
    assert rules(judged(WIDE, leading(), grant("blue", "red", name="api"))) == ["route-to-another"]


def of_secrets(given: Manifest) -> Manifest:
    given["spec"]["to"] = [{"group": "", "kind": "Secret"}]
    return given


@pytest.mark.parametrize(
    "closed",
    [
        (),
        (of_secrets(grant("blue", "red")),),
        (grant("blue", "green"),),
        (grant("red", "red"),),
        (grant("blue", "red", kind="TLSRoute"),),
        (grant("blue", "red", name="other"),),
    ],
    ids=str,
)
def test_a_route_that_nobody_lets_in_is_listed(closed: tuple[Manifest, ...]) -> None:
    found = judged(WIDE, leading(), *closed)
    assert rules(found) == []
    assert rules(found, Status.UNKNOWN) == ["route-to-another"]
    assert "no ReferenceGrant" in found[0].message


def test_a_mirror_is_a_way_as_well() -> None:
    mirror = {"requestMirror": {"backendRef": {"name": "api", "namespace": "blue"}}}
    copied = route("red", "a.example", rules=[{"filters": [{**mirror, "type": "RequestMirror"}]}])
    assert rules(judged(WIDE, copied, grant("blue", "red"))) == ["route-to-another"]


def test_a_team_does_not_answer_at_another_team_s_gateway() -> None:
    at_blue: Manifest = {"parentRefs": [{"name": "main", "namespace": "blue"}]}
    asked = route("red", "a.example", **at_blue)
    assert rules(judged(gateway({}, namespace="blue"), asked)) == ["route-through-another"]
    own = gateway({"allowedRoutes": {"namespaces": {"from": "Same"}}}, namespace="blue")
    assert rules(judged(own, asked)) == []
    assert rules(judged(asked), Status.UNKNOWN) == ["route-through-another"]


@pytest.mark.parametrize("key", ["hostnames", "parentRefs", "rules"])
def test_what_is_not_known_is_named(key: str) -> None:
    asked = route("red", "a.example")
    asked["spec"][key] = Marker.UNKNOWN
    found = judged(WIDE, asked)
    assert {f.status for f in found} == {Status.UNKNOWN}
    assert key in found[0].message


def test_a_listener_s_own_host_bounds_what_its_routes_answer_to() -> None:
    both = (route("red", "a.example"), route("blue", "a.example"))
    assert rules(judged(gateway({"hostname": "a.example"}), *both)) == ["route-shared"]
    assert rules(judged(gateway({"hostname": "b.example"}), *both)) == []


def test_without_routes_nothing_is_proved() -> None:
    assert judged(WIDE) == []


def test_what_leads_elsewhere_than_to_a_service_is_not_known() -> None:
    backend = {"group": "gateway.envoyproxy.io", "kind": "Backend", "name": "anywhere"}
    given = route("red", "a.example", rules=[{"backendRefs": [backend]}])
    found = judged(WIDE, given)
    assert rules(found) == []
    assert "route-unknown" in rules(found, Status.UNKNOWN)


def test_routes_meet_at_whatever_lets_them_in() -> None:
    parent = {"kind": "XListenerSet", "name": "doors", "namespace": "edge"}
    both = [route(team, "a.example", parentRefs=[parent]) for team in ("red", "blue")]
    assert rules(judged(*both)) == ["route-shared"]


def test_an_ingress_that_names_no_class_is_of_the_usual_one() -> None:
    named, usual = ingress("red", "a.example"), ingress("blue", "a.example", name="")
    assert rules(judged(named, usual)) == []
    made = thing("IngressClass", "", "nginx", "networking.k8s.io/v1")
    made["metadata"]["annotations"] = {"ingressclass.kubernetes.io/is-default-class": "true"}
    assert rules(judged(named, usual, made)) == ["route-shared"]
