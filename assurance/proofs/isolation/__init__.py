"""No team reaches another but by declared need, and every declared need is open.

Packets are decided over all pod templates, with a pod without labels in each team's namespace
beside them; then what else two teams can have in common: rights, volumes, identities, routes and
Services.
"""

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.proofs.findings import Finding, Result, result
from assurance.proofs.isolation.access import Access
from assurance.proofs.isolation.closed import Closed
from assurance.proofs.isolation.cluster import cluster
from assurance.proofs.isolation.declared import Declared
from assurance.proofs.isolation.entries import Entries
from assurance.proofs.isolation.identities import Identities
from assurance.proofs.isolation.lending import Lending
from assurance.proofs.isolation.opened import Opened
from assurance.proofs.isolation.routes import Routes
from assurance.proofs.isolation.services import Services
from assurance.proofs.isolation.soundness import (
    judged,
    outside_policies,
    selects_nothing,
    unreadable,
    unstated,
)
from assurance.proofs.isolation.volumes import Volumes
from assurance.proofs.isolation.witness import PROOF


def isolation(graph: Graph, intent: Intent) -> Result:
    """Forbidden closed, declared open, and what rests on something listed."""
    seen = cluster(graph, intent)
    declared = Declared(seen)
    closed, opened = Closed(seen, declared), Opened(seen, declared)
    access, volumes, identities = (
        Access(graph, intent),
        Volumes(graph, intent),
        Identities(graph, intent),
    )
    routes, services, lending = (
        Routes(graph, intent),
        Services(graph, intent),
        Lending(graph, intent),
    )
    packets: list[Finding] = [
        *closed.findings(),
        *opened.findings(),
        *outside_policies(seen),
        *selects_nothing(seen),
        *unreadable(seen),
        *unstated(seen),
    ]
    entries = Entries(graph, intent, routes)
    besides = (
        found
        for part in (access, volumes, identities, routes, entries, services, lending)
        for found in part.findings()
    )
    teams = len(intent.teams)
    population = {
        "pods": seen.templates,
        "classes": len(seen.network.classes),
        "policies": len(seen.network.policies),
        "teams": teams,
        "pairs of teams": teams * (teams - 1),
        "namespaces of the platform": len(seen.parties) - teams,
        "declared flows": opened.flows,
        "role bindings": access.bindings,
        "places of volumes": volumes.places,
        "identities": identities.accounts,
        "routes": routes.count,
        "services": services.count,
        "grants of references": lending.count,
        "sets of open connections": closed.connections,
    }
    found = [*(judged(seen, each) for each in packets), *besides]
    return result(PROOF, found, population, about="pods")
