"""What is read without engine and cluster, beside what the real engine and kubectl make of it."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from assurance.graph.readers.manifests import read_manifests
from assurance.graph.readers.recording import Program, record
from assurance.graph.resource import Marker, Resource, Secret
from operations.progress import Steps
from operations.toolchain import ensure

pytestmark = pytest.mark.e2e

SCALARS = """
1e3 12:30 017 08 0x1f .5 1_000 "yes" 190:20:30 ~ 0o17 1. +1 1e+3 null True 0b11 -0x1f 1__0 ._5 -.5
0 -0 00 1.5e3 1e-3 "" 'a' 1.2.3 v1 1d NULL Null TRUE False 0x 0b 09.5 +.1 12e03 1_0.5
"""

PROGRAM = """
import pulumi

class Team(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("ml-platform:tenancy:Team", name, {"intent": {"teams": [1, 2.5]}}, opts)
        first = pulumi.Stash("first", input={"n": 3, "x": 0.5, "t": True, "l": [1, None, "a"]},
                             opts=pulumi.ResourceOptions(parent=self))
        second = pulumi.Stash("second", input=pulumi.Output.secret({"password": "canary"}),
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=[first], retain_on_delete=True, deleted_with=first,
                delete_before_replace=True, ignore_changes=["input.a"], hide_diffs=[],
                replace_on_changes=["input.b"], additional_secret_outputs=["output"],
                custom_timeouts=pulumi.CustomTimeouts(create="5m", delete="10m"),
            ))
        derived = {"from": first.output.apply(lambda o: o["n"]), "urn": second.urn}
        pulumi.Stash("third", input=derived,
                     opts=pulumi.ResourceOptions(parent=first, protect=True))
        self.register_outputs({"done": True})

async def main():
    Team("fraud")
    Team2 = type("Inner", (pulumi.ComponentResource,), {})
    outer = Team2("a:b:Outer", "outer")
    inner = Team2("a:b:Inner", "inner", None, pulumi.ResourceOptions(parent=outer))
    pulumi.Stash("deep", input="text", opts=pulumi.ResourceOptions(parent=inner))
    pulumi.Stash("after", input="text", opts=pulumi.ResourceOptions(depends_on=[outer]))
    return {"answer": 42, "list": [1, 2.5], "hidden": pulumi.Output.secret("canary")}

pulumi.run(main)
"""

DRIVER = """
import json, runpy, sys
from pulumi import automation as auto

directory, work = sys.argv[1:]
stack = auto.create_or_select_stack(
    stack_name="dev", project_name="p",
    program=lambda: runpy.run_path(f"{directory}/__main__.py", run_name="__main__"),
    opts=auto.LocalWorkspaceOptions(work_dir=work),
)
stack.up(on_output=lambda line: print(line, file=sys.stderr))
print(json.dumps(stack.export_stack().deployment))
"""


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("project")
    (directory / "__main__.py").write_text(PROGRAM)
    return directory


@pytest.fixture(scope="module")
def deployed(directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """The real engine's state after `up`, by URN."""
    with Steps() as steps:
        pulumi = ensure(["pulumi"], steps)["pulumi"]
    place = tmp_path_factory.mktemp("engine")
    for name in ("state", "work", "home"):
        (place / name).mkdir()
    environment = {
        "PATH": f"{pulumi.parent}:{os.environ['PATH']}",
        "HOME": str(place),
        "PULUMI_HOME": str(place / "home"),
        "PULUMI_BACKEND_URL": (place / "state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "throw-away",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }
    (place / "driver.py").write_text(DRIVER)
    command = [sys.executable, f"{place}/driver.py", str(directory), f"{place}/work"]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)["resources"]
    return {r["urn"]: r for r in found if not r["type"].startswith("pulumi:providers:")}


@pytest.fixture(scope="module")
def recorded(directory: Path) -> Mapping[str, Resource]:
    program = Program(directory=directory, stack="dev", project="p")
    return record(program, "warm").resources


def test_the_recording_has_the_engines_urns(
    deployed: Mapping[str, Any], recorded: Mapping[str, Resource]
) -> None:
    assert set(recorded) == set(deployed)


@pytest.mark.parametrize(
    ("key", "ours"),
    [
        ("parent", lambda r: r.parent),
        ("type", lambda r: r.type),
        ("custom", lambda r: r.custom),
        ("dependencies", lambda r: set(r.dependencies)),
        ("protect", lambda r: r.options.protect),
        ("retainOnDelete", lambda r: r.options.retain_on_delete),
        ("deletedWith", lambda r: r.options.deleted_with),
        ("ignoreChanges", lambda r: list(r.options.ignore_changes)),
        ("replaceOnChanges", lambda r: list(r.options.replace_on_changes)),
    ],
)
def test_the_recording_agrees_with_the_engines_state(
    deployed: Mapping[str, Any], recorded: Mapping[str, Resource], key: str, ours: Any
) -> None:
    def theirs(urn: str) -> Any:
        value = deployed[urn].get(key)
        example = ours(recorded[urn])
        if value is None:
            return type(example)() if example is not None else None
        return type(example)(value) if isinstance(example, set) else value

    assert {urn: ours(r) for urn, r in recorded.items()} == {urn: theirs(urn) for urn in recorded}


def test_property_dependencies_timeouts_and_inputs_are_the_engines(
    deployed: Mapping[str, Any], recorded: Mapping[str, Resource]
) -> None:
    for urn, ours in recorded.items():
        theirs = deployed[urn]
        depends = {k: set(v) for k, v in (theirs.get("propertyDependencies") or {}).items() if v}
        assert {k: set(v) for k, v in ours.property_dependencies.items()} == depends
        seconds = {k: v for k, v in (theirs.get("customTimeouts") or {}).items() if v}
        assert set(ours.options.timeouts) == set(seconds)
        if ours.custom:
            assert shown(ours.inputs) == shown(theirs.get("inputs", {}))
        else:
            assert shown(ours.outputs) == shown(theirs.get("outputs", {}))


def shown(value: Any) -> Any:
    """Values alike on both sides: secrets and what follows from them are only named."""
    if isinstance(value, Secret | Marker):
        return "hidden"
    if isinstance(value, Mapping):
        if "4dabf18193072939515e22adb298388d" in value:
            return "hidden"
        return {key: shown(item) for key, item in value.items()}
    return [shown(item) for item in value] if isinstance(value, list) else value


def test_scalars_mean_what_they_mean_to_kubernetes_own_tools(tmp_path: Path) -> None:
    with Steps() as steps:
        kubectl = ensure(["kubectl"], steps)["kubectl"]
    words = SCALARS.split()
    lines = "".join(f"  k{number}: {word}\n" for number, word in enumerate(words))
    head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n"
    (tmp_path / "a.yaml").write_text(head + lines)
    [ours] = read_manifests(tmp_path).objects()
    (tmp_path / "kustomization.yaml").write_text("resources: [a.yaml]\n")
    command = [str(kubectl), "kustomize", str(tmp_path)]
    rendered = subprocess.run(command, capture_output=True, text=True, check=True)
    theirs = yaml.safe_load(rendered.stdout)["data"]
    assert {words[int(key[1:])]: value for key, value in ours.manifest["data"].items()} == {
        words[int(key[1:])]: value for key, value in theirs.items()
    }
