"""What a pack has to say about a graph, and what it said, in one form."""

import re
from collections.abc import Collection, Iterable

from assurance.graph.graph import Graph
from assurance.graph.intent_json import intent_from_graph
from assurance.guardrails.rules import BY_TYPE
from assurance.proofs.findings import NOTHING, Status
from assurance.proofs.guardrails import name_of
from assurance.proofs.registry import available, proof
from tests.policies.wire import Said

PROOFS = tuple(each.name for each in available() if each.name != "guardrails")
"""All that is judged of a stack as a whole."""
Found = tuple[set[tuple[str, str]], int]
"""Policy and URN of everything that is refuted; how many judgements could not be made."""


def expected(whole: Graph, without: Collection[str] = ()) -> Found:
    """As the proofs themselves say on the graph."""
    urns = {name_of(each): each.urn for each in whole.resources.values() if each.type in BY_TYPE}
    urns |= {str(item): item.resource.urn for item in whole.objects()}
    refuted, unknown = set(), 0
    intent = intent_from_graph(whole)
    for name in [each.name for each in available() if each.name not in without]:
        for found in proof(name)(whole, intent).findings:
            if found.rule.endswith(NOTHING):
                continue
            unknown += found.status is Status.UNKNOWN
            if found.status is Status.REFUTED:
                policy = found.rule.partition("/")[2] if name == "guardrails" else name
                refuted.add((policy, urns.get(found.subject, "")))
    return refuted, unknown


def found(said: Iterable[Said]) -> Found:
    """As a pack said it."""
    heard = list(said)
    assert len(heard) == len(set(heard)), "said twice"
    refuted = {(one.policy, one.urn) for one in heard if one.policy != "unknown"}
    return refuted, sum(doubts(one) for one in heard if one.policy == "unknown")


def doubts(line: Said) -> int:
    """The number that the line about what is not known begins with."""
    count = re.match(r"(\d+) not evaluated\. ", line.message)
    assert count, line
    return int(count[1])
