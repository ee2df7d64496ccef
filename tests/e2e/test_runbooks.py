"""Commands of runbooks, run as they are written: on one sandbox, or in a clone."""

import base64
import os
import re
import secrets
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from operations.progress import Steps
from operations.toolchain import ENGINE, ensure
from tests.e2e.cluster import eventually
from tests.e2e.project import Project, project
from tests.e2e.two_teams import PLATFORM

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).parents[2]
RUNBOOKS = ROOT / "docs" / "runbooks"
STACK = "sandbox"
TEAMS: dict[str, Any] = {
    "ads": {"workloads": {"api": {"image": "registry.example.com/ads/api:1.0.0", "ports": [8080]}}}
}
RISK: dict[str, Any] = {
    "members": {"edit": {"groups": ["risk-engineers"]}},
    "quota": {"cpu": 4, "memory": "16Gi"},
    "workloads": {"api": {"image": "registry.example.com/risk/api:1.0.0", "ports": [8080]}},
}
_SHELL = """
set -u
mlp() {
  case "$1" in
    up|preview|refresh|destroy) "$PYTHON" -m operations.cli "$@" --project "$PWD" ;;
    *) "$PYTHON" -m operations.cli "$@" ;;
  esac
}
"""


def commands(runbook: str) -> list[str]:
    """What follows a prompt, in whatever block it stands."""
    text = (RUNBOOKS / f"{runbook}.md").read_text("utf-8")
    return re.findall(r"^\s*\$ (.+)$", text, re.MULTILINE)


