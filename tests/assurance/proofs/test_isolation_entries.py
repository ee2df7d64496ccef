"""Whoever comes to a team's route shows there what the stack file says, on every stack."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from assurance.graph.graph import Graph, graph_of
from assurance.graph.intent import Intent, TeamIntent
from assurance.graph.resource import Marker
from assurance.graph.values import Shown
from assurance.proofs.findings import Finding, Status
from assurance.proofs.isolation.entries import Entries
from assurance.proofs.isolation.routes import Routes
from tests.assurance.proofs.test_isolation_routes import WIDE, ingress, route, thing
from tests.assurance.proofs.worlds import Manifest, graph
from tests.rehearsed import ROOT, asked

STACKS = (
    *(ROOT / f"Pulumi.{name}.yaml" for name in ("sandbox", "dev", "prod", "prod-azure")),
    ROOT / "tests/data/stacks/Pulumi.everything.yaml",
)
GROUP = "gateway.networking.k8s.io"
Change = Callable[[Manifest], Any]


def judged(seen: Graph, intent: Intent) -> list[Finding]:
    return list(Entries(seen, intent, Routes(seen, intent)).findings())


def of_kind(seen: Graph, kind: str) -> list[str]:
    return [item.resource.urn for item in seen.objects() if item.gvk.kind == kind]


def changed(seen: Graph, urn: str, change: Change | None) -> Graph:
    """One object changed, or gone."""
    resources = dict(seen.resources)
    old = resources.pop(urn)
    if change is not None:
        inputs = deepcopy(dict(old.inputs))
        change(inputs)
        resources[urn] = replace(old, inputs=inputs)
    return graph_of(resources.values(), stack=seen.stack, mode=seen.mode)


def unguarded(found: list[Finding]) -> Iterator[Finding]:
    return (f for f in found if f.rule == "isolation/route-unguarded")


def statuses(found: list[Finding]) -> list[Status]:
    return [each.status for each in unguarded(found)]


def test_every_route_of_every_stack_lets_in_whom_its_stack_file_says() -> None:
    open_, guarded = 0, 0
    for path in STACKS:
        [(seen, intent)] = asked(path).values()
        found = judged(seen, intent)
        assert {each.status for each in found} == {Status.PROVED}
        assert not any(each.assumes for each in found)
        said = [shown for team in intent.teams.values() for shown in team.routes.values()]
        open_ += sum(shown.open for shown in said)
        guarded += sum(not shown.open for shown in said)
        assert len(of_kind(seen, "SecurityPolicy")) == sum(not shown.open for shown in said)
    assert open_ >= 4
    assert guarded >= 10


def test_without_its_policy_a_route_is_open_to_anybody_and_refuted() -> None:
    tried = 0
    for path in STACKS:
        [(seen, intent)] = asked(path).values()
        for urn in of_kind(seen, "SecurityPolicy"):
            [found] = unguarded(judged(changed(seen, urn, None), intent))
            assert found.status is Status.REFUTED
            assert found.message.startswith("through the gateway: anybody → HTTPRoute ")
            assert "no SecurityPolicy acts on it" in found.message
            assert found.origin.config is not None
            assert found.origin.config.startswith("teams.")
            tried += 1
    assert tried >= 10


def at(*path: Any, to: Any) -> Change:
    """Another value at a place of the spec."""

    def change(manifest: Manifest) -> None:
        inner = manifest["spec"]
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = to

    return change


def more(manifest: Manifest) -> None:
    providers = manifest["spec"]["jwt"]["providers"]
    providers.append({**providers[0], "name": "other", "issuer": "https://evil.example.com"})


OTHER = "https://evil.example.com"
WIDER: dict[str, tuple[str, Change, str]] = {
    "another route": ("jwt", at("targetRefs", 0, "name", to="other"), "no SecurityPolicy"),
    "another kind of thing": ("jwt", at("targetRefs", 0, "group", to="x"), "no SecurityPolicy"),
    "a part of it": ("jwt", at("targetRefs", 0, "sectionName", to="r"), "no SecurityPolicy"),
    "nothing": ("jwt", lambda manifest: manifest["spec"].pop("jwt"), "asks for no token"),
    "if there is one": ("jwt", at("jwt", "optional", to=True), "whoever has no token"),
    "or fails": ("jwt", at("jwt", "failOpen", to=True), "whoever has no token"),
    "another issuer": ("jwt", at("jwt", "providers", 0, "issuer", to=OTHER), f"tokens of {OTHER}"),
    "one more issuer": ("jwt", more, f"tokens of {OTHER}"),
    "keys of others": (
        "jwt",
        at("jwt", "providers", 0, "remoteJWKS", to={"uri": OTHER}),
        f"keys of {OTHER}",
    ),
    "for anybody": ("jwt", at("jwt", "providers", 0, "audiences", to=[]), "tokens for anybody"),
    "for others": ("jwt", at("jwt", "providers", 0, "audiences", to=["x"]), "tokens for x"),
    "another Secret": ("apiKeyAuth", at("apiKeyAuth", "credentialRefs", to=[{"name": "b"}]), "/b"),
    "no Secret": ("apiKeyAuth", at("apiKeyAuth", "credentialRefs", to=[]), "asks for no key"),
}


@pytest.mark.parametrize("name", WIDER)
def test_a_policy_that_lets_in_others_is_refuted_by_what_it_does(name: str) -> None:
    asks, change, words = WIDER[name]
    [(seen, intent)] = asked(STACKS[-1]).values()
    chosen = [urn for urn in of_kind(seen, "SecurityPolicy") if asks in _spec(seen, urn)]
    assert chosen
    for urn in chosen:
        [found] = unguarded(judged(changed(seen, urn, change), intent))
        assert found.status is Status.REFUTED
        assert words in found.message


def _spec(seen: Graph, urn: str) -> Manifest:
    spec: Manifest = seen.resources[urn].inputs["spec"]
    return spec


def test_what_a_policy_asks_is_not_guessed() -> None:
    [(seen, intent)] = asked(STACKS[0]).values()
    urn = of_kind(seen, "SecurityPolicy")[0]
    hidden = changed(seen, urn, at("jwt", "providers", 0, "issuer", to=Marker.UNKNOWN))
    [found] = unguarded(judged(hidden, intent))
    assert found.status is Status.UNKNOWN
    assert "issuer is not known" in found.message


@pytest.mark.parametrize("hidden", ["spec", "targetRefs", "jwt"])
@pytest.mark.parametrize("kind", ["SecurityPolicy", "HTTPRoute", "Gateway", "GatewayClass"])
def test_where_something_could_not_be_read_nothing_is_proved_without_saying_so(
    kind: str, hidden: str
) -> None:
    """As a live reading shows kinds that it may not list."""
    [(seen, intent)] = asked(STACKS[0]).values()

    def hide(manifest: Manifest) -> None:
        if hidden == "spec":
            manifest["spec"] = Marker.UNKNOWN
        else:
            manifest["spec"][hidden] = Marker.UNKNOWN

    for urn in of_kind(seen, kind):
        shown = changed(seen, urn, hide)
        found = judged(shown, intent)
        assert Status.REFUTED not in statuses(found)
        if kind == "SecurityPolicy":
            assert statuses(found) == [Status.UNKNOWN]
        elif kind in {"Gateway", "GatewayClass"} and hidden == "spec":
            assert all(each.assumes for each in found)
        assert Entries(shown, intent, Routes(shown, intent)).all() or kind == "Gateway"


def test_what_another_controller_does_not_heed_guards_nothing() -> None:
    [(seen, intent)] = asked(STACKS[0]).values()
    [urn] = of_kind(seen, "GatewayClass")
    nginx = at("controllerName", to="gateway.nginx.org/nginx-gateway-controller")
    found = judged(changed(seen, urn, nginx), intent)
    assert len(statuses(found)) == len(of_kind(seen, "SecurityPolicy")) >= 3
    assert set(statuses(found)) == {Status.REFUTED}


def test_of_a_gateway_that_is_somebody_else_s_it_is_assumed() -> None:
    [(seen, intent)] = asked(STACKS[0]).values()
    found = judged(changed(seen, of_kind(seen, "Gateway")[0], None), intent)
    assert {each.status for each in found} == {Status.PROVED}
    assert found[0].assumes == ("Gateway gateway/platform heeds SecurityPolicies",)


def test_a_route_that_was_said_to_be_open_is_and_one_that_nobody_asked_for_is_not() -> None:
    place = route("red", "a.example")
    controller = thing("GatewayClass", "", "envoy", controllerName="gateway.envoyproxy.io/x")
    door = {**WIDE, "spec": {**WIDE["spec"], "gatewayClassName": "envoy"}}

    def found(*manifests: Manifest, **routes: Shown) -> list[Status]:
        team = Intent(teams={"red": TeamIntent(namespaces=("red",), routes=routes)})
        return statuses(judged(graph(door, controller, *manifests), team))

    assert found(place, r=Shown()) == []
    assert found(place) == found(place, other=Shown()) == [Status.REFUTED]
    assert found(ingress("red", "a.example"), i=Shown()) == [Status.UNKNOWN], "of nobody's class"
    policy = "gateway.envoyproxy.io/v1alpha1"
    keys = {"credentialRefs": [{"name": "k"}]}
    for target, status in (("Gateway", Status.REFUTED), ("HTTPRoute", None)):
        refs = [{"group": GROUP, "kind": target, "name": "r"}]
        guard = thing("SecurityPolicy", "red", "p", policy, targetRefs=refs, apiKeyAuth=keys)
        assert found(place, guard, r=Shown(keys="k")) == ([] if status is None else [status])
    all_of_it = [{"group": GROUP, "kind": "Gateway", "name": "main"}]
    whole = thing("SecurityPolicy", "edge", "p", policy, targetRefs=all_of_it, apiKeyAuth=keys)
    assert found(place, whole, r=Shown(keys="k")) == [Status.UNKNOWN], "what it asks is not read"
    chosen = [{"kind": "HTTPRoute", "matchLabels": {"a": "b"}}]
    guard = thing("SecurityPolicy", "red", "p", policy, targetSelectors=chosen, apiKeyAuth=keys)
    assert found(place, guard, r=Shown(keys="k")) == [Status.REFUTED]
    labelled = {**place, "metadata": {**place["metadata"], "labels": {"a": "b"}}}
    assert found(labelled, guard, r=Shown(keys="k")) == []
