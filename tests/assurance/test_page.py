"""The page about the rules says all that the rules say."""

from dataclasses import replace
from pathlib import Path

import pytest

from assurance.guardrails import Guardrail, to_cel
from assurance.guardrails.rules import ALL
from assurance.guardrails.scope import EVERYWHERE, TEAMS
from assurance.guardrails.words import about, lines
from assurance.page import page
from assurance.proofs.registry import every
from tests.assurance.guardrails.algebra import ALGEBRA
from tests.assurance.guardrails.mutants import mutants

PAGE = Path(__file__).parents[2] / "docs" / "guardrails.md"


def test_the_committed_page_is_fresh() -> None:
    committed = PAGE.read_text(encoding="utf-8")
    assert committed == page(), "renew it: mlp explain --rules > docs/guardrails.md"


def test_every_rule_has_its_place_remedy_and_cel_on_the_page() -> None:
    text = page()
    for rule in ALL:
        _, _, after = text.partition(f'<a id="{rule.name}"></a>')
        section = after.partition("</details>")[0]
        [validation] = to_cel(rule)[0]["spec"]["validations"]
        for said in (rule.title, rule.page, rule.remedy, validation["expression"]):
            assert said in section
    assert all(f"](#{each.name})" in text for each in every())


@pytest.mark.parametrize("rule", [*ALL, *ALGEBRA], ids=lambda rule: rule.name)
def test_a_rule_that_asks_for_anything_else_reads_otherwise(rule: Guardrail) -> None:
    """Whatever is changed in what it requires, its words change too."""
    said = list(lines(rule.require))
    others = [(what, list(lines(mutant.require))) for what, mutant in mutants(rule)]
    alike = [what for what, words in others if words == said]
    assert others
    assert not alike


def test_where_a_rule_holds_is_said() -> None:
    rule = ALL[0]
    scopes = (EVERYWHERE, TEAMS, rule.applies.scope)
    assert len({about(replace(rule.applies, scope=scope)) for scope in scopes}) == len(scopes)
