import ast
import re
import sys
import tomllib
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import distribution, distributions
from pathlib import Path

import pytest

from operations.child import Ended
from operations.venv import CLONE, OWN, Environment, clouds_of, ensure, stale, wanted

IMPORT = re.compile(r"^\s*(?:from|import) (\w+)", re.MULTILINE)


def test_half_an_environment_is_made_again_from_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = _environment(tmp_path)
    environment.directory.mkdir()
    (environment.directory / "half").touch()
    monkeypatch.setattr("operations.venv.run_logged", _makes(environment))
    assert ensure(environment, lambda _text: None)
    assert not (environment.directory / "half").exists()
    assert stale(environment) == ()
    assert not ensure(environment, lambda _text: None)


def test_an_environment_is_stale_when_a_pin_changes_and_not_when_a_comment_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = _environment(tmp_path)
    monkeypatch.setattr("operations.venv.run_logged", _makes(environment))
    ensure(environment, lambda _text: None)
    environment.lock.write_text("# another comment\n", "utf-8")
    assert stale(environment) == ()
    environment.lock.write_text("other==1.0\n", "utf-8")
    assert stale(environment) == ("packages",)


def test_an_extra_is_put_on_top_and_stays_when_it_is_not_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = _environment(tmp_path)
    monkeypatch.setattr("operations.venv.run_logged", _makes(environment))
    ensure(environment, lambda _text: None)
    (environment.directory / "there").touch()
    extra = tmp_path / "cloud.lock"
    extra.write_text("cloud==1.0\n", "utf-8")
    more = replace(environment, extras=(extra,))
    assert stale(more) == ("cloud.lock",)
    assert ensure(more, lambda _text: None)
    assert (environment.directory / "there").exists()
    assert stale(more) == stale(environment) == ()


@pytest.mark.parametrize("changed", ["some.lock", "cloud.lock"])
def test_an_environment_with_an_extra_is_made_anew_when_any_pin_changes(
    changed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package that the new pins lack would stay otherwise."""
    extra = tmp_path / "cloud.lock"
    extra.write_text("cloud==1.0\n", "utf-8")
    environment = replace(_environment(tmp_path), extras=(extra,))
    monkeypatch.setattr("operations.venv.run_logged", _makes(environment))
    ensure(environment, lambda _text: None)
    (environment.directory / "old").touch()
    (tmp_path / changed).write_text("other==2.0\n", "utf-8")
    assert ensure(environment, lambda _text: None)
    assert not (environment.directory / "old").exists()
    assert stale(environment) == ()


@pytest.mark.parametrize(
    ("text", "extras"),
    [
        ("cluster:\n      provider: existing\n", set()),
        ("cluster:\n      provider: eks # prod\n", {"aws"}),
        ('cluster:\n      provider: "aks"\n', {"azure"}),
        ("platform: {from_stack: base}\n", {"aws"}),
        ("platform:\n    from_stack: base\n", {"aws"}),
    ],
)
def test_a_stack_file_says_which_cloud_its_environment_needs(
    text: str, extras: set[str], tmp_path: Path
) -> None:
    (tmp_path / "Pulumi.base.yaml").write_text("  provider: eks\n", "utf-8")
    (tmp_path / "Pulumi.it.yaml").write_text(text, "utf-8")
    assert clouds_of("it", tmp_path) == extras


def test_an_interrupt_leaves_nothing_that_passes_for_an_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = _environment(tmp_path)
    monkeypatch.setattr("operations.venv.run_logged", _makes(environment, KeyboardInterrupt()))
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
    assert OWN.lock.name == "requirements.lock"


def test_the_program_imports_nothing_that_only_tests_bring() -> None:
    """It runs in an environment without them."""
    of_tests = _packages("-dev") - _packages("")
    brought = {
        Path(str(file)).parts[0].removesuffix(".py")
        for package in of_tests & {_named(found.name) for found in distributions()}
        for file in distribution(package).files or ()
    }
    assert {"botocore", "hypothesis", "pytest"} <= brought
    roots = ("assurance", "components", "operations", "policies", "providers")
    files = [CLONE / "__main__.py", *(f for root in roots for f in (CLONE / root).rglob("*.py"))]
    imported = {name for file in files for name in IMPORT.findall(file.read_text("utf-8"))}
    assert len(files) > 100
    assert "pulumi" in imported
    assert imported & brought == set()


def _packages(lock: str) -> set[str]:
    text = (CLONE / f"requirements{lock}.lock").read_text("utf-8")
    return set(re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE))


def _named(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()


def _environment(directory: Path) -> Environment:
    lock = directory / "some.lock"
    lock.touch()
    return Environment(directory=directory / "venv", lock=lock)


def _makes(environment: Environment, pip: BaseException | None = None) -> Callable[..., Ended]:
    """In place of the two commands: an interpreter, then whatever pip comes to."""

    def run(command: list[str], *_rest: object) -> Ended:
        if "pip" not in command:
            environment.python.parent.mkdir(parents=True)
            environment.python.touch()
        elif pip:
            raise pip
        return Ended(code=0, tail=())

    return run


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
