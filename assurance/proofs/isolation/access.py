"""Nobody of one team holds a right in another's namespace, or over what keeps teams apart."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.graph.kubernetes import KubernetesObject
from assurance.proofs.findings import Finding, Status
from assurance.proofs.isolation.giving import given
from assurance.proofs.isolation.rights import RBAC, Right
from assurance.proofs.isolation.roles import Roles, items, text
from assurance.proofs.isolation.witness import finding
from assurance.proofs.network.selectors import SpecError

_EVERYBODY = frozenset(
    {
        *("system:authenticated", "system:serviceaccounts", "system:unauthenticated"),
        "system:anonymous",
    }
)
_BINDINGS = ("RoleBinding", "ClusterRoleBinding")
_OF_NAMESPACE = "system:serviceaccounts:"
_ACCOUNT = "system:serviceaccount:"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Held:
    """One subject of one binding, with one right that it gives."""

    binding: KubernetesObject
    subject: str
    teams: frozenset[str]
    """Teams that the subject belongs to; empty: nobody's member."""
    everybody: bool
    right: Right
    shown: str
    """A verb and a resource."""


class Access:
    """Judges every binding of the graph."""

    def __init__(self, graph: Graph, intent: Intent) -> None:
        self._intent = intent
        objects = [item for item in graph.objects() if item.gvk.group == RBAC]
        self._bindings = [item for item in objects if item.gvk.kind in _BINDINGS]
        self._roles = Roles(objects)
        self._team_of = {ns: name for name, team in intent.teams.items() for ns in team.namespaces}

    @property
    def bindings(self) -> int:
        """How many bindings there are."""
        return len(self._bindings)

    def findings(self) -> Iterator[Finding]:
        """What is held too much; one proved finding for each team that holds nothing so."""
        guilty: set[str] = set()
        doubtful = False
        seen: set[tuple[str, str, str]] = set()
        for binding in self._bindings:
            try:
                for held in self._held(binding):
                    key = (str(binding), held.subject, held.right.name)
                    found = None if key in seen else self._judged(held)
                    if found is not None:
                        seen.add(key)
                        guilty |= held.teams
                        yield found
            except SpecError as error:
                doubtful = True
                message = f"not evaluated: {error}"
                yield finding("access-unknown", Status.UNKNOWN, str(binding), message)
        for team in sorted(set(self._intent.teams) - guilty):
            message = f"{team} holds no right in another namespace, or over what keeps teams apart"
            status = Status.UNKNOWN if doubtful else Status.PROVED
            if self._bindings:
                yield finding("access", status, f"team {team}", message)

    def _held(self, binding: KubernetesObject) -> Iterator[_Held]:
        everywhere = binding.gvk.kind == "ClusterRoleBinding"
        rights = [
            each
            for each in given(self._roles.rules(binding))
            if everywhere or not each[0].everywhere
        ]
        for subject in items(binding.manifest, "subjects"):
            name, teams, everybody = self._who(subject, binding)
            for right, resource, verb in rights:
                yield _Held(
                    binding=binding,
                    subject=name,
                    teams=teams,
                    everybody=everybody,
                    right=right,
                    shown=f"{verb} {resource}",
                )

    def _judged(self, held: _Held) -> Finding | None:
        """Whether a right is one too many, from where it holds and who has it."""
        whole_cluster = held.binding.gvk.kind == "ClusterRoleBinding"
        place = None if whole_cluster else str(held.binding.namespace or "default")
        owner = self._team_of.get(place or "")
        if not held.teams:
            return None if owner is None else self._stranger(held, owner)
        where = "every namespace" if place is None else f"namespace {place}"
        if owner is None or owner not in held.teams or (held.everybody and len(held.teams) > 1):
            return self._refuted(held, "access-to-others", where)
        if not held.right.at_home:
            return self._refuted(held, "access-to-own-rules", where)
        return None

    def _refuted(self, held: _Held, rule: str, where: str) -> Finding:
        teams = ", ".join(sorted(held.teams)[:3])
        return finding(
            rule,
            Status.REFUTED,
            f"{held.binding}: {held.subject}",
            f"{held.subject} (of {teams}) may {held.right.name} in {where}: {held.shown}",
            witness=self._witness(held, where),
            remedy="bind a narrower role, in the team's own namespace",
            origin=held.binding.resource.origin,
        )

    def _stranger(self, held: _Held, owner: str) -> Finding:
        where = f"namespace {held.binding.namespace}"
        return finding(
            "access-of-no-member",
            Status.UNKNOWN,
            f"{held.binding}: {held.subject}",
            f"{held.subject} is no member of {owner}, and may {held.right.name} in {where}",
            witness=self._witness(held, where),
            remedy="make them a member, or remove the binding",
            origin=held.binding.resource.origin,
        )

    def _witness(self, held: _Held, where: str) -> dict[str, Any]:
        return {
            "subject": held.subject,
            "right": held.right.name,
            "may": held.shown,
            "in": where,
            "binding": str(held.binding),
            "role": str((held.binding.manifest.get("roleRef") or {}).get("name")),
        }

    def _who(self, subject: Any, binding: KubernetesObject) -> tuple[str, frozenset[str], bool]:
        """A subject's name, its teams, and whether it is everybody."""
        kind, name = text(subject, "kind"), text(subject, "name")
        if kind == "ServiceAccount":
            place = str(subject.get("namespace") or binding.namespace)
            team = self._team_of.get(place)
            return f"ServiceAccount {place}/{name}", frozenset({team} if team else ()), False
        if name in _EVERYBODY:
            return f"{kind} {name}", frozenset(self._intent.teams), True
        prefix = _OF_NAMESPACE if kind == "Group" else _ACCOUNT
        if name.startswith(prefix):
            team = self._team_of.get(name.removeprefix(prefix).partition(":")[0])
            return f"{kind} {name}", frozenset({team} if team else ()), False
        member = {
            team
            for team, intent in self._intent.teams.items()
            for who in intent.members.values()
            if name in (who.groups if kind == "Group" else who.users)
        }
        return f"{kind} {name}", frozenset(member), False
