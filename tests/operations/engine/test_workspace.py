import stat
from pathlib import Path

import yaml

from operations.engine.workspace import PLUGIN, Workspace, install_plugin


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


def test_the_engines_salt_outlives_a_new_copy_of_the_stack_file(tmp_path: Path) -> None:
    workspace = Workspace(directory=tmp_path / "engine")
    workspace.create("this")
    workspace.write_settings("box", {"config": {"a": 1}})
    settings = workspace.settings("box")
    settings.write_text(settings.read_text("utf-8") + "encryptionsalt: v1:salt\n", "utf-8")
    workspace.write_settings("box", {"config": {"a": 2}})
    assert yaml.safe_load(settings.read_text("utf-8")) == {
        "encryptionsalt": "v1:salt",
        "config": {"a": 2},
    }


def test_the_stack_files_own_salt_wins(tmp_path: Path) -> None:
    workspace = Workspace(directory=tmp_path / "engine")
    workspace.create("this")
    workspace.write_settings("box", {"encryptionsalt": "old", "config": {}})
    workspace.write_settings("box", {"encryptionsalt": "committed", "config": {}})
    written = yaml.safe_load(workspace.settings("box").read_text("utf-8"))
    assert written["encryptionsalt"] == "committed"


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
