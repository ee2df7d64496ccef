"""What accounts are given outside the cluster is what they need: no less, and no more.

Needed is what intent grants, and what known controllers cannot do without; given is what policies
of AWS and role assignments of Azure say, whether or not names are known yet: who speaks of whom is.
"""

from collections.abc import Iterable, Iterator

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.graph.references import References
from assurance.proofs.findings import Finding, Result, Status, result, tells
from assurance.proofs.identity.aws import Aws
from assurance.proofs.identity.azure import Azure
from assurance.proofs.identity.needed import Needs
from assurance.proofs.identity.rights import (
    Account,
    Excess,
    Held,
    Right,
    Wanted,
    excesses,
    missing,
)

PROOF = "identity"
_finding = tells(PROOF)
_CLOUDS = ("aws:", "azure-native:")


def identity(graph: Graph, intent: Intent) -> Result:
    """Each account with an identity, and each grant; nothing where there is no cloud."""
    references = References(graph)
    needs = Needs(graph, intent, references)
    aws, azure = Aws(graph, references), Azure(graph, references)
    held = _together((*aws.held(), *azure.held()))
    there = any(each.type.startswith(_CLOUDS) for each in graph.resources.values())
    found = [
        *_judged(held, needs.wanted()),
        *_strangers(aws, azure),
        *(_lacking(needs, held) if there else ()),
    ]
    rights = [right for each in held for right in (*each.allowed, *each.denied)]
    population = {
        "accounts": len({*needs.accounts(), *(each.account for each in held)}),
        "identities": len(held),
        "grants": needs.grants,
        "rights": len(rights),
        "actions": sum(len(right.actions) for right in rights),
        "assignments to people": azure.elsewhere(),
    }
    if not held and not any(each.status is not Status.PROVED for each in found):
        found.append(
            _finding("given", Status.PROVED, "accounts", "nobody acts outside the cluster")
        )
    return result(PROOF, found, population, about="accounts")


def _together(several: Iterable[Held]) -> list[Held]:
    """One for each account: what it is given in two ways, it has together."""
    found: dict[Account, Held] = {}
    for one in several:
        first = found.get(one.account)
        found[one.account] = one if first is None else _joined(first, one)
    return [found[account] for account in sorted(found)]


def _joined(one: Held, other: Held) -> Held:
    return Held(
        account=one.account,
        allowed=(*one.allowed, *other.allowed),
        denied=(*one.denied, *other.denied),
        unknown=(*one.unknown, *other.unknown),
        faults=(*one.faults, *other.faults),
        strangers=(*one.strangers, *other.strangers),
        origin=one.origin,
    )


def _judged(held: Iterable[Held], wanted: dict[Account, Wanted]) -> Iterator[Finding]:
    for each in held:
        need = wanted.get(each.account, Wanted(account=each.account))
        found = [*_too_much(each, need), *_too_little(each, need), *_unread(each, need)]
        yield from found
        if not found:
            reasons = f": {'; '.join(need.reasons)}" if need.reasons else ""
            count = sum(len(right.actions) for right in each.allowed)
            message = f"it may do what it needs and nothing else, {count} actions{reasons}"
            yield _finding("given", Status.PROVED, str(each.account), message, origin=each.origin)


def _too_much(held: Held, wanted: Wanted) -> Iterator[Finding]:
    by_source: dict[tuple[str, tuple[str, ...]], list[Excess]] = {}
    for excess in excesses(held, wanted):
        by_source.setdefault((excess.right.source, excess.right.doubts), []).append(excess)
    for (_, doubts), (excess, *more) in by_source.items():
        besides = f", and {len(more)} more" if more else ""
        doubt = f"; whether {', '.join(doubts)} narrows it cannot be told" if doubts else ""
        yield _finding(
            "too-much",
            Status.UNKNOWN if doubts else Status.REFUTED,
            str(held.account),
            f"{excess.right.source} allows {excess.action} on {excess.resource}{besides}, and "
            f"nothing is known to need it{doubt}",
            witness={
                "action": excess.action,
                "resource": excess.resource,
                "shortest": excess.example,
                "source": excess.right.source,
                "needs": list(wanted.reasons),
            },
            remedy="allow what the grant in the stack file says, or grant it there",
            origin=held.origin,
        )
    for who in held.strangers:
        yield _finding(
            "taken-by-others",
            Status.REFUTED,
            str(held.account),
            f"{who} can act in its place as well",
            witness={"principal": who},
            remedy="give each account an identity of its own, and let nobody else take it",
            origin=held.origin,
        )


