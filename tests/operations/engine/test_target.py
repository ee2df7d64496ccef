from pathlib import Path
from typing import Any

import pytest
import yaml

from components.config import ConfigError, StackFile, read_stack_file
from operations.engine.target import owner
from operations.errors import UserError
from operations.stacks import stack_path

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


def stack_file(directory: Path, stack: str) -> StackFile:
    return read_stack_file(stack_path(directory, stack))


def test_a_stack_that_does_not_exist_is_told_with_those_that_do(tmp_path: Path) -> None:
    write(tmp_path, "dev", PLATFORM)
    with pytest.raises(UserError, match=r"no stack prod in .*there are: dev"):
        stack_file(tmp_path, "prod")


def test_faults_of_a_stack_file_come_before_any_tool_or_cluster(tmp_path: Path) -> None:
    write(tmp_path, "dev", {**PLATFORM, "clusters": {}})
    with pytest.raises(ConfigError, match="clusters"):
        stack_file(tmp_path, "dev")


def test_a_stack_of_teams_runs_where_its_platform_is(tmp_path: Path) -> None:
    write(tmp_path, "platform", PLATFORM)
    write(tmp_path, "teams", {"from_stack": "platform"})
    assert owner(stack_file(tmp_path, "teams")).name == "platform"


def test_stacks_that_refer_to_each_other_have_no_platform(tmp_path: Path) -> None:
    write(tmp_path, "a", {"from_stack": "b"})
    write(tmp_path, "b", {"from_stack": "a"})
    with pytest.raises(UserError, match="in a circle: a → b → a"):
        owner(stack_file(tmp_path, "a"))
