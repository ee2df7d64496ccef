"""Capacity, decided: the sandbox fits, and every shortage and contradiction is found by name."""

from collections.abc import Mapping
from typing import Any

import pytest

from assurance.graph.intent import Intent
from assurance.graph.intent_json import intent_from_graph
from assurance.graph.values import Overcommit, Pool, Taint
from assurance.proofs.capacity import capacity
from assurance.proofs.findings import Finding, Result, Status
from tests.assurance.proofs.loads import GPU, pool
from tests.assurance.proofs.worlds import Manifest, graph
from tests.rehearsed import ROOT, asked, graphs

NAMESPACE = "load"


def judged(*manifests: Manifest, pools: tuple[Pool, ...] = (), **intent: Any) -> Result:
    return capacity(graph(*manifests), Intent(pools=pools, **intent))


def by_rule(found: Result, status: Status) -> dict[str, Finding]:
    chosen = (finding for finding in found.findings if finding.status is status)
    return {finding.rule.removeprefix("capacity/"): finding for finding in chosen}


def refuted(*manifests: Manifest, **more: Any) -> dict[str, Finding]:
    return by_rule(judged(*manifests, **more), Status.REFUTED)


def unknown(*manifests: Manifest, **more: Any) -> dict[str, Finding]:
    return by_rule(judged(*manifests, **more), Status.UNKNOWN)


def proved(*manifests: Manifest, **more: Any) -> dict[str, Finding]:
    return by_rule(judged(*manifests, **more), Status.PROVED)


def limits(*items: Mapping[str, Any], name: str = "limits") -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "LimitRange",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {"limits": [*items]},
    }


def quota(name: str = "quota", namespace: str = NAMESPACE, **hard: Any) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"hard": {key.replace("_", "."): value for key, value in hard.items()}},
    }


def hard(given: Mapping[str, Any], **spec: Any) -> Manifest:
    made = quota()
    return {**made, "spec": {"hard": dict(given), **spec}}


def of(made: Manifest, **spec: Any) -> Manifest:
    """The same with another spec, field by field."""
    return {**made, "spec": {**made["spec"], **spec}}


def container(**fields: Any) -> Mapping[str, Any]:
    return {"type": "Container", **fields}


def test_every_stack_of_the_project_fits_whatever_comes_first() -> None:
    for name, found in graphs().items():
        result = capacity(found, intent_from_graph(found))
        assert {finding.status for finding in result.findings} == {Status.PROVED}, name
        assert result.population["pods at most"] > 0


def test_a_stack_file_that_uses_every_key_fits_too_with_the_overcommit_that_it_states() -> None:
    path = ROOT / "tests/data/stacks/Pulumi.everything.yaml"
    result = capacity(*asked(path)["everything"])
    assert {finding.status for finding in result.findings} == {Status.PROVED}
    (cpu,) = (f for f in result.findings if f.subject == "all quotas of cpu")
    assert cpu.witness["overcommit"] == 1.5


def test_the_seed_s_contradictions_are_all_found() -> None:
    """The ml-team's numbers as its repository has them, and its workloads at their defaults."""
    found = refuted(
        limits(
            {
                "type": "Pod",
                "max": {"cpu": "8", "memory": "16Gi"},
                "min": {"cpu": "100m", "memory": "128Mi"},
            },
            container(
                default={"cpu": "1", "memory": "2Gi"},
                defaultRequest={"cpu": "250m", "memory": "512Mi"},
                max={"cpu": "4", "memory": "8Gi"},
                min={"cpu": "50m", "memory": "64Mi"},
            ),
        ),
        hard(
            {
                "requests.cpu": "2",
                "limits.cpu": "4",
                "requests.memory": "4Gi",
                "limits.memory": "8Gi",
                "pods": "50",
            }
        ),
    )
    assert set(found) == {"maximum-over-quota", "pods-out-of-reach"}
    assert found["maximum-over-quota"].message == (
        "a pod may take 8 cpu, and all of limits.cpu is 4; a pod may take 16Gi memory, and all "
        "of limits.memory is 8Gi"
    )
    assert found["pods-out-of-reach"].message == (
        "50 pods are allowed, and 20 of the smallest that its LimitRange lets in fit into its "
        "quota (requests.cpu 2, 100m each); of pods that state nothing, 4 (limits.cpu 4, 1 each)"
    )


