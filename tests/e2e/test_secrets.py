"""A team's secret goes from an encrypted line of its stack file to the cluster, nowhere else."""

import os
import secrets
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from operations.progress import Steps
from operations.toolchain import ENGINE, ensure
from tests.e2e.project import Project, project
from tests.e2e.two_teams import PLATFORM

pytestmark = pytest.mark.e2e

STACK = "sealed"
TEAMS = {
    "ads": {
        "manifests": "own/ads",
        "workloads": {
            "api": {
                "image": "registry.example.com/ads/api:1.0.0",
                "env": {"TOKEN": {"secret": "upstream", "key": "token"}},
            },
            "batch": {"image": "registry.example.com/ads/batch:1.0.0", "owner": "gitops"},
        },
    }
}
OWN = """
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  mode: fast
"""


@pytest.fixture(scope="module")
def canary() -> str:
    return f"canary-{secrets.token_hex(16)}"


@pytest.fixture(scope="module")
def sealed(
    tools: Mapping[str, Path],
    canary: str,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch_module: pytest.MonkeyPatch,
) -> Iterator[Project]:
    """A deployed stack whose secret a person has encrypted with the official command line."""
    monkeypatch_module.setenv("PULUMI_CONFIG_PASSPHRASE", secrets.token_hex(16))
    with project(tmp_path_factory.mktemp("sealed"), tools["kubectl"]) as made:
        made.write(STACK, {"platform": PLATFORM, "teams": TEAMS})
        (made.directory / "own" / "ads").mkdir(parents=True)
        (made.directory / "own" / "ads" / "settings.yaml").write_text(OWN, "utf-8")
        _encrypt(made.directory, "ml-platform:secrets.ads.upstream.token", canary)
        assert made.outcome("up", STACK)["result"] == "succeeded"
        yield made


@pytest.fixture(scope="module")
def monkeypatch_module() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def _encrypt(directory: Path, key: str, value: str, stack: str = STACK) -> None:
    """`pulumi config set --secret`, the value on standard input."""
    with Steps() as steps:
        pulumi = ensure(ENGINE, steps)["pulumi"]
    elsewhere = directory / "elsewhere"
    elsewhere.mkdir()
    environment = {
        **os.environ,
        "PULUMI_BACKEND_URL": elsewhere.as_uri(),
        "PULUMI_HOME": str(elsewhere / "home"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    for words, text in (
        (("stack", "init", stack), ""),
        (("config", "set", "--secret", "--path", key, "--stack", stack), value),
    ):
        subprocess.run(
            [pulumi, "--non-interactive", *words],
            cwd=directory,
            env=environment,
            input=text,
            encoding="utf-8",
            capture_output=True,
            timeout=60,
            check=True,
        )


def test_the_secret_is_on_the_cluster(sealed: Project, canary: str) -> None:
    words = (
        "get",
        "secret",
        "upstream",
        "-n",
        "ads",
        "-o",
        "go-template={{.data.token|base64decode}}",
    )
    assert sealed.kubectl(STACK)(*words) == canary


def test_the_secret_is_in_no_file_that_the_engine_or_we_have_written(
    sealed: Project, canary: str
) -> None:
    etcd = sealed.directory / ".ml-platform" / "sandbox" / STACK / "data"
    files = [
        path
        for path in sealed.directory.rglob("*")
        if path.is_file() and not path.is_relative_to(etcd) and "policies" not in path.parts
    ]
    assert len(files) > 20
    assert [path for path in files if canary.encode() in path.read_bytes()] == []


def test_the_secret_is_in_nothing_that_a_command_says(sealed: Project, canary: str) -> None:
    runs = [
        sealed.mlp(verb, "--stack", STACK, "--json", *words)
        for verb, *words in (("preview", "--expect-no-changes"), ("refresh",))
    ]
    assert [run.returncode for run in runs] == [0, 0]
    assert all(canary not in run.stdout + run.stderr for run in runs)


def test_a_team_s_own_manifests_arrive_in_its_namespace(sealed: Project) -> None:
    settings = sealed.kubectl(STACK).json("get", "configmap", "settings", "-n", "ads")
    assert settings["data"] == {"mode": "fast"}
    assert settings["metadata"]["labels"]["ml-platform/team"] == "ads"


def test_a_workload_of_gitops_has_its_account_and_no_object(sealed: Project) -> None:
    kubectl = sealed.kubectl(STACK)
    kubectl("get", "serviceaccount", "batch", "-n", "ads")
    deployments = kubectl.json("get", "deployments", "-n", "ads")["items"]
    assert [item["metadata"]["name"] for item in deployments] == ["api"]
