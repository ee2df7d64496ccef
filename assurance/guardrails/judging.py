"""A guardrail's whole answer about an object: where it stands, who is exempt, what it says."""

from collections.abc import Mapping
from typing import Any

from assurance.graph.values import dotted
from assurance.guardrails.evaluation import Outcome, Verdict, evaluate, exempts
from assurance.guardrails.guardrail import Guardrail
from assurance.guardrails.scope import Labels, position


def judge(
    guardrail: Guardrail, manifest: Mapping[str, Any], namespaces: Mapping[str, Labels]
) -> Verdict:
    """What the cluster would say, given the labels of the namespaces that are known.

    A violation that may be out of scope is unknown, and says what that depends on.
    """
    verdict = evaluate(guardrail, manifest)
    if verdict.outcome is Outcome.OUT_OF_SCOPE:
        return verdict
    where = position(guardrail.applies.scope, manifest, namespaces)
    exempt, places = exempts(guardrail, manifest)
    if where.inside is False or exempt is True:
        return Verdict(Outcome.OUT_OF_SCOPE)
    if verdict.outcome is not Outcome.REFUSED:
        return verdict
    doubts = [dotted(place) for place in places if exempt is None]
    if where.inside is None:
        doubts.append(where.unknown)
    return Verdict(Outcome.UNKNOWN, tuple(doubts)) if doubts else verdict
