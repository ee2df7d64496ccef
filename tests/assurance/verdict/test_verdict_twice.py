"""What several stacks have in common is told at length once."""

from dataclasses import replace
from typing import Any

from assurance.proofs.findings import Finding
from assurance.verdict.markdown import markdown
from assurance.verdict.plain import to_json
from assurance.verdict.text import lines
from assurance.verdict.verdict import Compared, Verdict, verdict
from tests.assurance.proofs.test_replacement import SET
from tests.assurance.verdict.test_verdict import TODAY, pods, refuted, side

IMAGES = ["registry.example.com/web:1", "registry.example.com/web:2"]


def one(name: str, *findings: Finding, at: int = 7, gone: bool = True) -> Compared:
    before, after = (pods("red", image=image) for image in IMAGES)
    lost: tuple[Any, ...] = (SET,) if gone else ()
    return Compared(
        name=name,
        before=side(before, pods("blue", image=IMAGES[0]), *lost),
        after=side(after, pods("blue", image=IMAGES[1]), findings=findings),
        lines={f"Pulumi.{name}.yaml": {"teams.red.needs": at}},
    )


def told(*compared: Compared) -> Verdict:
    return verdict(compared, base="aaa", head="bbb", today=TODAY)


def of_stack(found: Verdict, name: str) -> str:
    """What the terminal says of one stack."""
    text = "\n".join(lines(found))
    return text.partition(f"{name}: ")[2].partition("  --details")[0]


def test_the_second_stack_names_a_finding_with_its_own_line_and_refers_for_the_rest() -> None:
    found = told(one("dev", refuted("red"), at=7), one("prod", refuted("red"), at=41))
    first, second = of_stack(found, "dev"), of_stack(found, "prod")
    for words in ("is open", "witness: port 80", "remedy: close it"):
        assert words in first
        assert words not in second
    assert "  ! refuted isolation/hole: red" in second
    assert "from teams.red.needs[0] (Pulumi.prod.yaml:41)" in second
    assert "otherwise as in dev" in second
    assert markdown(found).count("remedy: close it") == 1


def test_a_loss_is_named_in_every_stack_that_has_it() -> None:
    found = told(one("dev"), one("prod"))
    for name in ("dev", "prod"):
        assert "  ! delete StatefulSet red/store" in of_stack(found, name)
    assert "(refuted replacement/stateful-set-lost)\n      as in dev\n" in of_stack(found, "prod")


def test_a_loss_is_what_the_headline_names_first() -> None:
    found = told(one("dev", refuted("red"), gone=False), one("prod"))
    assert [*lines(found)][-1].endswith(
        "first: prod, replacement/stateful-set-lost: StatefulSet red/store"
    )


def test_plain_lines_become_one() -> None:
    second = of_stack(told(one("dev"), one("prod")), "prod")
    assert "images\n    the same 2 as in dev" in second
    assert IMAGES[1] not in second


def test_what_only_one_of_them_has_is_told_in_whole() -> None:
    other = replace(refuted("red"), message="is open on another port")
    found = told(one("dev", refuted("red")), one("prod", other, refuted("blue"), gone=False))
    second = of_stack(found, "prod")
    assert "is open on another port" in second
    assert "refuted isolation/hole: blue" in second
    assert second.count("remedy: close it") == 1


def test_a_machine_is_told_everything_of_every_stack() -> None:
    stacks = to_json(told(one("dev", refuted("red")), one("prod", refuted("red"))))["stacks"]
    assert [len(stack["findings"]["refuted"]) for stack in stacks] == [1, 1]
    assert [len(stack["images"]) for stack in stacks] == [2, 2]


def test_of_several_stacks_the_headline_says_which() -> None:
    found = told(one("dev", gone=False), one("prod", refuted("red"), gone=False))
    assert lines(found).__next__().startswith("dev: ")
    assert [*lines(found)][-1].endswith("first: prod, isolation/hole: red")
