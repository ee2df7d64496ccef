"""No two teams act as one identity outside the cluster, and none is granted what is another's."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.resource import Marker, Origin, Resource, Secret
from assurance.graph.values import Grant
from assurance.proofs.findings import Finding, Status
from assurance.proofs.isolation.places import meetings, place_of
from assurance.proofs.isolation.witness import finding

ANNOTATIONS = (
    "azure.workload.identity/client-id",
    "eks.amazonaws.com/role-arn",
    "iam.gke.io/gcp-service-account",
)
"""Where a ServiceAccount says which identity of a cloud its pods take."""
_ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Account:
    """A ServiceAccount that is somebody outside the cluster."""

    namespace: str
    name: str
    identity: Any
    sources: frozenset[str]
    """What its identity comes from, where that is not known before it is made."""
    origin: Origin

    def __str__(self) -> str:
        return f"ServiceAccount {self.namespace}/{self.name}"

    @property
    def keys(self) -> frozenset[str]:
        """What two accounts have in common if they are one identity; nothing if nobody can say."""
        return frozenset({self.identity}) if isinstance(self.identity, str) else self.sources


class Identities:
    """Judges what ServiceAccounts are outside the cluster, and what intent grants to teams."""

    def __init__(self, graph: Graph, intent: Intent) -> None:
        self._teams = intent.teams
        self._team_of = {ns: name for name, team in intent.teams.items() for ns in team.namespaces}
        self._accounts = [
            *(found for item in graph.objects() for found in _annotated(item)),
            *map(_associated, graph.of_type(_ASSOCIATION)),
        ]

    @property
    def accounts(self) -> int:
        """How many ServiceAccounts have an identity."""
        return len(self._accounts)

    def findings(self) -> Iterator[Finding]:
        """What is shared or cannot be told; and each team that shares nothing."""
        found = [*self._shared(), *self._nameless(), *self._granted()]
        yield from found
        doubtful = any(each.status is Status.UNKNOWN for each in found)
        guilty = {team for each in found for team in each.witness.get("teams", ())}
        grants = any(team.grants for team in self._teams.values())
        for team in sorted(set(self._teams) - guilty) if self._accounts or grants else ():
            status = Status.UNKNOWN if doubtful else Status.PROVED
            message = f"{team} acts as nobody else, and is granted nothing of another team's"
            yield finding("identity-shared", status, f"team {team}", message)

    def _owner(self, account: _Account) -> str:
        return self._team_of.get(account.namespace, f"namespace {account.namespace}")

    def _shared(self) -> Iterator[Finding]:
        first: dict[str, _Account] = {}
        for account in sorted(self._accounts, key=lambda one: (self._owner(one), str(one))):
            for key in sorted(account.keys):
                other = first.setdefault(key, account)
                owners = [self._owner(other), self._owner(account)]
                teams = [owner for owner in owners if owner in self._teams]
                if owners[0] != owners[1] and teams:
                    yield self._pair(other, account, teams)

    def _pair(self, one: _Account, other: _Account, teams: list[str]) -> Finding:
        sure = isinstance(one.identity, str)
        identity = one.identity if sure else f"something made from {', '.join(sorted(one.sources))}"
        return finding(
            "identity-shared",
            Status.REFUTED if sure else Status.UNKNOWN,
            f"{self._owner(one)} → {self._owner(other)}",
            f"{one} and {other} are one identity outside the cluster: {identity}",
            witness={
                "teams": teams,
                "accounts": [str(one), str(other)],
                "identity": identity,
            },
            remedy="give each ServiceAccount an identity of its own",
            origin=other.origin,
        )

    def _nameless(self) -> Iterator[Finding]:
        for account in self._accounts:
            if not account.keys and self._owner(account) in self._teams:
                yield finding(
                    "identity-unknown",
                    Status.UNKNOWN,
                    str(account),
                    "which identity it takes outside the cluster is not known",
                    remedy="make it known before the deployment",
                    origin=account.origin,
                )

    def _granted(self) -> Iterator[Finding]:
        """Grants of two teams that meet without being one: what nobody has agreed on."""
        grants = [(name, g) for name, said in sorted(self._teams.items()) for g in said.grants]
        for one, others in meetings((place_of(each[1]), each) for each in grants):
            for other in others:
                if one[0] != other[0] and place_of(one[1]) != place_of(other[1]):
                    covers = place_of(one[1]).covers(place_of(other[1]))
                    yield _covering(one, other) if covers else _covering(other, one)


def _covering(wide: tuple[str, Grant], narrow: tuple[str, Grant]) -> Finding:
    (team, much), (other, little) = wide, narrow
    return finding(
        "grant-of-another",
        Status.REFUTED,
        f"{team} → {other}",
        f"{team} is granted {much.access} on {place_of(much)}, and with it what {other} has: "
        f"{little.access} on {place_of(little)}",
        witness={"teams": [team, other], "grants": [str(place_of(g)) for g in (much, little)]},
        remedy="give each team a bucket or a prefix of its own; a prefix ends in /",
    )


def _annotated(item: KubernetesObject) -> Iterator[_Account]:
    if (item.gvk.group, item.gvk.kind) != ("", "ServiceAccount"):
        return
    metadata = item.manifest.get("metadata")
    stated = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    made_from = item.resource.property_dependencies.get("metadata", frozenset())
    for name in ANNOTATIONS:
        value = stated.get(name) if isinstance(stated, Mapping) else _hidden(stated)
        if value is not None:
            yield _Account(
                namespace=str(item.namespace or "default"),
                name=str(item.name),
                identity=value,
                sources=made_from,
                origin=item.resource.origin,
            )
        if not isinstance(stated, Mapping):
            return


def _hidden(value: Any) -> Any:
    return value if isinstance(value, Marker | Secret) else None


def _associated(item: Resource) -> _Account:
    """EKS Pod Identity says it beside the cluster."""
    return _Account(
        namespace=str(item.inputs.get("namespace")),
        name=str(item.inputs.get("serviceAccount")),
        identity=item.inputs.get("roleArn"),
        sources=item.property_dependencies.get("roleArn", frozenset()),
        origin=item.origin,
    )
