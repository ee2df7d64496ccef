"""Builds with a stand-in for Go, so that a machine without Go runs them; the real one is in e2e."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from operations.errors import UserError
from operations.filelock import exclusive
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
    Recipe,
    Toolchain,
    version,
)
from operations.toolchain.recipes import Asks
from operations.venv import CLONE

RECIPE = Recipe(
    folder="tiny", pin="example.org/tiny", packages=(".",), programs=(("tiny", Asks()),)
)
GO = """
    #!{python}
    import os, pathlib, sys, time
    words = sys.argv[1:]
    here = pathlib.Path(__file__).parent
    if words == ["version"]:
        print("go version go1.99.1 linux/amd64")
    elif words[0] == "list":
        print("stale example.org/tiny not installed")
    else:
        with (here / "builds").open("a") as file:
            file.write(f"{{os.getpid()}}\\n")
        output = pathlib.Path(words[words.index("-o") + 1])
        output.write_text("half")
        {body}
        print("example.org/tiny")
        output.write_text("whole")
"""


@pytest.fixture
def bin_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only directory on PATH."""
    directory = tmp_path / "bin"
    directory.mkdir()
    monkeypatch.setenv("PATH", str(directory))
    return directory


@pytest.fixture
def chain(tmp_path: Path, bin_directory: Path) -> Toolchain:
    folder = tmp_path / "tools" / "tiny"
    folder.mkdir(parents=True)
    mod = "module tiny\n\ngo 1.26\n\nrequire example.org/tiny v1.2.3\n"
    (folder / "go.mod").write_text(mod, "utf-8")
    (folder / "go.sum").write_text("example.org/tiny v1.2.3 h1:abc=\n", "utf-8")
    _go(bin_directory, "time.sleep(0.2)")
    return Toolchain(recipes=(RECIPE,), sources=tmp_path / "tools", cache=tmp_path / "cache")


def _go(directory: Path, body: str) -> None:
    _program(directory, "go", GO.format(python=sys.executable, body=body))


def _program(directory: Path, name: str, text: str) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / name
    path.write_text(dedent(text).lstrip(), "utf-8")
    path.chmod(0o755)
    return path


def _says(directory: Path, name: str, words: str) -> Path:
    return _program(directory, name, f"#!/bin/sh\necho '{words}'\n")


def _builds(directory: Path) -> int:
    path = directory / "builds"
    return len(path.read_text("utf-8").splitlines()) if path.exists() else 0


def test_a_program_is_built_once_and_then_found_without_a_compiler(
    chain: Toolchain, bin_directory: Path
) -> None:
    with Steps() as steps:
        paths = chain.ensure(["tiny"], steps)
    assert paths["tiny"].read_text("utf-8") == "whole"
    assert [each.name for each in steps.finished] == ["build tiny 1.2.3"]
    (bin_directory / "go").unlink()
    with Steps() as again:
        assert chain.ensure(["tiny"], again) == paths
    assert again.finished == ()


def test_two_that_need_a_program_at_once_build_it_once(
    chain: Toolchain, bin_directory: Path
) -> None:
    paths: list[Path] = []
    barrier = threading.Barrier(3)

    def need() -> None:
        barrier.wait()
        with Steps() as steps:
            paths.append(chain.ensure(["tiny"], steps)["tiny"])

    threads = [threading.Thread(target=need) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(paths) == 3
    assert paths[0].read_text("utf-8") == "whole"
    assert _builds(bin_directory) == 1


@pytest.mark.parametrize("file", ["go.mod", "go.sum", "main.go"])
def test_another_pin_is_another_build(chain: Toolchain, file: str) -> None:
    before = chain.stamp(RECIPE)
    with (chain.sources / "tiny" / file).open("a", encoding="utf-8") as pins:
        pins.write("// changed\n")
    assert chain.stamp(RECIPE) != before


def test_other_flags_are_another_build_and_a_note_beside_the_pins_is_not(chain: Toolchain) -> None:
    before = chain.stamp(RECIPE)
    (chain.sources / "tiny" / "README.md").touch()
    assert chain.stamp(RECIPE) == before
    tagged = Recipe(
        folder="tiny", pin=RECIPE.pin, packages=(".",), programs=RECIPE.programs, tags="x"
    )
    assert chain.stamp(tagged) != before


def test_a_build_that_fails_says_which_the_last_lines_and_where_the_log_is(
    chain: Toolchain, bin_directory: Path
) -> None:
    _go(bin_directory, "sys.exit('dial tcp: lookup example.org: no such host')")
    with Steps() as steps, pytest.raises(UserError) as error:
        chain.ensure(["tiny"], steps)
    message = str(error.value)
    assert message.startswith("tiny could not be built")
    assert "no such host" in message
    assert "GOPROXY" in message
    assert str(chain.log(RECIPE)) in message
    assert "no such host" in chain.log(RECIPE).read_text("utf-8")
    assert [path.name for path in (chain.cache / "tools").iterdir()] == ["build.lock"]
    assert chain.find(["tiny"])[0].origin == "missing"


def test_an_interrupted_build_leaves_no_program_and_no_compiler(
    chain: Toolchain, bin_directory: Path
) -> None:
    _go(bin_directory, "time.sleep(60)")
    script = dedent(f"""
        from pathlib import Path
        from operations.progress import Steps
        from operations.toolchain import Toolchain
        from tests.operations.test_toolchain import RECIPE
        chain = Toolchain(recipes=(RECIPE,), sources=Path({str(chain.sources)!r}),
                          cache=Path({str(chain.cache)!r}))
        with Steps() as steps:
            chain.ensure(["tiny"], steps)
    """)
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=CLONE, stderr=subprocess.DEVNULL
    ) as child:
        _wait(lambda: _builds(bin_directory) == 1)
        child.send_signal(signal.SIGINT)
        child.wait(15)
    compiler = int((bin_directory / "builds").read_text("utf-8"))
    with pytest.raises(ProcessLookupError):
        os.kill(compiler, 0)
    assert [path.name for path in (chain.cache / "tools").iterdir()] == ["build.lock"]


