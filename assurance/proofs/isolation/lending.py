"""What a namespace lends to another one by a ReferenceGrant: nobody lends to or from a team."""

from collections.abc import Iterator, Mapping
from typing import Any

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.resource import Marker
from assurance.proofs.findings import Finding, Status
from assurance.proofs.isolation.gateways import GATEWAY
from assurance.proofs.isolation.roles import items, text
from assurance.proofs.isolation.witness import finding
from assurance.proofs.network.selectors import SpecError, refuse_unknown


class Lending:
    """Judges ReferenceGrants; what a route does with one, routes are judged by."""

    def __init__(self, graph: Graph, intent: Intent) -> None:
        self._teams = intent.teams
        self._team_of = {ns: name for name, team in intent.teams.items() for ns in team.namespaces}
        self._grants = [
            item
            for item in graph.objects()
            if (item.gvk.group, item.gvk.kind) == (GATEWAY, "ReferenceGrant")
        ]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._grants)

    def findings(self) -> Iterator[Finding]:
        """What is lent; and each team that neither lends nor borrows, where anybody does."""
        found = [each for grant in self._grants for each in self._judged(grant)]
        yield from found
        doubt = any(each.status is Status.UNKNOWN for each in found)
        guilty = {team for each in found for team in each.witness.get("teams", ())}
        for team in sorted(set(self._teams) - guilty) if self._grants else ():
            status = Status.UNKNOWN if doubt else Status.PROVED
            message = f"{team} lends nothing to another namespace, and borrows nothing"
            yield finding("reference-granted", status, f"team {team}", message)

    def _judged(self, grant: KubernetesObject) -> Iterator[Finding]:
        spec = grant.manifest.get("spec")
        try:
            refuse_unknown(spec, str(grant))
            if isinstance(grant.namespace, Marker) or not isinstance(spec, Mapping):
                message = "its namespace or spec is not known"
                raise SpecError(message)  # noqa: TRY301 - said where every other one is
            lender = self._owner(grant.namespace or "default")
            for borrower in dict.fromkeys(
                self._owner(text(each, "namespace")) for each in items(spec, "from")
            ):
                if borrower != lender and {borrower, lender} & set(self._teams):
                    yield self._lent(grant, (lender, borrower), spec)
        except SpecError as error:
            yield finding(
                "reference-unknown",
                Status.UNKNOWN,
                str(grant),
                f"what {grant} lends to whom is not known: {error}",
                remedy="make it known before the deployment, or correct it",
                origin=grant.resource.origin,
            )

    def _owner(self, namespace: str) -> str:
        return self._team_of.get(namespace, f"namespace {namespace}")

    def _lent(
        self, grant: KubernetesObject, pair: tuple[str, str], spec: Mapping[str, Any]
    ) -> Finding:
        lender, borrower = pair
        lent = [_named(each) for each in items(spec, "to")]
        secrets = any(each.get("kind") == "Secret" for each in items(spec, "to"))
        sure = secrets or {*pair} <= set(self._teams)
        return finding(
            "reference-granted",
            Status.REFUTED if sure else Status.UNKNOWN,
            f"{borrower} → {lender}",
            f"{grant} of {lender} lends {' and '.join(lent) or 'nothing yet'} to {borrower}",
            witness={"teams": [each for each in pair if each in self._teams], "lent": lent},
            remedy="remove it; what others may call is `published`, and needed by name",
            origin=grant.resource.origin,
        )


def _named(target: Any) -> str:
    """One Secret or Service, or all of a namespace's."""
    kind, name = text(target, "kind"), target.get("name")
    return f"{kind} {name}" if name else f"every {kind}"
