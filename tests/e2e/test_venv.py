"""The real venv and the real pip, without a package index."""

import zipfile
from pathlib import Path

import pytest

from operations.errors import UserError
from operations.venv import Environment, _install, ensure, stale

pytestmark = pytest.mark.e2e


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
    made.lock.write_text("# another comment\n", "utf-8")
    assert stale(made) == ()
    made.lock.write_text("other==1.0\n", "utf-8")
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
        _install(other, other.lock, lambda _text: None)
    assert not list(made.directory.glob("lib/*/site-packages/tampered*"))


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
