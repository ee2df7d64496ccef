"""One verdict on every object, whichever way the guardrails are read."""

import pytest

from assurance.guardrails import Outcome, evaluate
from tests.assurance.guardrails.dry_run import Server
from tests.assurance.guardrails.mutants import elsewhere, mutants
from tests.assurance.guardrails.planted import planted
from tests.assurance.guardrails.samples import Manifest
from tests.e2e.cluster import Kubectl
from tests.e2e.guardrails.agreement import (
    EVERY,
    NEVER_VALID,
    Found,
    agree_where_they_hold,
    agree_with_pod_security,
    agree_with_the_policies,
    agrees,
    judged,
    namespaces,
    refusing_there,
    sent,
)
from tests.e2e.guardrails.guarded import (
    RULES,
    SORTS,
    say,
)

pytestmark = pytest.mark.e2e

MANY = 3_000


def test_policies_and_offline_verdicts_agree(few: Found) -> None:
    agree_with_the_policies(few)


def test_policies_hold_where_the_offline_scope_says(few: Found) -> None:
    agree_where_they_hold(few)


def test_pod_security_and_offline_verdicts_agree(few: Found) -> None:
    agree_with_pod_security(few)


def test_a_changed_rule_is_caught(few: Found) -> None:
    """Each rule with one thing about it changed no longer says what the API server says."""
    survivors, tried = [], 0
    whole = [one for one in few.cases if not one.answer.cut]
    for rule in EVERY:
        for words, mutant in mutants(rule):
            tried += 1
            if all(
                (evaluate(mutant, one.case.manifest).outcome is Outcome.REFUSED)
                is (rule.name in one.answer.warned_of)
                for one in whole
            ):
                survivors.append(f"{rule.name}: {words}")
    say(f"\n{tried - len(survivors)} of {tried} changed rules are caught; not caught:")
    say("\n".join(survivors))
    assert tried > 200
    assert len(survivors) < tried / 3


def test_a_changed_scope_is_caught(server: Server, kubectl: Kubectl) -> None:
    """Each rule that holds elsewhere no longer says what the API server says.

    It is asked about what each rule refuses, in namespaces of every sort.
    """
    asked = [sent(server, one, place) for one in valid() for place in SORTS]
    labels = namespaces(kubectl)
    expected = [(one, refusing_there(one, labels)) for one in asked]
    for one, refusing_it in expected:
        assert agrees(one, refusing_it), f"{one}: {refusing_it}"
    survivors, tried = [], 0
    for rule in RULES:
        for words, mutant in elsewhere(rule):
            tried += 1
            if all(
                agrees(one, refusing_it - {rule.name} | refusing_there(one, labels, (mutant,)))
                for one, refusing_it in expected
            ):
                survivors.append(f"{rule.name}: {words}")
    say(f"\n{tried - len(survivors)} of {tried} changed scopes are caught; not caught:")
    say("\n".join(survivors))
    assert tried > 60
    assert len(survivors) < tried / 8


def valid() -> list[Manifest]:
    """What each rule refuses, if the API server takes it; of roles both sorts."""
    made = [case.manifest for name, case in planted().items() if name not in NEVER_VALID]
    roles = [one for one in made if one["kind"].startswith("ClusterRole")]
    return [*made, *(one | {"kind": one["kind"].removeprefix("Cluster")} for one in roles)]


@pytest.mark.fire
def test_thousands_of_objects_get_one_verdict(server: Server, kubectl: Kubectl) -> None:
    found = judged(server, kubectl, MANY)
    agree_with_the_policies(found)
    agree_where_they_hold(found)
    agree_with_pod_security(found)
