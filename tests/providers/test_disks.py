"""Nodes of clouds say how much of their own disk pods may ask for, and never more than there is."""

from copy import deepcopy
from dataclasses import replace

import pytest

from assurance.graph.graph import graph_of
from assurance.graph.resource import OBJECT
from assurance.proofs.capacity import capacity
from assurance.proofs.findings import Status
from providers.config.aks_pools import DISK
from providers.config.aws_instances import RESERVED_DISK
from providers.config.disks import left_of
from tests.rehearsed import ROOT, asked

GIB = 2**30
LISTED = {(80 * GIB, RESERVED_DISK): 76224326324, (DISK * GIB, 0): 119703055367}
"""What `kubectl describe node` shows as allocatable: eksctl's nodes, AKS's on their usual disk."""
STACKS = ("prod", "prod-azure")


@pytest.mark.parametrize("disk", LISTED)
def test_no_more_is_counted_on_than_published_nodes_offer(disk: tuple[int, int]) -> None:
    assert 0.94 * LISTED[disk] < left_of(*disk) < LISTED[disk]


@pytest.mark.parametrize("stack", STACKS)
def test_a_pod_that_asks_for_more_disk_than_any_node_has_is_refuted(stack: str) -> None:
    [(graph, intent)] = asked(ROOT / f"Pulumi.{stack}.yaml").values()
    assert all(pool.shape.storage > 10 * GIB for pool in intent.pools)
    largest = max(pool.shape.storage for pool in intent.pools)
    for ask, refuted in ((GIB, False), (largest + 1, True)):
        resources = dict(graph.resources)
        [urn] = [u for u, r in resources.items() if _is(r.inputs, "Deployment", "cert-manager")]
        inputs = deepcopy(dict(resources[urn].inputs))
        container = inputs["spec"]["template"]["spec"]["containers"][0]
        container["resources"]["requests"]["ephemeral-storage"] = str(ask)
        container["resources"].get("limits", {}).pop("ephemeral-storage", None)
        resources[urn] = replace(resources[urn], inputs=inputs)
        changed = graph_of(resources.values(), stack=graph.stack, mode=graph.mode)
        found = [f for f in capacity(changed, intent).findings if f.status is Status.REFUTED]
        assert bool(found) is refuted
        assert all("cert-manager" in f"{each.subject} {each.message}" for each in found)


def _is(inputs: object, kind: str, name: str) -> bool:
    return (
        isinstance(inputs, OBJECT)
        and inputs.get("kind") == kind
        and inputs["metadata"]["name"] == name
    )
