"""Which backend the engine would choose, and whether it is a directory that we understand."""

import json
from pathlib import Path

import pytest

from operations.engine.state.place import Place, backend_directory, understood


@pytest.fixture
def project(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    made.mkdir()
    (made / "Pulumi.yaml").write_text("name: p\n", encoding="utf-8")
    return made


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("file:///var/state", Path("/var/state")),
        ("file:///var/state?metadata=skip", Path("/var/state")),
        ("file:///var/my%20state", Path("/var/my state")),
        ("file://~", Path.home()),
        ("file://~/state", Path.home() / "state"),
        ("file:///var/state?some=option", None),
        ("s3://bucket/state", None),
        ("azblob://state", None),
        ("gs://state", None),
        ("postgres://host/state", None),
        ("https://api.pulumi.com", None),
    ],
)
def test_the_environment_says_where_the_state_is(
    project: Path, address: str, found: Path | None
) -> None:
    assert backend_directory({"PULUMI_BACKEND_URL": address}, project) == found


def test_a_relative_directory_is_below_the_project(project: Path) -> None:
    assert backend_directory({"PULUMI_BACKEND_URL": "file://."}, project) == project
    assert backend_directory({"PULUMI_BACKEND_URL": "file://./s"}, project) == project / "s"


def test_the_project_comes_before_the_login_and_the_environment_before_both(
    project: Path, tmp_path: Path
) -> None:
    login = {"current": "file:///of-the-login"}
    (tmp_path / "credentials.json").write_text(json.dumps(login), encoding="utf-8")
    environment = {"PULUMI_HOME": str(tmp_path)}
    assert backend_directory(environment, project) == Path("/of-the-login")
    (project / "Pulumi.yaml").write_text("name: p\nbackend: {url: 'file:///of-the-project'}\n")
    assert backend_directory(environment, project) == Path("/of-the-project")
    both = {**environment, "PULUMI_BACKEND_URL": "file:///of-the-environment"}
    assert backend_directory(both, project) == Path("/of-the-environment")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"current": null}', '{"sealed": "x"}'])
def test_a_login_that_cannot_be_read_is_none(project: Path, tmp_path: Path, content: str) -> None:
    (tmp_path / "credentials.json").write_text(content, encoding="utf-8")
    assert backend_directory({"PULUMI_CREDENTIALS_PATH": str(tmp_path)}, project) is None


def place(root: Path, meta: str | None = "version: 1\n", suffix: str = ".json") -> Place:
    made = Place(root=root, project="p", stack="s")
    made.checkpoint.parent.mkdir(parents=True)
    made.checkpoint.with_name(f"s{suffix}").touch()
    if meta is not None:
        (root / ".pulumi" / "meta.yaml").write_text(meta, encoding="utf-8")
    return made


def test_a_directory_by_project_is_understood(tmp_path: Path) -> None:
    assert understood(place(tmp_path))


@pytest.mark.parametrize("meta", [None, "", "version: 0\n", "version: 2\n"])
def test_another_layout_is_left_to_the_engine(tmp_path: Path, meta: str | None) -> None:
    assert not understood(place(tmp_path, meta))


@pytest.mark.parametrize("suffix", [".json.gz", ".json.zst", ".yaml"])
def test_another_format_is_left_to_the_engine(tmp_path: Path, suffix: str) -> None:
    assert not understood(place(tmp_path, suffix=suffix))


def test_a_state_that_is_both_is_left_to_the_engine(tmp_path: Path) -> None:
    made = place(tmp_path)
    made.checkpoint.with_name("s.json.gz").touch()
    assert not understood(made)
