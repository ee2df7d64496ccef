"""Every chart's pin is found in the code, and takes a digest where it stands."""

import ast

import pytest

from operations.errors import UserError
from operations.pins import Pinned, every_pin, with_digest
from tests.rehearsed import asked

DIGEST = "ab" * 32
PINS = every_pin()


def test_the_pins_in_the_code_are_those_that_stacks_are_made_of() -> None:
    used = {
        name.removeprefix("chart ")
        for _, intent in asked().values()
        for name in intent.pins
        if name.startswith("chart ")
    }
    assert len(used) >= 8
    assert used <= {each.pin.chart for each in PINS}


@pytest.mark.parametrize("pinned", PINS, ids=lambda each: each.pin.chart)
def test_a_digest_is_written_into_its_own_pin_once_and_nothing_else_changes(
    pinned: Pinned,
) -> None:
    before = pinned.file.read_text("utf-8")
    after = with_digest(before, pinned.pin.chart, DIGEST)
    assert with_digest(after, pinned.pin.chart, DIGEST) == after
    new = with_digest(after, pinned.pin.chart, "cd" * 32)
    assert new == after.replace(DIGEST, "cd" * 32)
    kept = [line for line in after.splitlines() if DIGEST not in line]
    assert kept == [line for line in before.splitlines() if "digest=" not in line]
    (call,) = (
        node
        for node in ast.walk(ast.parse(after))
        if isinstance(node, ast.Call) and DIGEST in ast.unparse(node)
    )
    assert f"chart='{pinned.pin.chart}'" in ast.unparse(call)


def test_a_digest_of_a_chart_that_is_pinned_elsewhere_is_written_nowhere() -> None:
    with pytest.raises(UserError, match="no pin of chart another"):
        with_digest(PINS[0].file.read_text("utf-8"), "another", DIGEST)
