from pathlib import Path

import pytest

from components.config import StackFile
from operations.engine.sealing import sealed_by_a_person
from operations.engine.workspace import Workspace
from operations.errors import UserError
from tests.operations.engine.test_target import PLATFORM, stack_file, write

WORDS = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE")
SECRET = {"ml-platform:kubeconfig": {"secure": "v1:abc:def"}}


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    for word in WORDS:
        monkeypatch.delenv(word, raising=False)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace(directory=tmp_path / "engine")
    made.create("this")
    return made


@pytest.fixture
def plain(tmp_path: Path) -> StackFile:
    write(tmp_path, "dev", PLATFORM)
    return stack_file(tmp_path, "dev")


def deployed(workspace: Workspace, *, own_key: bool) -> None:
    """A state, as the engine leaves one."""
    workspace.seat(workspace.directory / "kubeconfig", own_key=own_key)
    state = workspace.state / ".pulumi" / "stacks" / "ml-platform" / "dev.json"
    state.parent.mkdir(parents=True)
    state.write_text("{}", "utf-8")


@pytest.mark.parametrize("config", [SECRET, {}])
def test_a_file_that_a_person_has_sealed_needs_that_persons_passphrase(
    config: dict[str, object],
    workspace: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(tmp_path, "dev", PLATFORM, config=config, encryptionsalt="v1:salt")
    file = stack_file(tmp_path, "dev")
    with pytest.raises(UserError, match="PULUMI_CONFIG_PASSPHRASE"):
        sealed_by_a_person(file, workspace)
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "words")
    assert sealed_by_a_person(file, workspace)


def test_a_file_sealed_with_a_clouds_key_needs_no_passphrase(
    workspace: Workspace, tmp_path: Path
) -> None:
    write(tmp_path, "dev", PLATFORM, config=SECRET, secretsprovider="awskms://alias/a")
    assert sealed_by_a_person(stack_file(tmp_path, "dev"), workspace)


def test_a_sandbox_without_secrets_needs_nobodys_passphrase(
    plain: StackFile, workspace: Workspace
) -> None:
    assert not sealed_by_a_person(plain, workspace)
    deployed(workspace, own_key=True)
    assert not sealed_by_a_person(plain, workspace)


def test_a_state_that_a_person_has_sealed_stays_so_when_the_last_secret_goes(
    plain: StackFile, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed(workspace, own_key=False)
    with pytest.raises(UserError, match="state"):
        sealed_by_a_person(plain, workspace)
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE_FILE", "words")
    assert sealed_by_a_person(plain, workspace)
