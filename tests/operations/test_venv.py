import ast
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from operations.child import Ended
from operations.errors import UserError
from operations.venv import CLONE, OWN, Environment, _install, ensure, stale, wanted


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Made over what an interrupted run has left."""
    directory = tmp_path_factory.mktemp("made")
    lock = directory / "some.lock"
    lock.write_text("# nothing\n", "utf-8")
    (directory / "venv" / "bin").mkdir(parents=True)
    (directory / "venv" / "half").touch()
    environment = Environment(directory=directory / "venv", lock=lock)
    assert ensure(environment, lambda _text: None)
    return environment


def test_half_an_environment_is_made_again_from_nothing(made: Environment) -> None:
    assert made.python.exists()
    assert not (made.directory / "half").exists()


def test_an_environment_is_made_once_and_again_when_its_lock_changes(made: Environment) -> None:
    assert not ensure(made, lambda _text: None)
    before = made.lock.read_text("utf-8")
    made.lock.write_text("# something else\n", "utf-8")
    assert stale(made) == ("packages",)
    made.lock.write_text(before, "utf-8")
    assert stale(made) == ()


def test_an_interpreter_that_vanished_makes_the_environment_stale(made: Environment) -> None:
    away = made.python.with_name("away")
    made.python.rename(away)
    assert stale(made) == ("packages",)
    away.rename(made.python)


@pytest.mark.parametrize("digest", ["", f" --hash=sha256:{'0' * 64}"])
def test_a_package_without_its_hash_is_refused_with_the_last_lines_and_the_log(
    made: Environment, digest: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    _wheel(tmp_path, "tampered", "1.0")
    lock = tmp_path / "other.lock"
    lock.write_text(f"tampered==1.0{digest}\n", "utf-8")
    other = Environment(directory=made.directory, lock=lock)
    with pytest.raises(UserError, match=r"(?si)hash.*the whole log: .*what to do: "):
        _install(other, lambda _text: None)
    assert not list(made.directory.glob("lib/*/site-packages/tampered*"))


def test_an_interrupt_leaves_nothing_that_passes_for_an_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / "some.lock"
    lock.touch()
    environment = Environment(directory=tmp_path / "venv", lock=lock)

    def run(command: list[str], *_rest: object) -> Ended:
        if "pip" in command:
            raise KeyboardInterrupt
        environment.python.parent.mkdir(parents=True)
        environment.python.touch()
        return Ended(code=0, tail=())

    monkeypatch.setattr("operations.venv.run_logged", run)
    with pytest.raises(KeyboardInterrupt):
        ensure(environment, lambda _text: None)
    assert environment.python.exists()
    assert stale(environment) == ("packages",)


def test_a_moved_clone_needs_a_new_environment(tmp_path: Path) -> None:
    """Console scripts carry the path of their interpreter."""
    lock = tmp_path / "some.lock"
    lock.touch()
    here, there = (wanted(Environment(directory=tmp_path / n, lock=lock)) for n in ("a", "b"))
    assert here != there


def test_settings_of_tools_leave_the_environment_alone_and_scripts_do_not(tmp_path: Path) -> None:
    lock, settings = tmp_path / "some.lock", tmp_path / "pyproject.toml"
    lock.touch()
    environment = Environment(directory=tmp_path / "venv", lock=lock, project=tmp_path)
    before = '[project]\nname = "x"\n[project.scripts]\nx = "x:y"\n'
    settings.write_text(before, "utf-8")
    first = wanted(environment)
    settings.write_text(before + "[tool.ruff]\nline-length = 9\n", "utf-8")
    assert wanted(environment) == first
    settings.write_text(before.replace("x:y", "x:z"), "utf-8")
    assert {p for p, v in wanted(environment).items() if v != first[p]} == {"project"}


def test_setting_up_imports_nothing_that_it_is_about_to_install() -> None:
    """It runs on a machine where only Python is installed."""
    seen: set[Path] = set()
    outside = _imports(CLONE / "operations" / "venv.py", seen)
    assert outside <= sys.stdlib_module_names
    assert CLONE / "operations" / "child.py" in seen


def test_the_own_environment_runs_what_the_project_declares() -> None:
    settings = tomllib.loads((CLONE / "pyproject.toml").read_text("utf-8"))
    assert settings["project"]["scripts"]["mlp"] == "operations.cli:main"
    assert OWN.lock.name == "requirements-dev.lock"


def _wheel(directory: Path, name: str, version: str) -> None:
    """The smallest wheel that pip installs."""
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(directory / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any"
        )
        wheel.writestr(f"{info}/RECORD", "")


def _imports(path: Path, seen: set[Path]) -> set[str]:
    """The top-level names that a module imports from outside the project, transitively."""
    seen.add(path)
    outside: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            own = CLONE / f"{name.replace('.', '/')}.py"
            if own.exists() and own not in seen:
                outside |= _imports(own, seen)
            elif not (CLONE / name.partition(".")[0]).is_dir():
                outside.add(name.partition(".")[0])
    return outside
