"""Programs that are found: which of those on a machine do in place of a build."""

from pathlib import Path

import pytest

from operations.progress import Steps
from operations.toolchain import (
    CHARTS,
    CONTROL_PLANE,
    ENGINE,
    LINTERS,
    ORACLES,
    RECIPES,
    RULE_TESTERS,
    STAND_INS,
    Toolchain,
    version,
)
from tests.operations.toolchain.tiny import program, says


def test_a_program_that_no_recipe_makes_is_a_mistake(chain: Toolchain) -> None:
    with pytest.raises(LookupError, match="hlem"):
        chain.find(["hlem"])


@pytest.mark.parametrize(
    ("words", "fits"),
    [
        ("tiny version v1.2.3", True),
        ("tiny version v1.2.9-rc.1", True),
        ("1.3.0", False),
        ("2.2.3", False),
        ("unknown", False),
    ],
)
def test_an_installed_program_of_the_same_minor_version_is_used(
    chain: Toolchain, bin_directory: Path, words: str, *, fits: bool
) -> None:
    path = says(bin_directory, "tiny", words)
    found = chain.find(["tiny"])[0]
    assert (found.origin, found.path == path) == (
        ("installed", True) if fits else ("missing", False)
    )


def test_a_program_that_cannot_be_run_is_not_an_installed_one(
    chain: Toolchain, bin_directory: Path
) -> None:
    program(bin_directory, "tiny", "#!/bin/sh\necho v1.2.3; exit 1\n")
    assert chain.find(["tiny"])[0].origin == "missing"


def test_what_is_built_from_the_pins_goes_before_what_is_installed(
    chain: Toolchain, bin_directory: Path
) -> None:
    with Steps() as steps:
        chain.ensure(["tiny"], steps)
    says(bin_directory, "tiny", "v1.2.4")
    assert chain.find(["tiny"])[0].origin == "built"


@pytest.mark.parametrize(
    ("pulumi", "beside", "origin"),
    [
        ("{}", True, "installed"),
        ("{}", False, "missing"),  # half an engine: dynamic resources would fail
        ("3.1.0", True, "missing"),
    ],
)
def test_an_installed_engine_is_used_if_all_of_it_is_there_in_the_pinned_version(
    tmp_path: Path, bin_directory: Path, pulumi: str, *, beside: bool, origin: str
) -> None:
    home = tmp_path / "official"
    says(home, "pulumi", pulumi.format(version("pulumi")))
    if beside:
        says(home, "pulumi-resource-pulumi-python", "")
    (bin_directory / "pulumi").symlink_to(home / "pulumi")
    found = Toolchain(cache=tmp_path / "cache").find(ENGINE[:2])
    assert [each.origin for each in found] == [origin, origin]


def test_the_plugin_of_another_version_is_not_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path))
    chain, name = Toolchain(cache=tmp_path / "cache"), "pulumi-resource-kubernetes"
    says(tmp_path / "plugins" / "resource-kubernetes-v4.0.1", name, "")
    assert chain.find([name])[0].origin == "missing"
    right = f"resource-kubernetes-v{version(name)}"
    path = says(tmp_path / "plugins" / right, name, "")
    assert chain.find([name])[0].path == path


def test_programs_of_one_control_plane_are_of_one_origin(
    tmp_path: Path, bin_directory: Path
) -> None:
    """An installed kubectl does, but not beside servers that are built anyway."""
    path = says(bin_directory, "kubectl", f"Client Version: v{version('kubectl')}")
    chain = Toolchain(cache=tmp_path / "cache")
    assert chain.find(["kubectl"])[0].path == path
    assert {each.origin for each in chain.find(CONTROL_PLANE)} == {"missing"}


def test_every_program_that_a_verb_or_a_test_names_is_made_by_one_recipe() -> None:
    made = [name for recipe in RECIPES for name, _ in recipe.programs]
    assert sorted(made) == sorted(
        (*ENGINE, *CONTROL_PLANE, *CHARTS, *ORACLES, *LINTERS, *RULE_TESTERS, *STAND_INS)
    )
