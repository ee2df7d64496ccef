"""`mlp explain` knows every key of the stack file, and says what becomes of it."""

import json

import pytest

from components.config.consumers import CONSUMERS, consumer
from components.config.faults import Path
from components.config.schema import schema_text, stack_schema, waivers_schema
from operations.cli import main
from operations.commands.explain import explained
from tests.stack_keys import every_key

EVERY = every_key()


def said(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["explain", *words]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def test_there_are_as_many_keys_as_one_would_think() -> None:
    assert len(EVERY) > 150


def test_every_key_is_explained() -> None:
    for path in EVERY:
        answer = explained(path)
        assert answer["key"] == ".".join(path)
        assert answer["about"] or path[-1] == "x", path
        assert answer["takes"], path
        assert answer["becomes"], path


def test_a_machine_reads_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(said(["teams.x.quota", "--json"], capsys)) == explained(
        ["teams", "x", "quota"]
    )


def test_nothing_is_said_of_keys_that_do_not_exist() -> None:
    def exists(pattern: Path) -> bool:
        return tuple("x" if step == "*" else str(step) for step in pattern) in EVERY

    assert [pattern for pattern in CONSUMERS if not exists(pattern)] == []


def test_a_key_goes_where_the_one_above_it_goes() -> None:
    assert consumer(("teams", "fraud", "quota", "cpu")) == "the team's ResourceQuota"
    assert consumer(("teams", "fraud", "needs", 0, "to")) == consumer(("teams", "fraud", "needs"))


def test_a_person_reads_type_default_example_and_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(["teams.fraud.quota.cpu"], capsys).splitlines() == [
        "teams.fraud.quota.cpu",
        "  Cores: the sum of all requests.",
        "",
        "  takes    CPU such as 500m or 2",
        "  default  '4'",
        "  example  500m or '2'",
        "  becomes  the team's ResourceQuota",
    ]


def test_a_stack_is_asked_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    has = said(["teams.fraud.quota", "--stack", "sandbox"], capsys)
    assert "here     Pulumi.sandbox.yaml:" in has
    lacks = said(["teams.fraud.budget", "--stack", "sandbox"], capsys)
    assert "here     Pulumi.sandbox.yaml leaves it out" in lacks


@pytest.mark.parametrize(
    ("key", "guess"),
    [
        ("teams.fraud.qouta", "quota"),
        ("tems", "teams"),
        ("platform.cluster.pools.gpu.taint", "taints"),
        ("ml-platform:teams.fraud.needs[0].too", "to"),
    ],
)
def test_a_slip_is_answered_with_what_was_probably_meant(
    key: str, guess: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", key]) == 3
    assert capsys.readouterr().err.strip().endswith(f"did you mean {guess}")


def test_the_schema_can_be_renewed_from_here(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(["--schema"], capsys) == schema_text(stack_schema())
    assert said(["waivers", "--schema"], capsys) == schema_text(waivers_schema())
