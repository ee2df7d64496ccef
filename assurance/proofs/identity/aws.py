"""Who is somebody on AWS, and what policies give them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assurance.graph.graph import Graph
from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.references import References
from assurance.graph.resource import Origin, Resource
from assurance.guardrails.documents import listed, read
from assurance.proofs.identity.rights import Account, Held, Right
from assurance.proofs.identity.statements import UnreadError, allows, rights, statements

ROLE, POLICY = "aws:iam/role:Role", "aws:iam/policy:Policy"
_ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
_ADDON = "aws:eks/addon:Addon"
_INLINE, _ATTACHED = (
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
)
_ATTACHED_TO_MANY = "aws:iam/policyAttachment:PolicyAttachment"
_BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
ANNOTATION = "eks.amazonaws.com/role-arn"
PODS = "Service:pods.eks.amazonaws.com"
_TAKE = ("sts:assumerole", "sts:tagsession")
_BY_TOKEN = "sts:assumerolewithwebidentity"  # noqa: S105 - an action
_NAMESPACE = "aws:requesttag/kubernetes-namespace"
_NAME = "aws:requesttag/kubernetes-service-account"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Taken:
    """An account that takes a role."""

    account: Account
    roles: tuple[Resource, ...]
    stated: Any
    by_token: bool
    origin: Origin


class Aws:
    """Reads one graph."""

    def __init__(self, graph: Graph, references: References) -> None:
        self._graph, self._references = graph, references

    def held(self) -> Iterator[Held]:
        """Every account with a role, and what it is given by all of its roles."""
        for taken in self._taken():
            if len(taken.roles) != 1:
                which = "is not made in this program" if not taken.roles else "is one of several"
                unknown = f"the role that it takes {which}: {_shown(taken.stated)}"
                yield Held(account=taken.account, unknown=(unknown,), origin=taken.origin)
                continue
            yield self._of_role(taken, taken.roles[0])

    def unused(self) -> Iterator[Resource]:
        """Roles that pods could take, and no account does."""
        used = {role.urn for taken in self._taken() for role in taken.roles}
        for role in self._graph.of_type(ROLE):
            if role.urn not in used and PODS in _principals(role):
                yield role

    def public(self) -> Iterator[tuple[Resource, Right, str]]:
        """What a bucket's own policy allows, and to whom, besides services of AWS."""
        for made in self._graph.of_type(_BUCKET_POLICY):
            document = read(made.inputs).get("policy")
            try:
                given = list(rights(document, f"BucketPolicy {made.name}"))
            except UnreadError:
                continue
            for statement, right in given:
                principals = map(str, listed(statement.get("Principal")))
                others = [who for who in principals if not who.startswith("Service:")]
                if allows(statement) and others:
                    yield made, right, ", ".join(others)

    def _taken(self) -> Iterator[_Taken]:
        for made in self._graph.of_type(_ASSOCIATION):
            account = _account(made.inputs.get("namespace"), made.inputs.get("serviceAccount"))
            yield self._taking(account, made, "roleArn", made.inputs.get("roleArn"))
        for made in self._graph.of_type(_ADDON):
            for each in listed(made.inputs.get("podIdentityAssociations")):
                stated = each if isinstance(each, Mapping) else {}
                account = _account("kube-system", stated.get("serviceAccount"))
                arn = stated.get("roleArn")
                yield self._taking(account, made, "podIdentityAssociations", arn)
        for item in self._graph.objects():
            arn = _annotation(item)
            if arn is not None:
                account = _account(item.namespace or "default", item.name)
                yield self._taking(account, item.resource, "metadata", arn, by_token=True)

    def _taking(
        self, account: Account, made: Resource, key: str, stated: Any, *, by_token: bool = False
    ) -> _Taken:
        found = [r for r in self._references.of(made, key) if r.type == ROLE]
        if isinstance(stated, str):
            found = [r for r in self._references.called(stated) if r.type == ROLE] or found
        return _Taken(
            account=account,
            roles=tuple(found),
            stated=stated,
            by_token=by_token,
            origin=made.origin,
        )

    def _of_role(self, taken: _Taken, role: Resource) -> Held:
        allowed: list[Right] = []
        denied: list[Right] = []
        unknown = []
        for document, source in self._documents(role):
            try:
                for statement, right in rights(document, source, taken.account):
                    (allowed if allows(statement) else denied).append(right)
            except UnreadError as error:
                unknown.append(f"{source} {error}")
        allowed += self._managed(role)
        faults, strangers = _trust(role, taken)
        if "permissionsBoundary" in role.inputs:
            denied.append(
                Right(
                    actions=("*",),
                    resources=("*",),
                    doubts=("the role's permissions boundary",),
                    source=f"Role {role.name}",
                )
            )
        return Held(
            account=taken.account,
            allowed=tuple(allowed),
            denied=tuple(denied),
            unknown=tuple(unknown),
            faults=tuple(faults),
            strangers=tuple(strangers),
            origin=taken.origin,
        )

    def _documents(self, role: Resource) -> Iterator[tuple[Any, str]]:
        """All policies that are this role's, parsed as far as they are known."""
        for made in self._speaking(role, _INLINE, "role"):
            yield read(made.inputs).get("policy"), f"RolePolicy {made.name}"
        for made in self._attachments(role):
            for own in self._references.of(made, "policyArn"):
                if own.type == POLICY:
                    yield read(own.inputs).get("policy"), f"Policy {own.name}"
        for each in listed(role.inputs.get("inlinePolicies")):
            inner = each if isinstance(each, Mapping) else {"policy": each}
            yield read(inner).get("policy"), f"Role {role.name}"

    def _managed(self, role: Resource) -> Iterator[Right]:
        """Policies that AWS maintains: known by name, not by content."""
        stated = [
            (made.inputs.get("policyArn"), f"{made.type.rpartition(':')[2]} {made.name}")
            for made in self._attachments(role)
            if not any(own.type == POLICY for own in self._references.of(made, "policyArn"))
        ]
        arns = listed(role.inputs.get("managedPolicyArns"))
        stated += [(arn, f"Role {role.name}") for arn in arns]
        for arn, source in stated:
            name = arn.rpartition("/")[2] if isinstance(arn, str) else "?"
            yield Right(actions=(managed(name),), resources=("*",), source=source)

    def _attachments(self, role: Resource) -> Iterator[Resource]:
        yield from self._speaking(role, _ATTACHED, "role")
        yield from self._speaking(role, _ATTACHED_TO_MANY, "roles")

    def _speaking(self, role: Resource, kind: str, key: str) -> Iterator[Resource]:
        for by, made in self._references.to(role):
            if made.type == kind and by == key:
                yield made