@pytest.fixture(scope="module")
def place(tools: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """A repository with a deployed stack and a secret, on a branch."""
    with (
        pytest.MonkeyPatch.context() as patch,
        project(tmp_path_factory.mktemp("runbooks"), tools["kubectl"]) as made,
    ):
        patch.setenv("PULUMI_CONFIG_PASSPHRASE", secrets.token_hex(16))
        (made.directory / ".gitignore").write_text(".ml-platform/\nelsewhere/\ntoken\n")
        git(made, "init", "--quiet", "--initial-branch", "main")
        deployed(made, TEAMS)
        yield made


def git(place: Project, *words: str) -> None:
    name = ("-c", "user.name=ada", "-c", "user.email=ada@example.com")
    subprocess.run(["git", *name, *words], cwd=place.directory, check=True, capture_output=True)


def write(place: Project, teams: Mapping[str, Any], **more: Any) -> None:
    place.write(STACK, {"platform": PLATFORM, "teams": teams, **more})


def deployed(place: Project, teams: Mapping[str, Any]) -> None:
    """What main holds, and the cluster."""
    write(place, teams)
    git(place, "add", ".")
    git(place, "commit", "--quiet", "--allow-empty", "--message", "deployed")
    place.outcome("up", STACK)


def run(place: Project, command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """One line, as a person types it."""
    kubeconfig = place.directory / ".ml-platform" / "sandbox" / STACK / "kubeconfig"
    path = os.pathsep.join([str(place.kubectl_binary.parent), os.environ["PATH"]])
    return subprocess.run(
        ["bash", "-c", _SHELL + command],
        cwd=place.directory,
        env={
            **os.environ,
            "KUBECONFIG": str(kubeconfig),
            "PATH": path,
            "PYTHON": sys.executable,
            "PYTHONPATH": str(ROOT),
            **variables,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def followed(place: Project, *lines: str, **variables: str) -> str:
    """Every line, each of which has to succeed; all that they say."""
    assert lines
    said = []
    for line in lines:
        done = run(place, line, **variables)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        said.append(done.stdout + done.stderr)
    return "\n".join(said)


def test_add_a_team(place: Project) -> None:
    write(place, TEAMS | {"risk": RISK})
    said = followed(place, *commands("add-a-team"))
    assert "Namespace risk" in said
    assert "deployment.apps/api" in said
    deployed(place, TEAMS | {"risk": RISK})


def test_recover_an_interrupted_update(place: Project) -> None:
    more = {name: RISK | {"members": {}} for name in ("one", "two")}
    write(place, TEAMS | more)
    kubectl = place.kubectl(STACK)
    with place.running("up", "--stack", STACK) as running:
        eventually(lambda: kubectl.run("get", "namespace", "two").returncode == 0, 120)
        running.send_signal(signal.SIGKILL)
        running.communicate(timeout=60)
    said = followed(place, *commands("recover-an-interrupted-update"))
    assert "cut short" in said
    for team in more:
        kubectl("get", "deployment", "api", "--namespace", team)


def test_rotate_a_credential(place: Project, sealing: Mapping[str, str]) -> None:
    """First the stack's first secret, after it was deployed without any."""
    write(place, TEAMS | {"risk": RISK})
    own = place.directory / ".ml-platform" / "sandbox" / STACK / "engine" / "passphrase"
    assert own.exists()
    select, encrypt, look, up, restart = commands("rotate-credentials")
    (place.directory / "token").write_text("first")
    said = followed(place, select, encrypt, up, **sealing)
    assert "sealed with your passphrase" in said
    assert not own.exists()
    git(place, "commit", "--quiet", "--all", "--message", "a secret")
    (place.directory / "token").write_text("second")
    said = followed(place, select, encrypt, look, up, restart, **sealing)
    assert "replace Secret risk/upstream" in said
    assert "encrypted anew" in said
    secret = place.kubectl(STACK).json("get", "secret", "upstream", "-n", "risk")
    assert base64.b64decode(secret["data"]["token"]) == b"second"


@pytest.fixture
def sealing(place: Project) -> dict[str, str]:
    """Where a laptop's own `pulumi` finds its stacks, and is found."""
    with Steps() as steps:
        pulumi = ensure(ENGINE, steps)["pulumi"]
    elsewhere = place.directory / "elsewhere"
    elsewhere.mkdir()
    path = (str(pulumi.parent), str(place.kubectl_binary.parent), os.environ["PATH"])
    return {
        "PATH": os.pathsep.join(path),
        "PULUMI_BACKEND_URL": elsewhere.as_uri(),
        "PULUMI_HOME": str(elsewhere / "home"),
    }


def test_adopt_an_existing_namespace(place: Project) -> None:
    kubectl = place.kubectl(STACK)
    kubectl("create", "namespace", "legacy")
    kubectl("create", "configmap", "old", "--namespace", "legacy", "--from-literal=a=1")
    uid = kubectl.json("get", "namespace", "legacy")["metadata"]["uid"]
    write(place, TEAMS | {"risk": RISK, "legacy": {"needs": ["internet"]}})
    said = ""
    for line in commands("adopt-an-existing-namespace"):
        done = run(place, line)
        if "mlp live" not in line:
            assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        said += done.stdout + done.stderr
    assert "1 adopted" in said
    assert kubectl.json("get", "namespace", "legacy")["metadata"]["uid"] == uid
    assert kubectl.json("get", "configmap", "old", "-n", "legacy")["data"] == {"a": "1"}
    assert place.outcome("preview", STACK, "--expect-no-changes")["changes"] == {}
    deployed(place, TEAMS | {"risk": RISK})


def test_upgrade_a_chart(tmp_path: Path) -> None:
    """In a clone of this repository, as the pin is code."""
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", "--shared", ROOT, clone], check=True)
    pin = clone / "components" / "cluster" / "metrics.py"
    text = pin.read_text("utf-8")
    version = re.search(r'version="([^"]+)"', text)
    assert version is not None
    pin.write_text(text.replace(version[0], 'version="99.0.0"'), encoding="utf-8")
    offline, _deploy = commands("upgrade-a-chart")[:-1], commands("upgrade-a-chart")[-1]
    said = ""
    for line in offline:
        done = subprocess.run(
            ["bash", "-c", _SHELL + line],
            cwd=clone,
            env={**os.environ, "PYTHON": sys.executable, "PYTHONPATH": str(clone)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        said += done.stdout
    assert f"chart metrics-server: {version[1]} → 99.0.0" in said


def test_destroy(place: Project) -> None:
    store = {
        "kind": "statefulset",
        "image": "registry.example.com/risk/store:1",
        "ports": [6379],
        "volumes": {"data": {"mount": "/data", "claim": {"size": "1Gi"}}},
    }
    deployed(place, TEAMS | {"risk": {"workloads": {"store": store}}})
    [look, *rest] = commands("destroy")
    write(place, TEAMS)
    refused = run(place, look)
    assert refused.returncode == 1, refused.stdout + refused.stderr
    assert "replacement/namespace-lost: Namespace risk" in refused.stdout
    text = (RUNBOOKS / "destroy.md").read_text("utf-8")
    [block] = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    waivers = place.directory / "waivers.yaml"
    waivers.write_text(textwrap.dedent(block), encoding="utf-8")
    signed = run(place, look)
    assert signed.returncode == 0, signed.stdout + signed.stderr
    followed(place, *rest)
    waivers.unlink()


def test_restore(place: Project) -> None:
    deployed(place, TEAMS)
    kubectl = place.kubectl(STACK)
    uid = kubectl.json("get", "deployment", "api", "-n", "ads")["metadata"]["uid"]
    kubectl("delete", "deployment", "api", "--namespace", "ads")
    followed(place, *commands("restore"))
    assert kubectl.json("get", "deployment", "api", "-n", "ads")["metadata"]["uid"] != uid
