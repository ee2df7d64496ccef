from pathlib import Path
from typing import Any

import pytest
import yaml

from components.config import ConfigError
from operations.engine.target import _encrypted_by_others, owner, sandbox_directory, stack_file
from operations.errors import UserError

PLATFORM = {
    "cluster": {
        "provider": "existing",
        "simulated": True,
        "pools": {"general": {"cpu": 4, "memory": "8Gi"}},
        "addresses": {
            "pods": ["10.1.0.0/16"],
            "services": ["10.2.0.0/16"],
            "nodes": ["10.3.0.0/24"],
        },
    }
}


def write(directory: Path, stack: str, platform: Any, **more: Any) -> None:
    config = {"ml-platform:platform": platform, "ml-platform:teams": {}, **more.pop("config", {})}
    path = directory / f"Pulumi.{stack}.yaml"
    path.write_text(yaml.safe_dump({"config": config, **more}), encoding="utf-8")


def test_a_stack_that_does_not_exist_is_told_with_those_that_do(tmp_path: Path) -> None:
    write(tmp_path, "dev", PLATFORM)
    with pytest.raises(UserError, match=r"no stack prod: .*there are: dev"):
        stack_file(tmp_path, "prod")


def test_faults_of_a_stack_file_come_before_any_tool_or_cluster(tmp_path: Path) -> None:
    write(tmp_path, "dev", {**PLATFORM, "clusters": {}})
    with pytest.raises(ConfigError, match="clusters"):
        stack_file(tmp_path, "dev")


def test_a_stack_of_teams_runs_where_its_platform_is(tmp_path: Path) -> None:
    write(tmp_path, "platform", PLATFORM)
    write(tmp_path, "teams", {"from_stack": "platform"})
    assert owner(stack_file(tmp_path, "teams")).name == "platform"


def test_every_stack_with_a_cluster_has_a_sandbox_directory_of_its_own(tmp_path: Path) -> None:
    assert sandbox_directory(tmp_path, "a") != sandbox_directory(tmp_path, "b")


def test_values_encrypted_by_a_person_need_that_persons_passphrase(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for word in ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"):
        monkeypatch.delenv(word, raising=False)
    secret = {"ml-platform:kubeconfig": {"secure": "v1:abc:def"}}
    write(tmp_path, "dev", PLATFORM, config=secret, encryptionsalt="v1:salt")
    file = stack_file(tmp_path, "dev")
    settings = yaml.safe_load(file.path.read_text("utf-8"))
    with pytest.raises(UserError, match="PULUMI_CONFIG_PASSPHRASE"):
        _encrypted_by_others(file, settings)
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "words")
    assert _encrypted_by_others(file, settings)


def test_a_file_without_secrets_needs_nobodys_passphrase(tmp_path: Path) -> None:
    write(tmp_path, "dev", PLATFORM)
    file = stack_file(tmp_path, "dev")
    assert not _encrypted_by_others(file, yaml.safe_load(file.path.read_text("utf-8")))
