"""The hashed locks: whole, of one resolution, and good on any machine's package index."""

import re
import tomllib
from functools import cache
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
CLOUDS = {"aws": "pulumi-aws", "azure": "pulumi-azure-native"}
OF_PROJECT = {"": (), "-dev": ("dev",), "-aws": ("aws",), "-azure": ("azure",)}
EVERY = [*OF_PROJECT, "-go", "-uv", "-nca"]
PIN = re.compile(
    r"^([a-z0-9-]+)==(\S+)(?: ; (.+?))?((?: \\\n    --hash=sha256:[0-9a-f]{64})+)$", re.MULTILINE
)

each_lock = pytest.mark.parametrize("lock", EVERY, ids=lambda name: f"requirements{name}.lock")


@cache
def _text(lock: str) -> str:
    return (ROOT / f"requirements{lock}.lock").read_text("utf-8")


@cache
def _pins(lock: str) -> dict[str, str]:
    return {name: version for name, version, _marker, _hashes in PIN.findall(_text(lock))}


def _declared(extras: tuple[str, ...]) -> list[Requirement]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    project = settings["project"]
    wanted = [*project["dependencies"], *settings["build-system"]["requires"]]
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    return [Requirement(each) for each in wanted]


def test_every_lock_in_the_clone_is_looked_at() -> None:
    assert {path.name for path in ROOT.glob("*.lock")} == {
        f"requirements{lock}.lock" for lock in EVERY
    }


@each_lock
def test_a_lock_is_pins_with_hashes_and_nothing_else(lock: str) -> None:
    """No index, no link, no editable, no address: pip's own settings say where from."""
    rest = PIN.sub("", _text(lock))
    assert [line for line in rest.splitlines() if line and not line.lstrip().startswith("#")] == []
    assert _pins(lock)
    assert "://" not in _text(lock)


@each_lock
def test_a_lock_names_the_command_that_makes_it(lock: str) -> None:
    assert "make lock" in "\n".join(_text(lock).splitlines()[:3])


@pytest.mark.parametrize(("lock", "extras"), OF_PROJECT.items())
def test_a_lock_satisfies_what_the_project_declares(lock: str, extras: tuple[str, ...]) -> None:
    pins = _pins(lock)
    for requirement in _declared(extras):
        assert pins[canonicalize_name(requirement.name)] in requirement.specifier, requirement


def test_every_extra_has_its_lock() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert sorted(settings["project"]["optional-dependencies"]) == ["aws", "azure", "dev"]


@pytest.mark.parametrize("lock", ["-dev", "-aws", "-azure"])
def test_all_locks_come_from_one_resolution(lock: str) -> None:
    base, larger = _pins(""), _pins(lock)
    assert {name: larger.get(name) for name in base} == base
    for other in ("-dev", "-aws", "-azure"):
        common = larger.keys() & _pins(other).keys()
        assert {n: larger[n] for n in common} == {n: _pins(other)[n] for n in common}


def test_the_base_install_has_no_cloud_in_it() -> None:
    assert not set(CLOUDS.values()) & _pins("").keys()
    for extra, package in CLOUDS.items():
        assert package in _pins(f"-{extra}")
        assert not (set(CLOUDS.values()) - {package}) & _pins(f"-{extra}").keys()


def test_no_package_is_left_out_on_a_supported_python_or_platform() -> None:
    """Markers may only drop what such a machine does not need."""
    for lock in OF_PROJECT:
        for name, _version, marker, _hashes in PIN.findall(_text(lock)):
            for python in ("3.11", "3.12", "3.13"):
                for platform in ("linux", "darwin"):
                    if marker and not _holds(marker, python, platform):
                        assert name in {"colorama", "httpx2-jsfetch"}, (lock, name, marker)


def _holds(marker: str, python: str, platform: str) -> bool:
    facts = {"python_version": python, "sys_platform": platform}
    return Marker(marker).evaluate(facts | {"python_full_version": f"{python}.0"})
