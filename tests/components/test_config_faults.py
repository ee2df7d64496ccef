"""What a person types wrongly, and what they are told: one file per fault, its words beside it."""

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from components.config import ConfigError, read_stack_file
from operations.cli import main

DATA = Path(__file__).parents[1] / "data"
ERRORS = sorted(DATA.glob("error.*.yaml"))
JARGON = re.compile(
    r"Input should|Extra inputs|value_error|pydantic|Traceback|mapping values|NoneType|\bdict\b"
    r"|Value error|union|\btuple\b|\bstr\b|\bint\b"
)


@cache
def error(path: Path) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        read_stack_file(path)
    return caught.value


def told(path: Path) -> list[str]:
    return str(error(path)).splitlines()


def expected(path: Path) -> list[str]:
    return path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()


def test_there_is_a_file_for_every_kind_of_fault() -> None:
    assert len(ERRORS) >= 100


@pytest.mark.parametrize("path", ERRORS, ids=lambda path: path.stem.removeprefix("error."))
def test_a_fault_is_told_in_exactly_these_words(path: Path) -> None:
    assert told(path) == expected(path)


def test_one_fault_makes_one_line() -> None:
    assert {path.stem for path in ERRORS if len(told(path)) > 1} == {"error.dozen"}


def test_twelve_faults_are_told_at_once_in_the_order_of_their_lines() -> None:
    lines = [int(line.split(":")[1]) for line in told(DATA / "error.dozen.yaml")]
    assert len(lines) == 12
    assert lines == sorted(lines)


def test_every_fault_names_a_line_that_exists_and_no_library_speaks() -> None:
    for path in ERRORS:
        length = len(path.read_text(encoding="utf-8").splitlines())
        for line in told(path):
            match = re.match(rf"{re.escape(path.name)}:(\d+): ", line)
            assert match is not None, line
            assert 1 <= int(match[1]) <= length
            assert not JARGON.search(line)


@pytest.mark.parametrize("path", ERRORS, ids=lambda path: path.stem)
def test_the_key_is_one_that_a_person_finds_in_the_file(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for fault in error(path).faults:
        steps = [step for step in re.split(r"\.|\[\d+\]", fault.key) if step]
        said, asked = steps[:-1], steps[-1:]
        assert all(step in text for step in said), fault.key
        assert all(step in text or "got nothing" in fault.message for step in asked), fault.key


@pytest.mark.parametrize("name", ["dozen", "yaml-tab", "secret-in-plain-section"])
@pytest.mark.usefixtures("here")
def test_the_command_line_prints_the_faults_and_exits_with_3(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = DATA / f"error.{name}.yaml"
    assert run(["rehearse", "--stack", str(path)]) == 3
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == expected(path)


def test_what_is_encrypted_or_should_have_been_is_never_repeated() -> None:
    for path in ERRORS:
        words = "\n".join(told(path))
        assert "bm8gc2VjcmV0" not in words
        assert "hunter2" not in words


def test_a_file_that_is_not_there_is_a_fault_too(tmp_path: Path) -> None:
    assert told(tmp_path / "Pulumi.dev.yaml") == [
        "Pulumi.dev.yaml: cannot be read: No such file or directory"
    ]


def test_a_file_that_is_no_text_is_a_fault_too(tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_bytes(b"config: \xff\xfe")
    assert told(path) == ["Pulumi.dev.yaml: cannot be read: expected text in UTF-8"]


def run(words: Sequence[str]) -> int:
    """The command line, as the console script calls it."""
    return main(list(words))
