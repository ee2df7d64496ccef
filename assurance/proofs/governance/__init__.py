"""Every team is bounded and trusted as was asked for: no less, and no more; pins have digests."""

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.proofs.findings import Result, result
from assurance.proofs.governance.amounts import Amounts
from assurance.proofs.governance.findings import PROOF
from assurance.proofs.governance.labels import Labels
from assurance.proofs.governance.people import People
from assurance.proofs.governance.pins import unverified
from assurance.proofs.governance.security import pod_security


def governance(graph: Graph, intent: Intent) -> Result:
    """Quotas, limits, Pod Security levels and members' roles, as asked for; digests of pins."""
    objects = list(graph.objects())
    amounts, people, labels = Amounts(objects), People(objects, intent), Labels(graph)
    found = [
        finding
        for name, team in sorted(intent.teams.items())
        for place in team.namespaces
        for finding in (
            *amounts.quota(name, place, team.quota),
            *amounts.containers(name, place, team.containers),
            *pod_security(objects, name, place, team.pod_security),
            *people.findings(name, place),
            *labels.findings(name, place),
        )
    ]
    found += unverified(intent.pins)
    population = {
        "teams": len(intent.teams),
        "amounts": amounts.compared,
        "members": people.members,
        "pins": len(intent.pins),
    }
    return result(PROOF, found, population, about="teams")
