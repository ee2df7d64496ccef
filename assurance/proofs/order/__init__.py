"""Every object follows what it needs, and goes before it.

Decided from the recorded dependencies alone, for whatever made them: by what the engine waits for,
and by what Kubernetes says that objects need.
"""

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.proofs.findings import Result, Status, result
from assurance.proofs.order.leaving import Leaving
from assurance.proofs.order.making import PROOF, cyclic, finding, made_in_order
from assurance.proofs.order.needs import Needs
from assurance.proofs.order.relation import Relation
from assurance.proofs.order.world import World


def order(graph: Graph, intent: Intent) -> Result:  # noqa: ARG001 - a proof's signature
    """Made after what it needs, gone before it; nothing with effects outlives its controller."""
    world = World(graph)
    if graph.mode in {"manifests", "live"}:
        return _undecided(graph, len(world.objects))
    relation = Relation(graph)
    collected = Needs(graph, world, relation)
    leaving = Leaving(graph, world, relation)
    found = [
        *cyclic(relation),
        *made_in_order(collected.needs, collected.absent, relation),
        *leaving.findings(collected.needs),
    ]
    population = {
        "objects": len(world.objects),
        "needs": len(collected.needs),
        "brought by Kubernetes": collected.given,
        "assumed or missing": len(collected.absent),
        "objects with effects": leaving.effects,
    }
    return result(PROOF, found, population, about="objects")


def _undecided(graph: Graph, objects: int) -> Result:
    source = "files" if graph.mode == "manifests" else "a cluster"
    message = f"{source} state no order: whoever applies the objects decides it"
    found = finding("no-order", Status.UNKNOWN, "graph", message, remedy="prove the stack instead")
    return Result(findings=(found,), population={"objects": objects, "needs": 0})
