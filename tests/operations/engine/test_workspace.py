import stat
from pathlib import Path

import pytest
import yaml

from operations.engine.workspace import PLUGIN, Workspace, install_plugin, salt_of


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_its_owner_can_look_inside(tmp_path: Path) -> None:
    workspace = Workspace(directory=tmp_path / "engine")
    workspace.create("uid")
    workspace.seat(tmp_path / "kubeconfig", own_key=True)
    for path in [workspace.directory, *workspace.directory.rglob("*")]:
        assert mode(path) & 0o077 == 0, path


def test_a_key_is_made_once_and_is_not_empty(tmp_path: Path) -> None:
    workspace = Workspace(directory=tmp_path / "engine")
    workspace.create("uid")
    first = workspace.seat(tmp_path / "kubeconfig", own_key=True).passphrase
    assert first is not None
    key = first.read_text("utf-8")
    assert len(key) >= 32
    assert workspace.seat(tmp_path / "kubeconfig", own_key=True).passphrase == first
    assert first.read_text("utf-8") == key


def test_two_sandboxes_have_two_keys(tmp_path: Path) -> None:
    keys = set()
    for name in ("one", "two"):
        workspace = Workspace(directory=tmp_path / name)
        workspace.create("uid")
        path = workspace.seat(tmp_path / "kubeconfig", own_key=True).passphrase
        assert path is not None
        keys.add(path.read_text("utf-8"))
    assert len(keys) == 2


def test_a_state_belongs_to_the_cluster_that_it_was_made_for_and_no_other(tmp_path: Path) -> None:
    workspace = Workspace(directory=tmp_path / "engine")
    assert workspace.belongs_to("any")
    workspace.create("this")
    assert workspace.belongs_to("this")
    assert not workspace.belongs_to("that")


def test_a_state_without_a_cluster_is_not_trusted(tmp_path: Path) -> None:
    workspace = Workspace(directory=tmp_path / "engine")
    workspace.create("this")
    workspace.cluster.unlink()
    assert not workspace.belongs_to("this")


def test_what_is_discarded_is_gone_key_and_all(tmp_path: Path) -> None:
    workspace = Workspace(directory=tmp_path / "engine")
    workspace.create("this")
    workspace.seat(tmp_path / "kubeconfig", own_key=True)
    workspace.discard()
    assert not workspace.directory.exists()
    assert workspace.belongs_to("that")


@pytest.fixture
def committed(tmp_path: Path) -> Path:
    return tmp_path / "Pulumi.box.yaml"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace(directory=tmp_path / "engine")
    made.create("this")
    return made


@pytest.mark.parametrize(
    "text",
    [
        "config:\n  a: on # said so",
        "config:\n  a: on\n",
        "---\nconfig:\n  a: on\n...\n",
        "{config: {a: on}}\n",
        "# first\nconfig:\n  a: |\n    on\n\n# last",
    ],
)
def test_the_engines_salt_outlives_a_new_copy_of_the_stack_file(
    text: str, workspace: Workspace, committed: Path
) -> None:
    committed.write_text("config: {}\n", "utf-8")
    workspace.write_settings(committed)
    settings = workspace.work / committed.name
    with settings.open("a", encoding="utf-8") as file:
        file.write("encryptionsalt: v1:salt\n")
    committed.write_text(text, "utf-8")
    workspace.write_settings(committed)
    assert yaml.load(settings.read_text("utf-8"), yaml.BaseLoader) == {
        **yaml.load(text, yaml.BaseLoader),
        "encryptionsalt": "v1:salt",
    }


def test_the_engine_gets_the_stack_file_to_the_letter(
    workspace: Workspace, committed: Path
) -> None:
    text = "config:\n  a: on   # a word, not a truth value\n"
    committed.write_text(text, "utf-8")
    workspace.write_settings(committed)
    assert (workspace.work / committed.name).read_text("utf-8") == text


def test_the_stack_files_own_salt_wins(workspace: Workspace, committed: Path) -> None:
    for salt in ("old", "committed"):
        committed.write_text(f"encryptionsalt: {salt}\nconfig: {{}}\n", "utf-8")
        workspace.write_settings(committed)
    written = (workspace.work / committed.name).read_text("utf-8")
    assert salt_of(written) == "committed"


def test_the_project_keeps_its_name_so_that_urns_are_the_same_everywhere(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: mine\nruntime: python\n", "utf-8")
    workspace = Workspace(directory=tmp_path / "engine")
    workspace.create("this")
    workspace.write_project(tmp_path)
    written = yaml.safe_load((workspace.work / "Pulumi.yaml").read_text("utf-8"))
    assert written["name"] == "mine"


def test_the_engine_keeps_no_log_of_its_own_not_even_one_that_is_there_already(
    tmp_path: Path,
) -> None:
    workspace = Workspace(directory=tmp_path / "engine")
    workspace.home.mkdir(parents=True)
    (workspace.home / "logs").mkdir()
    (workspace.home / "logs" / "old.log").write_text("messages", "utf-8")
    workspace.create("this")
    assert (workspace.home / "logs").is_file()
    workspace.create("this")


def test_a_plugin_is_where_its_version_says_and_follows_a_rebuilt_one(tmp_path: Path) -> None:
    for version in ("old", "new"):
        binary = tmp_path / version / PLUGIN
        binary.parent.mkdir()
        binary.write_text(version, "utf-8")
        install_plugin(tmp_path / "home", binary, "4.25.0")
        install_plugin(tmp_path / "home", binary, "4.25.0")
        place = tmp_path / "home" / "plugins" / "resource-kubernetes-v4.25.0"
        assert [each.name for each in place.iterdir()] == [PLUGIN]
        assert (place / PLUGIN).read_text("utf-8") == version