def test_what_a_killed_build_left_is_gone_after_the_next(chain: Toolchain) -> None:
    left = chain.cache / "tools" / ".building-killed"
    left.mkdir(parents=True)
    with Steps() as steps:
        chain.ensure(["tiny"], steps)
    assert not left.exists()


def test_who_waits_for_a_lock_is_told_for_whom(tmp_path: Path) -> None:
    told: list[str] = []
    held = threading.Event()

    def hold() -> None:
        with exclusive(tmp_path / "lock", told.append):
            held.set()
            time.sleep(0.1)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    with exclusive(tmp_path / "lock", told.append):
        pass
    holder.join()
    assert told == [f"process {os.getpid()}"]


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
    path = _says(bin_directory, "tiny", words)
    found = chain.find(["tiny"])[0]
    assert (found.origin, found.path == path) == (
        ("installed", True) if fits else ("missing", False)
    )


def test_a_program_that_cannot_be_run_is_not_an_installed_one(
    chain: Toolchain, bin_directory: Path
) -> None:
    _program(bin_directory, "tiny", "#!/bin/sh\necho v1.2.3; exit 1\n")
    assert chain.find(["tiny"])[0].origin == "missing"


def test_what_is_built_from_the_pins_goes_before_what_is_installed(
    chain: Toolchain, bin_directory: Path
) -> None:
    with Steps() as steps:
        chain.ensure(["tiny"], steps)
    _says(bin_directory, "tiny", "v1.2.4")
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
    _says(home, "pulumi", pulumi.format(version("pulumi")))
    if beside:
        _says(home, "pulumi-resource-pulumi-python", "")
    (bin_directory / "pulumi").symlink_to(home / "pulumi")
    found = Toolchain(cache=tmp_path / "cache").find(ENGINE[:2])
    assert [each.origin for each in found] == [origin, origin]


def test_the_plugin_of_another_version_is_not_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path))
    chain, name = Toolchain(cache=tmp_path / "cache"), "pulumi-resource-kubernetes"
    _says(tmp_path / "plugins" / "resource-kubernetes-v4.0.1", name, "")
    assert chain.find([name])[0].origin == "missing"
    right = f"resource-kubernetes-v{version(name)}"
    path = _says(tmp_path / "plugins" / right, name, "")
    assert chain.find([name])[0].path == path


def test_programs_of_one_control_plane_are_of_one_origin(
    tmp_path: Path, bin_directory: Path
) -> None:
    """An installed kubectl does, but not beside servers that are built anyway."""
    path = _says(bin_directory, "kubectl", f"Client Version: v{version('kubectl')}")
    chain = Toolchain(cache=tmp_path / "cache")
    assert chain.find(["kubectl"])[0].path == path
    assert {each.origin for each in chain.find(CONTROL_PLANE)} == {"missing"}


def test_every_program_that_a_verb_or_a_test_names_is_made_by_one_recipe() -> None:
    made = [name for recipe in RECIPES for name, _ in recipe.programs]
    assert sorted(made) == sorted(
        (*ENGINE, *CONTROL_PLANE, *CHARTS, *ORACLES, *LINTERS, *RULE_TESTERS, *STAND_INS)
    )


def _wait(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)