CONTRADICTIONS: dict[str, tuple[tuple[Manifest, ...], str, str]] = {
    "defaults further apart than the ratio": (
        (
            limits(
                container(
                    defaultRequest={"cpu": "100m"},
                    default={"cpu": "1"},
                    maxLimitRequestRatio={"cpu": "4"},
                )
            ),
        ),
        "limits-contradict-themselves",
        "cpu limit 1 for a request of 100m, but a limit of at most 4 times the request",
    ),
    "the default of one LimitRange above the maximum of another": (
        (
            limits(container(default={"cpu": "3"}), name="one"),
            limits({"type": "Pod", "max": {"cpu": "2"}}, name="two"),
        ),
        "limits-contradict-themselves",
        "where a pod states nothing, the pod: cpu limit 3, but at most 2 is allowed",
    ),
    "a default below the minimum of a pod": (
        (
            limits(
                container(default={"cpu": "50m"}),
                {"type": "Pod", "min": {"cpu": "100m"}},
            ),
        ),
        "limits-contradict-themselves",
        "where a pod states nothing, the pod: cpu request 50m, but at least 100m is demanded",
    ),
    "a maximum of GPUs that becomes everybody's default": (
        (limits(container(max={GPU: "2"})),),
        "limits-contradict-themselves",
        f"every container that does not say otherwise is given 2 {GPU}",
    ),
    "a maximum above the quota": (
        (limits(container(default={"cpu": "1"}, max={"cpu": "8"})), hard({"limits.cpu": "4"})),
        "maximum-over-quota",
        "a container may take 8 cpu, and all of limits.cpu is 4",
    ),
    "a default above the whole quota": (
        (limits(container(default={"memory": "8Gi"})), hard({"limits.memory": "4Gi"})),
        "pods-out-of-reach",
        "not one pod that states nothing fits into its quota (limits.memory 4Gi, 8Gi each)",
    ),
    "a minimum above the whole quota": (
        (limits(container(min={"cpu": "2"})), hard({"requests.cpu": "1"})),
        "pods-out-of-reach",
        "1 pod must fit, and 0 of the smallest",
    ),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_contradiction_is_refuted_in_plain_words(name: str) -> None:
    manifests, rule, words = CONTRADICTIONS[name]
    found = refuted(*manifests)
    assert set(found) == {rule}
    assert words in found[rule].message
    assert found[rule].witness
    assert found[rule].remedy


def promised(cpu: str, *others: Manifest, **intent: Any) -> Result:
    pools = (pool("one", cpu=4000, nodes=2), pool("two", cpu=8000, taints=(Taint(key="own"),)))
    return judged(hard({"requests.cpu": cpu}), *others, pools=pools, **intent)


def test_quotas_together_stay_within_the_pools_and_the_stated_overcommit() -> None:
    other = quota(namespace="other", requests_cpu="6")
    assert "quotas-over-pools" in by_rule(promised("2", other), Status.PROVED)
    assert "quotas-over-pools" in by_rule(promised("10", other), Status.UNKNOWN)
    over = by_rule(promised("11", other), Status.REFUTED)["quotas-over-pools"]
    assert over.message == (
        "quotas promise 17 cpu (load 11 and other 6), and all nodes together have 16"
    )
    twice = {"overcommit": Overcommit(cpu=2)}
    assert "quotas-over-pools" in by_rule(promised("10", other, **twice), Status.PROVED)
    still = by_rule(promised("30", other, **twice), Status.REFUTED)["quotas-over-pools"]
    assert still.message.endswith("all nodes together have 16 times 2, the stated overcommit")


def test_a_quota_of_gpus_that_no_pool_has_is_refuted() -> None:
    given = hard({f"requests.{GPU}": "2"})
    found = refuted(given, pools=(pool("plain"),))["quota-without-pool"]
    assert found.message == f"quotas promise 2 {GPU} (load 2), and no pool has any"
    assert "quotas-over-pools" in proved(given, pools=(pool("gpu", gpu=4),))


def test_a_maximum_that_no_node_has_is_refuted() -> None:
    given = limits(container(max={"cpu": "8"}))
    found = refuted(given, pools=(pool("small"), pool("large", cpu=6000)))
    assert "may ask for 8 cpu and wait for ever, as the largest node has 6 (pool large)" in (
        found["maximum-over-nodes"].message
    )
    assert refuted(given, pools=(pool("large", cpu=8000),)) == {}
