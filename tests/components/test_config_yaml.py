"""Unquoted text means what the engine makes of it; what the engine would garble is a fault."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assurance.graph.values import dotted
from components.config.yaml_nodes import _PurePython
from components.config.yaml_positions import Marker, encrypted_paths, has_encrypted, read_yaml
from components.config.yaml_scalars import plain_scalar, trap

MEANINGS = {
    "yes": "yes",
    "on": "on",
    "n": "n",
    "true": True,
    "False": False,
    "tRue": "tRue",
    "~": None,
    "null": None,
    "0x1F": 31,
    "0b11": 3,
    "0o17": 15,
    "1_000": 1000,
    "1e3": 1000,
    "+1.5": 1.5,
    ".5": 0.5,
    "12:30": "12:30",
    "1.2.3": "1.2.3",
    "500m": "500m",
    "1e400": "1e400",
    "-": "-",
}
"""As Go's YAML has it, checked against the engine in the end-to-end tests."""


@pytest.mark.parametrize(("text", "meaning"), MEANINGS.items())
def test_unquoted_text_means_what_the_engine_makes_of_it(text: str, meaning: object) -> None:
    assert plain_scalar(text) == meaning
    assert type(plain_scalar(text)) is type(meaning)
    assert trap(text) is None


@pytest.mark.parametrize("text", ["010", "08", "2026-01-01", ".inf", "-.NaN", str(2**64), "1e20"])
def test_what_the_engine_would_garble_is_a_fault(text: str) -> None:
    assert trap(text) is not None
    assert read_yaml(f"a: {text}").problems
    assert not read_yaml(f"a: '{text}'").problems


@given(st.text(max_size=30))
def test_no_text_is_too_odd_to_have_a_meaning(text: str) -> None:
    assert trap(text) is None or isinstance(trap(text), str)


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_that_is_no_trap_survives(number: float) -> None:
    text = str(number)
    if trap(text) is None:
        assert plain_scalar(text) == number


def test_lines_are_those_of_keys_and_items() -> None:
    document = read_yaml("a:\n  b: 1\n\n  c:\n    - 2\n    -\n      d: 3\n")
    assert document.value == {"a": {"b": 1, "c": [2, {"d": 3}]}}
    assert document.lines[("a", "c")] == 4
    assert document.lines[("a", "c", 0)] == 5
    assert document.line(("a", "c", 1, "d")) == 7
    assert document.line(("a", "missing", "deep")) == 1


def test_anchors_and_merges_are_followed_and_own_keys_win() -> None:
    text = "base: &b {x: 1, y: 2}\nmore: &m {y: 3, z: 4}\na:\n  <<: [*b, *m]\n  x: 5\nc: *b\n"
    document = read_yaml(text)
    assert document.problems == []
    assert document.value["a"] == {"x": 5, "y": 2, "z": 4}
    assert document.value["c"] == {"x": 1, "y": 2}
    assert document.lines[("a", "z")] == 2


def test_laughs_end_before_they_are_billions() -> None:
    text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in range(1, 12):
        text += f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n"
    assert read_yaml(text).problems


def test_a_file_may_begin_with_a_byte_order_mark() -> None:
    assert read_yaml("\ufeffa: 1\n").value == {"a": 1}


@pytest.mark.parametrize(
    ("text", "encrypted"),
    [
        ("secure: abc", True),
        ("secure: ''", True),
        ("{secure: abc, more: 1}", False),
        ("secure: {}", False),
        ("secured: abc", False),
    ],
)
def test_an_encrypted_value_is_what_pulumi_takes_for_one(text: str, *, encrypted: bool) -> None:
    assert (read_yaml(text).value is Marker.ENCRYPTED) == encrypted


def test_encrypted_values_are_found_wherever_they_are_even_alone() -> None:
    value = read_yaml("a: [{b: {secure: x}}]\nc: {secure: y}\n").value
    assert list(encrypted_paths(value)) == [("a", 0, "b"), ("c",)]
    assert has_encrypted(read_yaml("secure: x").value)
    assert not has_encrypted({"a": [1]})


def test_no_ciphertext_is_kept() -> None:
    assert "canary" not in repr(read_yaml("a: {secure: canary}"))


def test_both_parsers_read_the_same_nodes() -> None:
    text = "a: &x [1, 'on', on, {b: ~}]\nc: *x\nd: |\n  text\n"
    node = _PurePython(text).get_single_node()
    assert read_yaml(text).value == {
        "a": [1, "on", "on", {"b": None}],
        "c": [1, "on", "on", {"b": None}],
        "d": "text\n",
    }
    assert isinstance(node, yaml.MappingNode)
    assert node.start_mark.line == 0
    [first, *_] = node.value
    assert [item.tag for item in first[1].value[:3]] == ["plain", "tag:yaml.org,2002:str", "plain"]


def test_a_key_with_dots_goes_in_brackets() -> None:
    assert dotted(("teams", "a", "quota", "counts", "jobs.batch")) == (
        'teams.a.quota.counts["jobs.batch"]'
    )
    assert dotted(("teams", "a", "needs", 0, "to")) == "teams.a.needs[0].to"
