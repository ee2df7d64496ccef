"""A verdict as a comment, as JSON and as SARIF, and the document that it is made from."""

import json
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from assurance.document import dumps
from assurance.graph.resource import Origin
from assurance.verdict.fault import Fault
from assurance.verdict.markdown import LIMIT, MARK, markdown, plain
from assurance.verdict.plain import to_json
from assurance.verdict.sarif import sarif
from assurance.verdict.side import results_of
from assurance.verdict.verdict import Verdict
from tests.assurance.proofs.test_replacement import SET
from tests.assurance.verdict.test_verdict import TODAY, compare, pods, refuted, side, signed


def many(count: int) -> Verdict:
    holes = tuple(refuted(f"red-{number} {'x' * 900}") for number in range(count))
    return compare(side(), side(*(pods(f"n{n}") for n in range(40)), findings=holes))


@pytest.mark.parametrize("count", [0, 10, 400])
def test_a_comment_is_never_longer_than_its_host_allows(count: int) -> None:
    written = markdown(many(count))
    assert len(written.encode()) <= LIMIT
    assert written.startswith(MARK)
    assert written.count("<details>") == written.count("</details>")
    assert "today is 2026-06-01" in written
    assert ("and more than a comment may hold" in written) == (count == 400)


@pytest.mark.parametrize("limit", [700, 1500, 4000])
def test_whatever_is_cut_no_fold_stays_open(limit: int) -> None:
    written = markdown(many(3), limit=limit)
    assert len(written.encode()) <= limit
    assert written.count("<details>") == written.count("</details>")


def test_words_of_a_branch_stay_words() -> None:
    hostile = "</details> @ada <script> [x](http://e) `a` **b** | c\n# d"
    shown = plain(hostile)
    for mark in ("<", ">", "@", "\n"):
        assert mark not in shown
    assert "\\[x\\](http" in shown
    assert "\\*\\*b\\*\\*" in shown
    assert hostile.split()[1] not in markdown(compare(side(), side(findings=(refuted(hostile),))))


@pytest.mark.parametrize("sign", ["- gone", "+ new", "~ other", "1. first", "12) twelfth", "# x"])
def test_the_sign_before_what_changes_is_read_and_begins_no_list(sign: str) -> None:
    """To CommonMark, as rich's own reader of it has it."""
    told = MarkdownIt().render(f"- item\n  - {plain(sign)}\n")
    assert told.count("<ul>") == 2
    assert "<ol" not in told
    assert f"<li>{sign}</li>" in told


def test_every_result_has_a_place_or_a_code_host_refuses_them_all() -> None:
    nowhere = replace(refuted("red"), origin=Origin())
    told = compare(side(), side(findings=(nowhere,)), faults=(Fault(message="no"),))
    results = sarif(told)["runs"][0]["results"]
    assert len(results) == 2
    for result in results:
        [where] = result["locations"]
        assert where["physicalLocation"]["artifactLocation"]["uri"] == "Pulumi.one.yaml"
        assert where["physicalLocation"]["region"]["startLine"] >= 1


def test_json_and_sarif_say_the_same_twice() -> None:
    waivers = signed("isolation/hole: *", TODAY)
    hole = replace(refuted("red"), waiver=waivers["waivers"][0])
    told = compare(side(SET), side(findings=(hole,), **waivers))
    for form in (to_json, sarif):
        assert dumps(form(told)) == dumps(form(told))
        json.loads(dumps(form(told)))
    results = sarif(told)["runs"][0]["results"]
    assert [r["ruleId"] for r in results] == ["isolation/hole", "replacement/stateful-set-lost"]
    assert "suppressions" in results[0]
    assert "suppressions" not in results[1]
    place = results[0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "Pulumi.one.yaml"
    assert place["region"]["startLine"] == 7


def test_results_are_read_as_they_were_written() -> None:
    results = side(SET, findings=(refuted("red"),)).results
    assert results
    written = {name: found.to_json() for name, found in results.items()}
    assert results_of(json.loads(json.dumps(written))) == results
