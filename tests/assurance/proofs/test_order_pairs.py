"""Every pair of objects of which one needs the other, in order and one edge less."""

from typing import Any

import pytest

from tests.assurance.proofs.ordered import (
    NAMESPACE,
    THING,
    cut,
    found,
    graph,
    made,
    open_between,
)
from tests.components.manifests.order_pairs import AROUND, PAIRS
from tests.components.manifests.recorder import Stage, recorded
from tests.components.manifests.samples import (
    Manifest,
    claim,
    crd,
    deployment,
    namespace,
    pod_spec,
    quota,
    sample,
    secret,
    service,
    webhook,
)

STRICTER = {
    "a quota before claims",  # this quota counts no claims
    "a quota before custom resources",  # whether these make pods is not known
    "default-deny before custom resources",
}
"""What register() orders without need."""


def stateful_set(name: str = "db") -> Manifest:
    spec = {**deployment(name)["spec"], "serviceName": name}
    return sample("StatefulSet", name, api="apps/v1", spec=spec)


def route(kind: str, **spec: Any) -> Manifest:
    return sample(kind, api="gateway.networking.k8s.io/v1", spec=spec)


INGRESS = sample(
    "Ingress",
    api="networking.k8s.io/v1",
    spec={
        "defaultBackend": {"service": {"name": "api", "port": {"number": 80}}},
        "tls": [{"secretName": "password"}],
    },
)


CONVERTED = crd("things.example", "Thing", "things")


CONVERTED["spec"]["conversion"] = {
    "strategy": "Webhook",
    "webhook": {"clientConfig": {"service": {"namespace": "fraud", "name": "api"}}},
}


MORE = {
    "a service before the ingress that leads to it": (service(), INGRESS),
    "a certificate before the ingress that shows it": (secret(), INGRESS),
    "a service before the route that leads to it": (
        service(),
        route("HTTPRoute", rules=[{"backendRefs": [{"name": "api", "port": 80}]}]),
    ),
    "a gateway before its routes": (
        route("Gateway", gatewayClassName="g"),
        {**route("HTTPRoute", parentRefs=[{"name": "x"}]), "kind": "GRPCRoute"},
    ),
    "a gateway class before its gateways": (
        {**route("GatewayClass"), "metadata": {"name": "g"}},
        route("Gateway", gatewayClassName="g"),
    ),
    "a stateful set's service before it": (service("db"), stateful_set()),
    "a quota before the services that it counts": (
        {**quota(), "spec": {"hard": {"services": "3"}}},
        service(),
    ),
    "a quota of storage before the claims that use it": (
        {**quota(), "spec": {"hard": {"requests.storage": "1Gi"}}},
        claim(),
    ),
    "a quota before what it counts by group": (
        {**quota(), "spec": {"hard": {"count/deployments.apps": "3"}}},
        deployment(),
    ),
    "a quota of load balancers before a load balancer": (
        {**quota(), "spec": {"hard": {"services.loadbalancers": "0"}}},
        service(kind="LoadBalancer"),
    ),
    "a webhook about pods before whatever makes pods": (
        webhook("w", "other", "", ["pods"]),
        deployment(),
    ),
    "whoever converts a kind before its objects": (service(), THING),
    "an external secret before the pods that read what it brings": (
        sample("ExternalSecret", "s", api="external-secrets.io/v1", spec={"target": {}}),
        deployment(pod=pod_spec(imagePullSecrets=[{"name": "s"}])),
    ),
}


def two(sentence: str, *, dependent: bool) -> tuple[Any, str, str]:
    """The graph of a pair in its surroundings, and both of the pair."""
    first, then = {**PAIRS, **MORE}[sentence]
    surroundings = [CONVERTED if o["kind"].startswith("Custom") else o for o in AROUND]
    one = made(first, *([] if first == namespace() else [NAMESPACE]))
    other = made(then, NAMESPACE, *([one] if dependent else []))
    around = {r.urn: r for r in (made(o, NAMESPACE) for o in surroundings)}
    around[NAMESPACE.urn] = NAMESPACE
    return graph(*{**around, one.urn: one, other.urn: other}.values()), one.urn, other.urn


@pytest.mark.parametrize("sentence", sorted({**PAIRS, **MORE}.keys() - STRICTER))
def test_what_is_needed_must_come_first(sentence: str) -> None:
    given, needed, user = two(sentence, dependent=False)
    given = cut(given, user, needed)
    assert open_between(given, needed, user)
    given, needed, user = two(sentence, dependent=True)
    assert not open_between(given, needed, user)


KNOWN = [name for name, pair in PAIRS.items() if all(o["kind"] != "Thing" for o in pair)]
"""Pairs of kinds that register() knows."""


@pytest.mark.parametrize("sentence", sorted({*KNOWN} - STRICTER))
def test_what_register_orders_is_in_order_and_one_edge_less_is_found(sentence: str) -> None:
    first, then = PAIRS[sentence]
    objects = [first, then]
    objects += [o for o in AROUND if _name(o) not in {_name(first), _name(then)}]

    def program(stage: Stage) -> None:
        stage.register(*objects)

    given = recorded(program).graph
    keyed = {str(item): item.resource.urn for item in given.objects()}
    needed, user = (keyed[_name(o)] for o in (first, then))
    assert not found(given)
    assert open_between(cut(given, user, needed), needed, user)


def _name(manifest: Manifest) -> str:
    metadata = manifest["metadata"]
    place = f"{metadata['namespace']}/" if "namespace" in metadata else ""
    return f"{manifest['kind']} {place}{metadata['name']}"
