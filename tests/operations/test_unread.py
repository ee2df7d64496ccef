"""Where a kind may not be listed, nothing that rests on it is proved or refuted."""

from collections.abc import Mapping
from datetime import date
from functools import cache

import pytest

from assurance.graph.graph import graph_of
from assurance.graph.intent_json import intent_from_graph
from assurance.graph.readers.live import _unknown
from assurance.graph.readers.live_api import Served, Unread
from assurance.graph.values import Gvk, plural
from assurance.proofs.findings import Result, Status
from components.manifests.schemas import is_namespaced
from operations.proving import Proved, prove
from operations.unread import doubted, reading
from tests.rehearsed import ROOT, graphs


def proved(missing: Gvk | None) -> tuple[Proved, list[Unread]]:
    """The sandbox's stack, as it is seen by somebody who may not list a kind."""
    graph = graphs(ROOT / "Pulumi.sandbox.yaml")["sandbox"]
    hidden = {item.resource.urn for item in graph.objects() if item.gvk == missing}
    seen = [each for urn, each in graph.resources.items() if urn not in hidden]
    unread = []
    if missing is not None:
        named = plural(missing.kind)
        served = Served(gvk=missing, plural=named, namespaced=is_namespaced(missing))
        unread = [Unread(what=str(served), reason="403", kind=served)]
        seen.append(_unknown(served, "x"))
    run = Proved(
        name="x",
        graph=graph_of(seen, stack="x", mode="live"),
        intent=intent_from_graph(graph),
        today=date(2026, 1, 31),
    )
    return prove(run, tuple(RESTS)), unread


@cache
def everything() -> Mapping[str, Result]:
    return proved(None)[0].results


def kinds() -> list[Gvk]:
    """Those of the stack that something rests on; of workloads, two stand for all."""
    there = {item.gvk for item in graphs(ROOT / "Pulumi.sandbox.yaml")["sandbox"].objects()}
    every = {kind for needed in RESTS.values() for kind in needed} - {"Job", "StatefulSet"}
    return sorted(kind for kind in there if kind.kind in every)


PODS = {"CronJob", "Deployment", "Job", "StatefulSet"}
RESTS = {
    "isolation": {"NetworkPolicy", "ClusterRole", "RoleBinding", *PODS},
    "capacity": {"HorizontalPodAutoscaler", "LimitRange", "Namespace", "ResourceQuota", *PODS},
    "admission": {"LimitRange", "Namespace", "ResourceQuota", "ServiceAccount", *PODS},
    "governance": {"LimitRange", "ResourceQuota", "RoleBinding", "ClusterRole", "Namespace"},
}
"""By proof, kinds without which it can no longer decide what it decided with them."""


@pytest.mark.parametrize("every", [pytest.param(1, marks=pytest.mark.e2e), 3])
def test_what_may_not_be_listed_is_doubted_wherever_it_decides(every: int) -> None:
    looked_at: list[str] = []
    for missing in kinds()[::every]:
        done, unread = proved(missing)
        assert done.crashes == {}, missing
        for proof, needed in RESTS.items():
            found = doubted(proof, done.results[proof], unread)
            assert found.count(Status.REFUTED) == 0, (missing, proof)
            if missing.kind in needed:
                assert found.count(Status.UNKNOWN) > 0, (missing, proof)
                assert found.count(Status.PROVED) < everything()[proof].count(Status.PROVED)
                looked_at.append(proof)
    assert len(looked_at) >= 20 / every
    assert set(looked_at) == set(RESTS)


@pytest.mark.parametrize("what", ["nodes", "secrets", "configmaps"])
def test_what_no_count_rests_on_changes_nothing(what: str) -> None:
    found = everything()["capacity"]
    assert doubted("capacity", found, [Unread(what=what, reason="403")]) == found


def test_each_thing_that_was_not_listed_is_a_finding_of_its_own() -> None:
    unread = [Unread(what=what, reason="403: no") for what in ("secrets", "pods")]
    found = reading(unread, {"kinds": 9})
    assert [f.subject for f in found.findings] == ["secrets", "pods"]
    assert {f.status for f in found.findings} == {Status.UNKNOWN}
    assert found.findings[0].message == "secrets could not be listed: 403: no"
