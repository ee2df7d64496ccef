"""Every object follows what it needs."""

from collections import Counter
from collections.abc import Iterator

from assurance.graph.resource import Resource
from assurance.proofs.findings import Finding, Status, tells
from assurance.proofs.order.needs import Absent, Need
from assurance.proofs.order.relation import Relation
from assurance.proofs.order.wants import RULES

PROOF = "order"
finding = tells(PROOF)


def assumptions(user: Resource, needed: Resource | None = None) -> tuple[str, ...]:
    """The stand-ins that a pair of resources comes from."""
    named = {each.assumed for each in (user, needed) if each is not None and each.assumed}
    return tuple(sorted(f"chart {name}" for name in named))


def made_in_order(needs: list[Need], absent: list[Absent], relation: Relation) -> Iterator[Finding]:
    """What may be made too early, what nobody brings; for each rule that always holds, so much."""
    kept, broken = Counter[str](), set[str]()
    resting: dict[str, set[str]] = {rule: set() for rule in RULES}
    for need in needs:
        resource = need.needed.resource
        if relation.follows(need.user.urn, resource.urn):
            kept[need.rule] += 1
            resting[need.rule].update(assumptions(need.user, resource))
        else:
            broken.add(need.rule)
            yield _early(need, backwards=relation.follows(resource.urn, need.user.urn))
    for each in absent:
        if each.assumption is None:
            broken.add(each.rule)
            yield _missing(each)
        else:
            kept[each.rule] += 1
            resting[each.rule].add(each.assumption)
    for rule in sorted(set(kept) - broken):
        message = f"whatever {RULES[rule]} something comes after it: {kept[rule]} of {kept[rule]}"
        rests = tuple(sorted(resting[rule]))
        yield finding(rule, Status.PROVED, "graph", message, assumes=rests)


def cyclic(relation: Relation) -> Iterator[Finding]:
    """Resources that wait for each other."""
    if relation.cycle:
        shown = " → ".join([*relation.cycle, relation.cycle[0]])
        yield finding(
            "cycle",
            Status.REFUTED,
            relation.cycle[0],
            f"waits for itself, so that the engine could never make it: {shown}",
            witness={"cycle": list(relation.cycle)},
            remedy="take one of these dependencies away",
        )


def _early(need: Need, *, backwards: bool) -> Finding:
    way = (
        f"{need.needed} itself waits for it"
        if backwards
        else "no path of dependencies leads from the one to the other"
    )
    return finding(
        need.rule,
        Status.REFUTED,
        need.shown,
        f"{need.shown} {RULES[need.rule]} {need.needed}, and may be made before it: {way}",
        witness={"user": need.user.urn, "needs": need.needed.resource.urn},
        remedy=f"let it depend on {need.needed}",
        origin=need.user.origin,
        assumes=assumptions(need.user, need.needed.resource),
    )


def _missing(absent: Absent) -> Finding:
    named = "something whose name is not known" if absent.key is None else str(absent.key)
    rule = "not-evaluated" if absent.key is None else "not-in-graph"
    return finding(
        rule,
        Status.UNKNOWN,
        str(absent.user),
        f"{absent.user} {RULES[absent.rule]} {named}, which no resource of this program brings: "
        "whether it is there in time is not known",
        witness={"user": absent.user.resource.urn, "needs": named},
        remedy="bring it with the stack, correct the name, or see that it is on the cluster",
        origin=absent.user.resource.origin,
        assumes=assumptions(absent.user.resource),
    )
