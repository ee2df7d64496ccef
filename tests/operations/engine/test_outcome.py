from typing import Any

import pytest

from operations.engine.events import Message, Run, Step, Violation
from operations.engine.outcome import Ended, Outcome, outcome
from operations.engine.report import lines

URN = "urn:pulumi:s::p::kubernetes:core/v1:Namespace::fraud"


def a_run(op: str = "same", **more: Any) -> Run:
    step = Step(urn=URN, op=op, began=0.0, seconds=1.0)
    return Run(steps={(URN, op): step}, **more)


def violation(level: str = "mandatory") -> Violation:
    return Violation(policy="images-are-pinned", level=level, message="no", urn=URN)


def error(text: str = "boom") -> Message:
    return Message(severity="error", text=text, urn=None)


def judged(run: Run, failure: str | None = None, *, expect: bool = False) -> Outcome:
    ended = Ended(operation="up", seconds=1.0, failure=failure)
    return outcome("dev", run, ended, expect_no_changes=expect)


def test_a_run_without_a_fault_is_0() -> None:
    assert judged(a_run("create")).code == 0


def test_a_mandatory_violation_refuses_with_1() -> None:
    made = judged(a_run(violations=[violation()]), failure="policy")
    assert (made.result, made.code) == ("refused", 1)


def test_an_advisory_one_refuses_nothing() -> None:
    assert judged(a_run(violations=[violation("advisory")])).code == 0


@pytest.mark.parametrize("violations", [[], [violation()], [violation("advisory")]])
def test_an_engine_that_fails_is_3_whatever_the_pack_says(violations: list[Violation]) -> None:
    run = a_run(violations=violations, messages=[error()])
    assert judged(run, failure="engine").code == 3


def test_a_failure_that_nobody_has_explained_says_what_the_engine_said() -> None:
    made = judged(a_run(), failure="no such backend")
    assert made.code == 3
    assert [message.text for message in made.messages] == ["no such backend"]


def test_changes_where_none_were_expected_are_1_and_none_are_0() -> None:
    assert judged(a_run("update"), expect=True).code == 1
    assert judged(a_run("same"), expect=True).code == 0


def test_the_json_says_everything_in_a_stable_order() -> None:
    document = judged(a_run("create", violations=[violation()])).to_json()
    assert document["changes"] == {"create": [URN]}
    assert document["violations"][0]["policy"] == "images-are-pinned"
    assert document["result"] == "succeeded"


def test_what_forbids_a_deployment_is_told_before_advice() -> None:
    made = judged(a_run("create", violations=[violation("advisory"), violation()]))
    told = [line.split()[0] for line in lines(made) if "images-are-pinned" in line]
    assert told == ["mandatory", "advisory"]


def test_a_person_is_told_what_changes_what_is_wrong_and_how_it_ended() -> None:
    made = judged(a_run("create", violations=[violation()]), failure="policy")
    text = "\n".join(lines(made))
    assert "create   Namespace fraud" in text
    assert "mandatory images-are-pinned: no" in text
    assert text.splitlines()[-1].startswith("up of stack dev: refused in 1.0 s; 1 created")
    assert "1 mandatory policy violation" in text


def test_a_traceback_is_for_those_who_ask_for_it() -> None:
    trace = (
        "python inline source runtime error: no team\n"
        "Traceback (most recent call last):\n  File x, line 1"
    )
    made = judged(a_run(messages=[error(trace)]), failure="program")
    brief, whole = "\n".join(lines(made)), "\n".join(lines(made, debug=True))
    assert "no team (--debug shows where)" in brief
    assert "Traceback" not in brief
    assert "Traceback" in whole


def test_long_lists_are_cut_and_say_how_much_is_missing() -> None:
    urns = [f"urn:pulumi:s::p::kubernetes:core/v1:Namespace::n{n}" for n in range(50)]
    run = Run(steps={(u, "create"): Step(urn=u, op="create", began=0.0, seconds=0.0) for u in urns})
    text = list(lines(judged(run)))
    assert len(text) < 25
    assert any("30 more" in line for line in text)
