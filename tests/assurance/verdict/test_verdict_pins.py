"""What a verdict says of pinned versions: changed, ending, unverified, under which licence."""

from datetime import date, timedelta
from typing import Any

import pytest

from assurance.graph.values import Pin
from assurance.proofs.findings import Status
from assurance.verdict.markdown import markdown
from assurance.verdict.pins import SOON
from assurance.verdict.plain import to_json
from assurance.verdict.side import Side
from assurance.verdict.verdict import Verdict
from tests.assurance.verdict.test_verdict import TODAY, compare, side, text

KEY = "platform.metrics"


def pinned(version: str = "1.0", **more: Any) -> Pin:
    return Pin(**{"version": version, "key": KEY, "licence": "Apache-2.0"} | more)


def of(**pins: Pin) -> Side:
    return side(pins={f"chart {name}": pin for name, pin in pins.items()})


def told(before: Side, after: Side) -> Verdict:
    lines = {"Pulumi.one.yaml": {"platform": 2, KEY: 9}}
    return compare(before, after, lines=lines)


def notices(before: Side, after: Side) -> list[str]:
    return [str(each) for each in told(before, after).stacks[0].notices]


def test_a_version_that_changes_comes_or_goes_is_told() -> None:
    before = of(a=pinned("1.0"), b=pinned("2.0"), c=pinned())
    after = of(a=pinned("1.1"), b=pinned("2.0"), d=pinned("0.9"))
    assert [str(each) for each in told(before, after).stacks[0].versions] == [
        "chart a: 1.0 → 1.1",
        "chart c: 1.0 → none",
        "chart d: none → 0.9",
    ]
    assert "chart a: 1.0 → 1.1" in text(told(before, after))
    assert to_json(told(before, after))["stacks"][0]["versions"][0]["after"] == "1.1"


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (SOON.days + 1, None),
        (SOON.days, f"ends in {SOON.days} days"),
        (0, "ends today"),
        (-3, "ended 3 days ago"),
    ],
)
def test_what_ends_is_told_by_the_day_of_the_run(days: int, words: str | None) -> None:
    until = TODAY + timedelta(days=days)
    same = of(a=pinned(until=until))
    expected = [f"chart a 1.0: its maker's support {words}, on {until}"] if words else []
    assert notices(same, same) == expected
    if words:
        assert "from platform.metrics (Pulumi.one.yaml:9)" in text(told(same, same))
        assert ("**chart a" in markdown(told(same, same))) == (days < 0)


def test_what_ends_first_is_told_first() -> None:
    same = of(a=pinned(until=date(2026, 7, 1)), b=pinned(until=date(2026, 6, 20)))
    assert [line.partition(" 1.0")[0] for line in notices(same, same)] == ["chart b", "chart a"]


def test_unverified_pins_are_one_line_and_forbid_nothing() -> None:
    same = of(b=pinned(verified=False), a=pinned("2.0", verified=False), c=pinned())
    [line] = notices(same, same)
    assert line.endswith("no digest is known: chart a 2.0, chart b 1.0")
    assert not told(same, same).forbidden(Status.REFUTED)


def test_a_licence_that_asks_for_something_is_told_and_stands_out_when_it_is_new() -> None:
    plain, strict = pinned(), pinned(licence="BUSL-1.1")
    assert notices(of(a=plain), of(a=plain)) == []
    assert notices(of(a=strict), of(a=strict)) == ["chart a 1.0: licence BUSL-1.1"]
    assert "**chart a 1.0: licence BUSL-1.1" in markdown(told(of(), of(a=strict)))
    assert "**chart a" not in markdown(told(of(a=strict), of(a=strict)))
    changed = told(of(a=strict), of(a=plain))
    assert [str(n) for n in changed.stacks[0].notices] == [
        "chart a 1.0: licence Apache-2.0, BUSL-1.1 before"
    ]
    assert changed.stacks[0].notices[0].urgent
