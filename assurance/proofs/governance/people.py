"""Members hold the role that was declared for them: what it is for, and nothing beyond."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from assurance.graph.intent import Intent
from assurance.graph.kubernetes import KubernetesObject
from assurance.proofs.findings import Finding, Status
from assurance.proofs.governance.abilities import BEYOND, MEANT, allows, beyond
from assurance.proofs.governance.findings import compared, finding
from assurance.proofs.roles import RBAC, Roles, Rule, bindings

Member = tuple[str, str]
"""`Group` or `User`, and the name."""


class People:
    """Judges the members of every team in every one of its namespaces."""

    def __init__(self, objects: list[KubernetesObject], intent: Intent) -> None:
        self._roles = Roles(objects)
        self._bindings = list(bindings(objects))
        self._declared = {name: _declared(team.members) for name, team in intent.teams.items()}
        self.members = sum(map(len, self._declared.values()))
        """How many members there are, each counted once in each team."""

    def findings(self, team: str, namespace: str) -> Iterator[Finding]:
        """One for each member."""
        for (kind, name), roles in sorted(self._declared[team].items()):
            yield self._judged(team, namespace, (kind, name), roles)

    def _judged(self, team: str, namespace: str, member: Member, roles: list[str]) -> Finding:
        rules, unknown = self._held(namespace, member)
        kind, name = member
        subject = f"team {team}: {kind} {name}"
        if unknown:
            message = f"what {', '.join(unknown)} allows is not in the graph"
            return finding("members", Status.UNKNOWN, subject, message)
        least = [f"may not {verb} {what}" for role in roles for verb, what in _missing(rules, role)]
        most = [f"may {verb} {what}" for verb, what in beyond(rules, BEYOND[roles[-1]])]
        shown = [f"{name}, of role {roles[-1]}, {each} in {namespace}" for each in (*most, *least)]
        return compared(
            "members",
            subject,
            shown[:3],
            f"{name} may do in {namespace} what {roles[-1]} means, and nothing beyond",
            witness={"member": f"{kind} {name}", "role": roles[-1], "differences": len(shown)},
            remedy="bind the role that the intent says, as it is meant",
        )

    def _held(self, namespace: str, member: Member) -> tuple[list[Rule], list[str]]:
        """What a member is given in a namespace, and the roles that nobody knows."""
        rules: list[Rule] = []
        unknown = []
        for binding in self._bindings:
            if binding.gvk.kind == "RoleBinding" and binding.namespace != namespace:
                continue
            if member in _subjects(binding.manifest):
                found = self._roles.given(binding)
                rules += found or []
                unknown += [str(binding)] if found is None else []
        return rules, unknown


def _missing(rules: list[Rule], role: str) -> Iterator[tuple[str, str]]:
    for group, resource, verbs in MEANT[role]:
        for verb in verbs:
            if not allows(rules, group, resource, verb):
                yield verb, resource


def _declared(members: Mapping[str, Any]) -> dict[Member, list[str]]:
    """By member, the declared roles from the least to the greatest."""
    found: dict[Member, list[str]] = {}
    for role in MEANT:
        who = members.get(role)
        for name in who.groups if who else ():
            found.setdefault(("Group", name), []).append(role)
        for name in who.users if who else ():
            found.setdefault(("User", name), []).append(role)
    return found


def _subjects(manifest: Mapping[str, Any]) -> Iterable[Member]:
    """Whom a binding names; a subject of another API group is nobody."""
    given = manifest.get("subjects")
    for subject in given if isinstance(given, list | tuple) else ():
        if isinstance(subject, Mapping) and subject.get("apiGroup", RBAC) == RBAC:
            yield str(subject.get("kind")), str(subject.get("name"))
