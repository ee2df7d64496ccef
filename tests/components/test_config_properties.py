"""Whatever is typed into a stack file, what comes back is a stack or faults with lines."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from components.config import ConfigError, Fault, read_stack_file
from components.config.faults import Path as Key
from components.config.yaml_positions import Marker, read_yaml
from components.tenancy.defaults import effective
from components.tenancy.section import TeamConfig, TeamDefaults
from components.tenancy.workloads.scalars import WorkloadName
from providers.config.scalars import DnsLabel

STACKS = Path(__file__).parents[1] / "data" / "stacks"
WHOLE = (STACKS / "Pulumi.everything.yaml").read_text(encoding="utf-8")
LINES = WHOLE.splitlines()

words = st.text(max_size=12) | st.sampled_from(
    ["", "yes", "~", "500 m", "-1", "kube-system", "a" * 300, "../..", "{}", "internet", "08"]
)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | words
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(words, inner, max_size=2)
)


def plain(value: Any) -> Any:
    if value is Marker.ENCRYPTED:
        return {"secure": "v1:AAAA"}
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


TREE = plain(read_yaml(WHOLE).value)


def places(value: Any, path: Key = ()) -> Iterator[Key]:
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    if isinstance(value, list):
        for position, inner in enumerate(value):
            yield from places(inner, (*path, position))


PLACES = [path for path in places(TREE) if path[0] == "config"]


def changed(tree: Any, path: Key, how: str, value: Any) -> Any:
    """A copy in which the key is gone, has another name, or holds something else."""
    copy = json.loads(json.dumps(tree))
    above = copy
    for step in path[:-1]:
        above = above[step]
    last = path[-1]
    if how == "value":
        above[last] = value
    elif how == "rename" and isinstance(last, str):
        above[f"{last}{value}"] = above.pop(last)
    else:
        del above[last]
    return copy


def written(tree: Any) -> str:
    text: str = yaml.dump(tree, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
    return text


def survives(path: Path, text: str) -> None:
    """The file is good, or every fault names a line of it; nothing else comes out."""
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    last = max(1, len(text.splitlines()))
    for fault in faults(path, text):
        assert fault.line is not None, fault
        assert 1 <= fault.line <= last, fault
        assert str(fault).isprintable()
        assert fault.message


def faults(path: Path, text: str) -> tuple[Fault, ...]:
    """None if the file is good, and then all its teams are there."""
    try:
        file = read_stack_file(path)
    except ConfigError as error:
        return error.faults
    assert set(file.stack.teams) == set(read_yaml_teams(text))
    return ()


def read_yaml_teams(text: str) -> Any:
    config = read_yaml(text).value["config"]
    return config.get("ml-platform:teams", config.get("teams", {}))


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stack") / "Pulumi.dev.yaml"


quickly = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@quickly
@given(
    path=st.sampled_from(PLACES),
    how=st.sampled_from(["value", "rename", "delete"]),
    value=values,
)
def test_a_changed_key_makes_a_stack_or_faults(
    scratch: Path, path: Key, how: str, value: Any
) -> None:
    tree = changed(TREE, path, how, value)
    survives(scratch, written(tree))


@quickly
@given(st.lists(st.tuples(st.sampled_from(PLACES), values), min_size=2, max_size=6))
def test_many_changed_keys_make_a_stack_or_faults(
    scratch: Path, changes: list[tuple[Key, Any]]
) -> None:
    tree = TREE
    for path, value in sorted(changes, key=lambda change: -len(change[0])):
        tree = changed(tree, path, "value", value)
    survives(scratch, written(tree))


@quickly
@given(
    line=st.integers(0, len(LINES) - 1),
    column=st.integers(0, 40),
    typed=st.text(max_size=4) | st.sampled_from(["\t", ": ", "- ", '"', "'", "[", "}", "&a", "*a"]),
    gone=st.integers(0, 6),
)
def test_a_slip_of_the_keyboard_makes_a_stack_or_faults(
    scratch: Path, line: int, column: int, typed: str, gone: int
) -> None:
    text = LINES[line]
    lines = [*LINES[:line], text[:column] + typed + text[column + gone :], *LINES[line + 1 :]]
    survives(scratch, "\n".join(lines) + "\n")


@quickly
@given(st.text(max_size=200))
def test_any_text_makes_a_stack_or_faults(scratch: Path, text: str) -> None:
    survives(scratch, text)


@given(st.text(alphabet="abz09-_.A", max_size=66))
def test_a_name_is_taken_exactly_if_the_standard_takes_it(name: str) -> None:
    def taken(adapter: TypeAdapter[str]) -> bool:
        try:
            adapter.validate_python(name)
        except ValidationError:
            return False
        return True

    plain_letters = all(letter in "abz09-" for letter in name)
    ends = bool(name) and name[0] != "-" and name[-1] != "-"
    assert taken(TypeAdapter(DnsLabel)) == (plain_letters and ends and len(name) <= 63)
    assert taken(TypeAdapter(WorkloadName)) == (
        plain_letters and ends and len(name) <= 52 and name[0].isalpha()
    )


amounts = st.fixed_dictionaries(
    {}, optional={"cpu": st.sampled_from(["1", "250m", "8"]), "memory": st.just("3Gi")}
)
limits = st.fixed_dictionaries(
    {},
    optional={
        "pod_security": st.sampled_from(["privileged", "baseline", "restricted"]),
        "open_within": st.booleans(),
        "quota": st.fixed_dictionaries(
            {},
            optional={
                "cpu": st.sampled_from(["6", "12"]),
                "pods": st.integers(1, 99),
                "limits": amounts,
                "counts": st.dictionaries(
                    st.sampled_from(["services", "jobs.batch"]), st.integers(0, 9)
                ),
            },
        ),
        "containers": st.fixed_dictionaries(
            {}, optional={"requests": amounts, "limits": amounts, "maximum": amounts}
        ),
    },
)


def over(base: Any, words: Any) -> Any:
    """One plain dictionary laid over another: what `effective` has to come to."""
    if not (isinstance(base, dict) and isinstance(words, dict)):
        return words
    return {**base, **{key: over(base.get(key), value) for key, value in words.items()}}


@given(team=limits, platform=limits)
def test_a_teams_words_win_over_the_platforms_and_those_over_ours_field_by_field(
    team: dict[str, Any], platform: dict[str, Any]
) -> None:
    resolved = effective(TeamConfig(**team), TeamDefaults(**platform))
    ours = TeamDefaults().model_dump(exclude_none=True)
    wanted = over(over(ours, platform), team)
    twice = {"cpu": str(2 * int(wanted["quota"]["cpu"])), "memory": "16Gi", "disk": "400Gi"}
    wanted["quota"]["limits"] = {**twice, **wanted["quota"]["limits"]}
    assert TypeAdapter(type(resolved)).dump_python(resolved) == wanted


@given(platform=limits, team=limits)
def test_defaults_that_were_told_to_another_stack_mean_the_same_there(
    team: dict[str, Any], platform: dict[str, Any]
) -> None:
    defaults = TeamDefaults(**platform)
    wire = json.loads(json.dumps(defaults.model_dump(mode="json")), parse_int=float)
    config = TeamConfig(**team)
    assert effective(config, TeamDefaults.model_validate(wire)) == effective(config, defaults)
