"""No team reaches another but by declared need, and every declared need is open.

Decided over all pod templates, with a pod without labels in each team's namespace beside them.
"""

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.proofs.findings import Finding, Result, result
from assurance.proofs.isolation.access import Access
from assurance.proofs.isolation.closed import Closed
from assurance.proofs.isolation.cluster import cluster
from assurance.proofs.isolation.declared import Declared
from assurance.proofs.isolation.opened import Opened
from assurance.proofs.isolation.soundness import (
    judged,
    outside_policies,
    selects_nothing,
    unreadable,
    unstated,
)
from assurance.proofs.isolation.witness import PROOF


def isolation(graph: Graph, intent: Intent) -> Result:
    """Forbidden closed, declared open, and what rests on something listed."""
    seen = cluster(graph, intent)
    declared = Declared(seen)
    closed, opened, access = (
        Closed(seen, declared),
        Opened(seen, declared),
        Access(graph, intent),
    )
    found: list[Finding] = [
        *closed.findings(),
        *opened.findings(),
        *access.findings(),
        *outside_policies(seen),
        *selects_nothing(seen),
        *unreadable(seen),
        *unstated(seen),
    ]
    teams = len(intent.teams)
    population = {
        "pods": seen.templates,
        "classes": len(seen.network.classes),
        "policies": len(seen.network.policies),
        "teams": teams,
        "pairs of teams": teams * (teams - 1),
        "declared flows": opened.flows,
        "role bindings": access.bindings,
        "sets of open connections": closed.connections,
    }
    return result(PROOF, (judged(seen, each) for each in found), population, about="pods")
