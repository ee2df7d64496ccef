"""Who is somebody on Azure, and what role assignments give them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from assurance.graph.graph import Graph
from assurance.graph.references import References
from assurance.graph.resource import Resource
from assurance.guardrails.documents import listed
from assurance.proofs.identity.credentials import unheeded
from assurance.proofs.identity.patterns import contains
from assurance.proofs.identity.rights import Account, Held, Right
from assurance.proofs.identity.roles import BLOBS, KNOWN, LIST, READ

IDENTITY = "azure-native:managedidentity:UserAssignedIdentity"
CREDENTIAL = "azure-native:managedidentity:FederatedIdentityCredential"
ASSIGNMENT = "azure-native:authorization:RoleAssignment"
CLUSTER = "azure-native:containerservice:ManagedCluster"
_DEFINITION = "azure-native:authorization:RoleDefinition"
AUDIENCE = "api://AzureADTokenExchange"
CONTROL_PLANE, KUBELET = (
    Account(namespace="", name="the control plane"),
    Account(namespace="", name="the kubelet"),
)
_SUBJECT = re.compile(r"system:serviceaccount:([^:*]+):([^:*]+)")
_CLAUSE = re.compile(
    r"\(\(!\((?P<who>[^()]*)\)\) OR \("
    r"@(?P<side>Resource|Request)\[[^\]]+:(?P<what>path|prefix)\] "
    r"StringStartsWith '(?P<prefix>[^']*)'\)\)"
)
_ACTION = re.compile(r"ActionMatches\{'([^']*)'\}")
_SUBSCRIPTION = 1
"""So many slashes are in the id of a subscription, without the first."""
EVERYWHERE = "*"
PATH = "path"
"""What conditions look at: where a blob is, or below which prefix blobs are listed."""


class Azure:
    """Reads one graph."""

    def __init__(self, graph: Graph, references: References) -> None:
        self._graph, self._references = graph, references

    def held(self) -> Iterator[Held]:
        """Everybody with an identity of this program, and what assignments give them."""
        overlooked = unheeded(self._graph)
        for identity in self._graph.of_type(IDENTITY):
            accounts = list(self._accounts(identity))
            faults = [fault for _, fault in accounts if fault]
            faults += [why for account, _ in accounts for why in overlooked.get(account, ())]
            strangers = [str(account) for account, _ in accounts[1:]]
            unknown: list[str] = []
            given = list(self._given(identity, unknown))
            yield Held(
                account=accounts[0][0] if accounts else self._of_cluster(identity),
                allowed=tuple(given),
                unknown=tuple(unknown),
                faults=tuple(faults[:1]),
                strangers=tuple(strangers),
                origin=identity.origin,
            )

    def elsewhere(self) -> int:
        """How many assignments are to people and groups."""
        return sum(
            each.inputs.get("principalType") in ("Group", "User")
            for each in self._graph.of_type(ASSIGNMENT)
        )

    def nobodys(self) -> Iterator[Resource]:
        """Assignments to somebody who is not made here, and is neither group nor user."""
        for each in self._graph.of_type(ASSIGNMENT):
            known = any(r.type == IDENTITY for r in self._references.of(each, "principalId"))
            if not known and each.inputs.get("principalType") not in ("Group", "User"):
                yield each

    def _accounts(self, identity: Resource) -> Iterator[tuple[Account, str]]:
        """ServiceAccounts that take the identity, and why one cannot."""
        for key, made in self._references.to(identity):
            if made.type != CREDENTIAL or key != "resourceName":
                continue
            found = _SUBJECT.fullmatch(str(made.inputs.get("subject")))
            if found is None:
                yield (
                    Account(namespace="", name=f"whoever is {made.inputs.get('subject')}"),
                    ("its subject names no ServiceAccount"),
                )
                continue
            audiences = listed(made.inputs.get("audiences"))
            fault = "" if audiences == [AUDIENCE] else f"its audience is not {AUDIENCE}"
            yield Account(namespace=found[1], name=found[2]), fault

    def _of_cluster(self, identity: Resource) -> Account:
        """Identities that the cluster itself acts as."""
        for key, made in self._references.to(identity):
            if made.type == CLUSTER and key == "identityProfile":
                return KUBELET
        for cluster in self._graph.of_type(CLUSTER):
            for key, account in (("identityProfile", KUBELET), ("identity", CONTROL_PLANE)):
                if _names(cluster.inputs.get(key), identity) or (
                    identity in self._references.of(cluster, key)
                ):
                    return account
        return Account(namespace="", name=f"UserAssignedIdentity {identity.name}")

    def _given(self, identity: Resource, unknown: list[str]) -> Iterator[Right]:
        for key, made in self._references.to(identity):
            if made.type == ASSIGNMENT and key == "principalId":
                yield from self._right(made, unknown)

    def _right(self, assignment: Resource, unknown: list[str]) -> Iterator[Right]:
        source = f"RoleAssignment {assignment.name}"
        scope = self._scope(assignment)
        actions = self._actions(assignment)
        if scope is None or actions is None:
            unknown.append(f"the {'scope' if scope is None else 'role'} of {source} is not known")
            return
        condition = assignment.inputs.get("condition")
        clauses = None if condition is None else _clauses(condition)
        for action in actions:
            yield Right(
                actions=(action,),
                resources=(scope, f"{scope}/*"),
                when={} if clauses is None else _when(action, clauses),
                doubts=("its condition",) if clauses == {} else (),
                source=source,
            )

    def _scope(self, assignment: Resource) -> str | None:
        """A scope in lower case, as Azure compares them; of what is made here, its own word."""
        stated = assignment.inputs.get("scope")
        made = self._references.of(assignment, "scope")
        if len(made) == 1:
            return word_of(made[0], self._references)
        if not isinstance(stated, str):
            return None
        path = stated.strip("/").lower()
        return f"/{path}" if path.count("/") > _SUBSCRIPTION else EVERYWHERE

    def _actions(self, assignment: Resource) -> tuple[str, ...] | None:
        stated = assignment.inputs.get("roleDefinitionId")
        guid = stated.rpartition("/")[2].lower() if isinstance(stated, str) else ""
        if guid in KNOWN:
            return KNOWN[guid].actions
        for own in self._graph.of_type(_DEFINITION):
            named = own in self._references.of(assignment, "roleDefinitionId")
            if named or (guid and own.inputs.get("roleDefinitionId") == guid):
                return tuple(_own_actions(own))
        return None


def word_of(made: Resource, references: References) -> str:
    """A scope for a resource of this program, below that of what it is in."""
    for key in ("accountName", "resourceGroupName"):
        for above in references.of(made, key):
            if above.type.rpartition(":")[2] in ("StorageAccount", "ResourceGroup"):
                return f"{word_of(above, references)}/{_word(made)}"
    return _word(made)


def _word(made: Resource) -> str:
    return f"{made.type.rpartition(':')[2]} {made.name}".lower()


def _own_actions(definition: Resource) -> Iterator[str]:
    for permission in listed(definition.inputs.get("permissions")):
        stated = permission if isinstance(permission, Mapping) else {}
        for key in ("actions", "dataActions"):
            for action in map(str.lower, listed(stated.get(key))):
                yield action
                if action == READ:
                    yield LIST


def _names(value: Any, identity: Resource) -> bool:
    """Whether a cluster's profile mentions an identity by its id."""
    tail = f"/{identity.inputs.get('resourceName')}".lower()
    if isinstance(value, Mapping):
        return any(_names(each, identity) for each in value.values())
    if isinstance(value, list | tuple):
        return any(_names(each, identity) for each in value)
    return isinstance(value, str) and value.lower().endswith(tail)


def _clauses(condition: Any) -> dict[str, str]:
    """The prefix that each action is held to; nothing where a condition says anything else."""
    if not isinstance(condition, str):
        return {}
    found: dict[str, str] = {}
    rest = condition
    for clause in _CLAUSE.finditer(condition):
        rest = rest.replace(clause[0], "", 1)
        action = _ACTION.search(clause["who"])
        if action is None:
            return {}
        name, listing = action[1].lower(), "NOT SubOperation" not in clause["who"]
        sub = "SubOperationMatches" in clause["who"] and listing
        if sub != (clause["what"] == "prefix"):
            return {}
        found[f"{name} blob.list" if sub else name] = clause["prefix"]
    return found if not rest.replace("AND", "").strip() else {}


def _when(action: str, clauses: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """An action that no clause is about is free; Azure holds back only what a clause names."""
    if not action.startswith(BLOBS):
        return {}
    prefixes = [prefix for name, prefix in clauses.items() if contains(name, action)]
    return {PATH: (f"{prefixes[0]}*",)} if prefixes else {}
