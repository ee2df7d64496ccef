"""Calls that teams ask the platform for: the road of a request is open, and no other."""

from dataclasses import replace

import pytest

from assurance.graph.graph import graph_of
from assurance.graph.kubernetes import object_of
from tests.assurance.proofs.isolated import Change, changed, named, refuted
from tests.assurance.proofs.worlds import Manifest

ROUTED = "gateway/call-team.tenant-a.ml-inference.by.gateway"


def removed(_manifest: Manifest) -> None:
    return None


def with_spec(**parts: object) -> Change:
    return lambda manifest: {**manifest, "spec": {**manifest["spec"], **parts}}


@pytest.mark.parametrize("name", [ROUTED, "tenant-a/serve-ml-inference.to.gateway"])
def test_the_road_from_the_gateway_to_a_routed_workload_is_open_at_both_ends(name: str) -> None:
    found = refuted(changed(name, removed))["declared-flow-closed"]
    assert found.subject == "platform.gateway/gateway/gateway → team.tenant-a.ml-inference"


def test_the_gateway_reaches_no_workload_but_those_with_a_route() -> None:
    opened = changed(ROUTED, with_spec(egress=[{"to": [{"namespaceSelector": named("fraud")}]}]))
    from_all: list[Manifest] = [{"from": [{"namespaceSelector": {}}]}]
    let_in = [
        replace(r, inputs={**r.inputs, "spec": {**r.inputs["spec"], "ingress": from_all}})
        if (item := object_of(r)) and str(item) == "NetworkPolicy fraud/allow-same-team"
        else r
        for r in opened.resources.values()
    ]
    found = refuted(graph_of(let_in, stack="sandbox", mode="warm"))["team-reaches-team"]
    assert "fraud" in found.message
