"""State that is lost or moved: the commands of docs/state.md, on a real control plane."""

import base64
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e.driven import STACK, Driver, Program, Stage

pytestmark = pytest.mark.e2e

CANARY = "canary-51c0"
SPELLINGS = (CANARY, base64.b64encode(CANARY.encode()).decode())
"""As it was given, and as the cluster keeps it."""
TEAM = "restored"


def program(*names: str) -> Program:
    """A namespace with a Secret, and a ConfigMap for each name."""

    def run(stage: Stage) -> None:
        stage.register(
            TEAM,
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": TEAM}},
            {
                "apiVersion": "v1",
                "kind": "Secret",
                "metadata": {"name": "key", "namespace": TEAM},
                "stringData": {"key": CANARY},
            },
            *(
                {
                    "apiVersion": "v1",
                    "kind": "ConfigMap",
                    "metadata": {"name": name, "namespace": TEAM},
                    "data": {"a": "b"},
                }
                for name in names
            ),
        )

    return run


def changes(driver: Driver, *names: str) -> dict[str, int]:
    return driver.run("preview", program(*names)).changes()


def pulumi(driver: Driver, *words: str) -> str:
    """The official command line, as a person types it."""
    done = subprocess.run(
        [str(driver.tools["pulumi"]), "--non-interactive", *words, "--stack", STACK],
        cwd=driver.workspace.work,
        env=dict(driver.environment),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_state_is_lost_and_imported_and_moved_to_another_backend(
    driver: Driver, tmp_path: Path
) -> None:
    assert driver.run("up", program("one")).changes()["create"] > 3
    copy = tmp_path / "copy.json"
    pulumi(driver, "stack", "export", "--file", str(copy))
    assert not any(word in copy.read_text("utf-8") for word in SPELLINGS)

    shutil.rmtree(driver.workspace.state)
    driver.workspace.state.mkdir()
    assert changes(driver, "one")["create"] > 3
    pulumi(driver, "stack", "import", "--file", str(copy))
    assert changes(driver, "one") == {}

    # To another backend, where the passphrase goes along.
    other = replace(driver, directory=tmp_path / "other")
    passphrase = Path(driver.environment["PULUMI_CONFIG_PASSPHRASE_FILE"])
    other.environment["PULUMI_CONFIG_PASSPHRASE_FILE"] = str(passphrase)
    assert changes(other, "one")["create"] > 3
    pulumi(other, "stack", "import", "--file", str(copy))
    assert changes(other, "one") == {}
