"""How strictly a stack is judged is said in one file, and misread nowhere."""

import json
from pathlib import Path
from typing import Any

import pytest

from assurance.graph.values import Level
from assurance.guardrails import Severity
from assurance.guardrails.rules import ALL
from assurance.levels import LevelsError, level_of, levels_at, levels_path, names
from operations.errors import UserError
from operations.proving import read_levels

DISABLED, ADVISORY, MANDATORY = Level


def written(root: Path, text: str) -> Path:
    path = levels_path(root, "prod")
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_every_rule_has_a_name_and_no_name_is_two_rules() -> None:
    assert len(set(names())) == len(names())
    assert {"all", "unknown", "isolation", *(rule.name for rule in ALL)} <= set(names())


def test_a_file_is_read_as_it_is_written(tmp_path: Path) -> None:
    stated = {"all": "advisory", "isolation/closed-within": "disabled", "unknown": "mandatory"}
    path = written(tmp_path, json.dumps(stated))
    assert levels_at(path) == {name: Level(level) for name, level in stated.items()}
    assert levels_at(tmp_path / "none.json") == {}


FAULTS: dict[str, tuple[Any, str]] = {
    "a rule misspelt": (
        {"images-have-a-versoin": "mandatory"},
        "images-have-a-versoin: no such rule; did you mean images-have-a-version?",
    ),
    "a rule of no proof": ({"isolaton/closed": "advisory"}, "isolaton/closed: no such rule; "),
    "a guardrail by its finding's name": (
        {"guardrails/images-have-a-version": "advisory"},
        "guardrails/images-have-a-version: no such rule; did you mean images-have-a-version?",
    ),
    "another word": (
        {"isolation": "strict"},
        'isolation: expected disabled, advisory or mandatory, got "strict"',
    ),
    "no word": ({"isolation": 1}, "isolation: expected disabled, advisory or mandatory, got 1"),
    "what is not known passed over": (
        {"unknown": "disabled"},
        'unknown: expected advisory or mandatory, got "disabled"',
    ),
    "a list": (["isolation"], "expected an object of rules and their levels"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_names_file_and_key(tmp_path: Path, fault: str) -> None:
    stated, said = FAULTS[fault]
    path = written(tmp_path, json.dumps(stated))
    with pytest.raises(LevelsError) as told:
        levels_at(path)
    assert str(told.value).startswith(f"policies/levels/prod.json: {said}")
    with pytest.raises(UserError) as for_people:
        read_levels(tmp_path, "prod")
    assert str(for_people.value) == str(told.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"isolation": "advisory", "isolation": "disabled"}', "isolation: stated twice"),
        ("{", "Expecting property name"),
    ],
)
def test_what_is_no_json_for_us_is_a_fault(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(LevelsError, match=f"^policies/levels/prod.json: {said}"):
        levels_at(written(tmp_path, text))


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, json.dumps({"a": "mandatory", "b": "mandatory"}))
    with pytest.raises(LevelsError) as told:
        levels_at(path)
    assert len(str(told.value).splitlines()) == 2


def test_the_nearest_name_counts() -> None:
    levels = {"all": ADVISORY, "isolation": DISABLED, "isolation/declared-open": MANDATORY}
    assert level_of(levels, "isolation/declared-open") is MANDATORY
    assert level_of(levels, "isolation/closed-within") is DISABLED
    assert level_of(levels, "capacity/fits") is ADVISORY
    assert level_of({"guardrails": ADVISORY}, "guardrails/roles-have-no-wildcards") is ADVISORY
    finer = {"guardrails": ADVISORY, "roles-have-no-wildcards": MANDATORY}
    assert level_of(finer, "guardrails/roles-have-no-wildcards") is MANDATORY


def test_without_a_word_harm_is_forbidden_and_a_trifle_is_advice() -> None:
    for rule in ALL:
        expected = ADVISORY if rule.severity is Severity.LOW else MANDATORY
        assert level_of({}, f"guardrails/{rule.name}") is level_of({}, rule.name) is expected
    assert level_of({}, "isolation/closed-within") is MANDATORY
    assert level_of({}, "order/no-order", unknown=True) is ADVISORY
    assert level_of({"all": MANDATORY}, "order/no-order", unknown=True) is MANDATORY


@pytest.mark.parametrize(
    ("levels", "level"),
    [
        ({}, MANDATORY),
        ({"unknown": ADVISORY}, ADVISORY),
        ({"all": ADVISORY, "isolation": MANDATORY}, ADVISORY),
        ({"all": DISABLED, "isolation": MANDATORY}, ADVISORY),
        ({"isolation": ADVISORY, "unknown": MANDATORY}, ADVISORY),
        ({"isolation": DISABLED, "unknown": MANDATORY}, DISABLED),
    ],
)
def test_what_cannot_be_decided_forbids_only_what_both_words_forbid(
    levels: dict[str, Level], level: Level
) -> None:
    assert level_of(levels, "isolation/x", unknown=True) is level
