"""A stack file and the engine's configuration give the same stack; secrets stay out of it."""

import asyncio
import json
from collections.abc import Callable, Mapping
from contextvars import copy_context
from pathlib import Path
from typing import Any, TypeVar

import pulumi
import pytest
import yaml
from pulumi.runtime import config as runtime_config
from pulumi.runtime import rpc, settings

from components.config import ConfigError, PlatformConfig, Stack, StackFile, load, read_stack_file
from providers.config import ExistingConfig, KindConfig, PlatformReference
from providers.config.secrets import secret, team_secret

T = TypeVar("T")
DATA = Path(__file__).parents[1] / "data"
STACKS = DATA / "stacks"
ROOT = Path(__file__).parents[2]
HAPPY = [*sorted(ROOT.glob("Pulumi.*.yaml")), *sorted(STACKS.glob("*.yaml"))]
SMALL = """\
config:
  ml-platform:platform:
    from_stack: platform
  ml-platform:teams:
    fraud: {}
"""


def in_engine(
    stack: str, config: Mapping[str, str], secrets: frozenset[str], action: Callable[[], T]
) -> T:
    """What happens under an engine's configuration; it is gone afterwards."""

    def run() -> T:
        bag = settings.Settings(project="ml-platform", stack=stack, monitor=object())
        settings.configure(bag)
        runtime_config.set_all_config(dict(config), sorted(secrets))
        return action()

    return copy_context().run(run)


def placed(directory: Path, text: str, stack: str = "dev") -> Path:
    path = directory / f"Pulumi.{stack}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def loaded(file: StackFile, config: Mapping[str, str], directory: Path) -> Stack:
    return in_engine(file.name, config, file.secret_keys, lambda: load(directory))


@pytest.mark.parametrize("path", HAPPY, ids=lambda path: path.stem)
def test_what_the_engine_hands_over_makes_the_stack_that_the_file_describes(path: Path) -> None:
    file = read_stack_file(path)
    assert loaded(file, file.config, path.parent) == file.stack


@pytest.mark.parametrize("path", HAPPY, ids=lambda path: path.stem)
def test_numbers_that_the_engine_has_rewritten_make_no_difference(path: Path) -> None:
    file = read_stack_file(path)
    rewritten = {
        key: json.dumps(json.loads(text), indent=1, sort_keys=True) if text[:1] in "{[" else text
        for key, text in file.config.items()
    }
    assert loaded(file, rewritten, path.parent) == file.stack


def test_the_sandbox_has_a_cluster_of_its_own_and_teams_may_use_anothers() -> None:
    sandbox = read_stack_file(ROOT / "Pulumi.sandbox.yaml").stack
    assert isinstance(sandbox.platform, PlatformConfig)
    assert isinstance(sandbox.cluster, ExistingConfig)
    assert sandbox.cluster.simulated
    teams = read_stack_file(STACKS / "Pulumi.teams.yaml").stack
    assert teams.cluster == PlatformReference(from_stack="platform")


def test_a_laptop_s_stack_differs_from_the_sandbox_in_its_cluster_and_charts_alone() -> None:
    sandbox, dev = (
        yaml.load((ROOT / f"Pulumi.{name}.yaml").read_text("utf-8"), yaml.CSafeLoader)["config"]
        for name in ("sandbox", "dev")
    )
    platforms = [config["ml-platform:platform"] for config in (sandbox, dev)]
    clusters = [platform.pop("cluster") for platform in platforms]
    assert [cluster["provider"] for cluster in clusters] == ["existing", "kind"]
    assert [platform.pop("charts", None) for platform in platforms] == [
        {"source": "simulated"},
        None,
    ]
    assert dev == sandbox


def test_a_laptop_answers_for_grafana_and_stands_on_one_worker_for_each_role() -> None:
    dev = read_stack_file(ROOT / "Pulumi.dev.yaml").stack.cluster
    assert isinstance(dev, KindConfig)
    assert 30080 in dev.ports
    workers = {name: pool.nodes for name, pool in dev.pools.items()}
    assert workers == dict.fromkeys(("platform", "data", "serving", "gpu"), 1)
    assert dev.pools["gpu"].gpu > 0


def test_the_two_tenants_of_the_sandbox_are_six_lines_each() -> None:
    lines = (ROOT / "Pulumi.sandbox.yaml").read_text(encoding="utf-8").splitlines()
    first = lines.index("    tenant-a:")
    assert lines[first + 6] == ""
    assert lines[first + 7] == "    tenant-b:"


def test_every_key_has_the_line_on_which_it_stands() -> None:
    path = STACKS / "Pulumi.everything.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    places = read_stack_file(path).lines
    assert len(places) > 200
    for key, line in places.items():
        last = key.removesuffix("]").rsplit(".", 1)[-1].rsplit("[", 1)[-1].strip('"')
        assert last.isdigit() or last in lines[line - 1] or not key, (key, line)


def test_configuration_holds_no_encrypted_value_and_says_where_they_are() -> None:
    file = read_stack_file(STACKS / "Pulumi.everything.yaml")
    assert file.secret_keys == {"ml-platform:secrets", "ml-platform:kubeconfig"}
    assert "ml-platform:kubeconfig" not in file.config
    assert json.loads(file.config["ml-platform:secrets"]) == {
        "fraud": {"database": {"password": rpc.UNKNOWN, "user.name": rpc.UNKNOWN}},
        "platform": {"grafana-login": {"client-secret": rpc.UNKNOWN}},
    }
    assert "bm8gc2VjcmV0" not in repr(file)


