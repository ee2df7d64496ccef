"""A section that is left out while something asks for it: each asker is told, where it stands."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from components.config import ConfigError, Fault, read_stack_file
from tests.compositions import (
    KEYS,
    asking,
    asking_envoy,
    built_on,
    closed,
    composed,
    drawn,
    leaving_out,
    sections,
    whole,
    written,
)

each_section = pytest.mark.parametrize("section", sections())


def keys_told(path: Path) -> list[str]:
    """The key of each fault, all of which have a line."""
    faults = faults_of(path)
    assert [fault for fault in faults if not fault.line] == []
    return sorted(fault.key for fault in faults)


def faults_of(path: Path) -> Sequence[Fault]:
    try:
        read_stack_file(path)
    except ConfigError as error:
        return error.faults
    return ()


@each_section
def test_whoever_still_asks_for_a_section_is_told_once_and_nobody_else(
    section: str, tmp_path: Path
) -> None:
    values = whole()
    askers = {".".join(map(str, place[:4])) for place in asking(values, section)}
    above = {f"platform.{name}" for name in built_on(values, section)}
    told = keys_told(written(leaving_out(values, {section}, needs=False), tmp_path, "x"))
    assert len(told) == len(asking(values, section)) + len(above), told
    for key in (*(f"teams.{asker}" for asker in askers), *above):
        assert any(each.startswith(key) for each in told), (key, told)


@each_section
def test_without_a_section_and_whatever_asks_for_it_a_stack_file_is_whole(
    section: str, tmp_path: Path
) -> None:
    values = leaving_out(whole(), closed({section}), needs=True)
    assert section not in values["config"][KEYS[0]]
    assert keys_told(written(values, tmp_path, "x")) == []


def test_sections_in_any_combination_make_a_whole_stack_file(tmp_path: Path) -> None:
    compositions = drawn(12, seed=6)
    for number, composition in enumerate(compositions):
        path = written(composed(composition), tmp_path, f"x{number}")
        assert keys_told(path) == [], str(composition)
    assert len({each.without for each in compositions}) > 6


def test_what_envoy_alone_does_is_refused_of_nginx_where_a_route_asks_for_it(
    tmp_path: Path,
) -> None:
    values = whole()
    values["config"][KEYS[0]]["gateway"]["kind"] = "nginx"
    askers = sorted(".".join(("teams", *map(str, place))) for place in asking_envoy(values))
    assert len(askers) >= 3
    assert keys_told(written(values, tmp_path, "x")) == askers


def test_the_stack_has_sections_to_leave_out_and_askers_to_be_told() -> None:
    assert len(sections()) >= 4
    assert sum(len(asking(whole(), section)) for section in sections()) >= 1