def managed(name: str) -> str:
    """All that a policy of AWS's own allows, as one action."""
    return f"policy {name}".lower()


def _account(namespace: Any, name: Any) -> Account:
    return Account(namespace=_shown(namespace), name=_shown(name))


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else "(unknown)"


def _annotation(item: KubernetesObject) -> Any:
    if (item.gvk.group, item.gvk.kind) != ("", "ServiceAccount"):
        return None
    metadata = item.manifest.get("metadata")
    stated = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    return stated.get(ANNOTATION) if isinstance(stated, Mapping) else None


def _principals(role: Resource) -> list[str]:
    try:
        trusted = statements(read(role.inputs).get("assumeRolePolicy"))
    except UnreadError:
        return []
    return [str(who) for each in trusted for who in listed(each.get("Principal"))]


def _trust(role: Resource, taken: _Taken) -> tuple[list[str], list[str]]:
    """Why the account cannot take the role, and who else can."""
    try:
        trusted = statements(read(role.inputs).get("assumeRolePolicy"))
    except UnreadError as error:
        return [f"the trust policy of Role {role.name} {error}"], []
    allowing = [each for each in trusted if each.get("Effect") == "Allow"]
    strangers = sorted({who for each in allowing for who in _others(each, taken)})
    wanted = (_BY_TOKEN,) if taken.by_token else _TAKE
    lets = [each for each in allowing if _lets(each, taken)]
    given = {str(action) for each in lets for action in listed(each.get("Action"))}
    lacking = [action for action in wanted if not given & {action, "sts:*", "*"}]
    faults = [f"Role {role.name} does not let it {', '.join(lacking)}"] if lacking else []
    return faults, strangers


def _others(statement: Mapping[str, Any], taken: _Taken) -> Iterable[str]:
    """Principals of a trust policy that are not this account."""
    if "NotPrincipal" in statement:
        yield "everybody but some"
    for who in map(str, listed(statement.get("Principal"))):
        if taken.by_token and who.startswith("Federated:"):
            if not _of_token(statement, taken.account):
                yield f"{who}, whichever ServiceAccount asks"
        elif taken.by_token or who != PODS:
            yield who


def _lets(statement: Mapping[str, Any], taken: _Taken) -> bool:
    principals = [str(who) for who in listed(statement.get("Principal"))]
    if taken.by_token:
        return any(p.startswith("Federated:") for p in principals) and _of_token(
            statement, taken.account
        )
    return PODS in principals and _for_account(statement, taken.account)


def _for_account(statement: Mapping[str, Any], account: Account) -> bool:
    """Conditions on who asks, where there are any."""
    said = (statement.get("Condition") or {}).get("StringEquals") or {}
    names = listed(said.get(_NAME, [account.name]))
    return account.namespace in listed(said.get(_NAMESPACE, [account.namespace])) and (
        account.name in names
    )


def _of_token(statement: Mapping[str, Any], account: Account) -> bool:
    said = (statement.get("Condition") or {}).get("StringEquals") or {}
    subject = f"system:serviceaccount:{account.namespace}:{account.name}"
    stated = [words for key, words in said.items() if str(key).endswith(":sub")]
    return bool(stated) and all(listed(words) == [subject] for words in stated)