def test_a_stack_knows_the_names_of_secrets_whatever_the_engine_says_of_their_values() -> None:
    file = read_stack_file(STACKS / "Pulumi.everything.yaml")
    names = {
        "fraud": {"database": ("password", "user.name")},
        "platform": {"grafana-login": ("client-secret",)},
    }
    opened = {
        "fraud": {"database": {"password": "a", "user.name": "b"}},
        "platform": {"grafana-login": {"client-secret": "c"}},
    }
    for text in (json.dumps(opened), rpc.UNKNOWN):
        config = {**file.config, "ml-platform:secrets": text, "ml-platform:kubeconfig": "k"}
        stack = loaded(file, config, STACKS)
        assert stack.secrets == names
        assert stack == file.stack


def test_the_engine_alone_is_enough_where_no_file_is_at_hand(tmp_path: Path) -> None:
    file = read_stack_file(STACKS / "Pulumi.everything.yaml")
    config = {**file.config, "ml-platform:kubeconfig": "apiVersion: v1"}
    stack = loaded(file, config, tmp_path)
    assert (stack.platform, stack.teams, stack.secrets) == (
        file.stack.platform,
        file.stack.teams,
        file.stack.secrets,
    )


def test_the_engines_word_wins_over_a_file_that_says_something_else(tmp_path: Path) -> None:
    file = read_stack_file(placed(tmp_path, SMALL))
    config = {**file.config, "ml-platform:teams": '{"search": {}}'}
    assert list(loaded(file, config, tmp_path).teams) == ["search"]


def test_faults_in_the_engines_word_have_lines_only_if_the_file_says_the_same(
    tmp_path: Path,
) -> None:
    file = read_stack_file(placed(tmp_path, SMALL))
    config = {**file.config, "ml-platform:teams": '{"fraud": {"qouta": 1}}'}
    with pytest.raises(ConfigError) as caught:
        loaded(file, config, tmp_path)
    assert str(caught.value) == (
        "Pulumi.dev.yaml: teams.fraud.qouta: expected a known key, got qouta; did you mean quota"
    )
    placed(tmp_path, SMALL.replace("fraud: {}", "fraud: { qouta: 1 }"))
    with pytest.raises(ConfigError) as caught:
        loaded(file, config, tmp_path)
    assert str(caught.value).startswith("Pulumi.dev.yaml:5: teams.fraud.qouta: ")


def test_a_value_that_the_engine_has_decrypted_is_still_refused_in_plain_sections(
    tmp_path: Path,
) -> None:
    text = SMALL.replace("fraud: {}", "fraud: { manifests: { secure: djE6 } }")
    with pytest.raises(ConfigError):
        read_stack_file(placed(tmp_path, text))
    file = read_stack_file(STACKS / "Pulumi.teams.yaml")
    config = {
        **file.config,
        "ml-platform:platform": '{"from_stack": "platform"}',
        "ml-platform:teams": '{"fraud": {"manifests": "canary-in-the-clear"}}',
    }
    for file_is_there in (True, False):
        if file_is_there:
            placed(tmp_path, text)
        with pytest.raises(ConfigError) as caught:
            in_engine("dev", config, frozenset({"ml-platform:teams"}), lambda: load(tmp_path))
        assert "encrypted" in str(caught.value)
        assert "canary-in-the-clear" not in str(caught.value)
        (tmp_path / "Pulumi.dev.yaml").unlink(missing_ok=True)


def test_faults_in_a_program_are_no_traceback_to_the_engine() -> None:
    assert issubclass(ConfigError, pulumi.RunError)


def values(config: Mapping[str, str], *read: Any) -> list[tuple[bool, bool, Any]]:
    """Whether each output is secret, whether it is known, and its value."""

    async def ask() -> list[tuple[bool, bool, Any]]:
        return [
            (await o.is_secret(), await o.is_known(), await o.future(with_unknowns=False))
            for o in (each() for each in read)
        ]

    return in_engine("dev", config, frozenset(config), lambda: asyncio.run(ask()))


def test_a_secret_is_secret_and_unknown_where_only_its_name_is_known() -> None:
    texts = {"fraud": {"database": {"password": "canary", "user": rpc.UNKNOWN}}}
    config = {"ml-platform:secrets": json.dumps(texts), "ml-platform:kubeconfig": rpc.UNKNOWN}
    password, user, kubeconfig = values(
        config,
        lambda: team_secret("fraud", "database", "password"),
        lambda: team_secret("fraud", "database", "user"),
        lambda: secret("kubeconfig"),
    )
    assert password == (True, True, "canary")
    assert user[:2] == (True, False)
    assert kubeconfig[:2] == (True, False)


def test_all_secrets_are_unknown_where_their_section_is() -> None:
    config = {"ml-platform:secrets": rpc.UNKNOWN}
    [password] = values(config, lambda: team_secret("fraud", "database", "password"))
    assert password[:2] == (True, False)


@pytest.mark.parametrize("text", ['{"fraud": "canary"}', "canary {", '["canary"]', '"canary"'])
def test_a_secret_that_cannot_be_found_is_named_and_nothing_else_is_shown(text: str) -> None:
    with pytest.raises(pulumi.RunError) as caught:
        values({"ml-platform:secrets": text}, lambda: team_secret("fraud", "database", "password"))
    assert "secrets.fraud.database.password" in str(caught.value)
    assert "canary" not in str(caught.value)
    assert caught.value.__suppress_context__