def _too_little(held: Held, wanted: Wanted) -> Iterator[Finding]:
    for fault in held.faults:
        yield _finding(
            "cannot-act",
            Status.UNKNOWN if fault.endswith("is not known yet") else Status.REFUTED,
            str(held.account),
            fault,
            remedy="let the ServiceAccount's pods, and nobody else, take the identity",
            origin=held.origin,
        )
    for right, sure in missing(held, wanted):
        because = held.unknown[:1] or tuple(d for r in held.allowed for d in r.doubts)[:1]
        doubt = "" if sure else f"; that depends on {', '.join(because) or 'a denial'}"
        yield _finding(
            "too-little",
            Status.REFUTED if sure else Status.UNKNOWN,
            str(held.account),
            f"it needs {_shown(right)}, and is not allowed to{doubt}",
            witness={"actions": list(right.actions), "resources": list(right.resources)},
            remedy="add it to the role, for these resources alone",
            origin=held.origin,
        )


def _shown(right: Right) -> str:
    when = "".join(f" where {key} is {' or '.join(v)}" for key, v in sorted(right.when.items()))
    return f"{right}{when}"


def _unread(held: Held, wanted: Wanted) -> Iterator[Finding]:
    for words in (*held.unknown, *wanted.unknown):
        yield _finding(
            "not-known",
            Status.UNKNOWN,
            str(held.account),
            words,
            remedy="say it as a plain value: names that are chosen here are known beforehand",
            origin=held.origin,
        )


def _strangers(aws: Aws, azure: Azure) -> Iterator[Finding]:
    """Rights that are given to nobody who is known."""
    for role in aws.unused():
        message = "pods may take it, and no ServiceAccount does"
        remedy = "remove it, or associate it with the ServiceAccount that needs it"
        yield _finding(
            "unused",
            Status.REFUTED,
            f"Role {role.name}",
            message,
            remedy=remedy,
            origin=role.origin,
        )
    for made, right, who in aws.public():
        yield _finding(
            "too-much",
            Status.UNKNOWN if right.doubts else Status.REFUTED,
            f"BucketPolicy {made.name}",
            f"it allows {right} to {who}, and nothing is known to need it",
            witness={"principal": who, "actions": list(right.actions)},
            remedy="give the rights to the role of whoever needs them",
            origin=made.origin,
        )
    for made in azure.nobodys():
        yield _finding(
            "not-known",
            Status.UNKNOWN,
            f"RoleAssignment {made.name}",
            "whom it is for is not made in this program",
            remedy="assign roles to identities of this program, to groups or to people",
            origin=made.origin,
        )


def _lacking(needs: Needs, held: Iterable[Held]) -> Iterator[Finding]:
    """Grants whose account is nobody in the cloud, and grants that nobody has."""
    somebody = {each.account for each in held}
    for account in sorted(needs.expected() - somebody):
        yield _finding(
            "cannot-act",
            Status.REFUTED,
            str(account),
            "it is granted something, and is nobody outside the cluster",
            remedy="give the ServiceAccount an identity",
        )
    for team, grant in needs.unheard():
        yield _finding(
            "not-known",
            Status.UNKNOWN,
            f"team {team}",
            f"{grant.access} on {grant.kind} {grant.name} is granted to no ServiceAccount that is "
            "shown",
            remedy="name a workload of the team in the grant",
        )
