"""Nothing that a test has started outlives the run."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import leftovers

DEAF = "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(60)"


def test_who_works_there_is_ended_and_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leftovers, "PATIENCE", 0.3)
    places = [tmp_path / name for name in ("run/deep", "run", "runs")]
    for place in places:
        place.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-c", DEAF]
    willing, deaf, other = (
        subprocess.Popen(argv, cwd=place, stdout=subprocess.PIPE)
        for argv, place in zip((["sleep", "60"], command, ["sleep", "60"]), places, strict=True)
    )
    try:
        assert deaf.stdout is not None
        deaf.stdout.readline()
        assert leftovers.end_all(tmp_path / "run") == 2
        assert (willing.wait(5), deaf.wait(5), other.poll()) == (-15, -9, None)
    finally:
        for process in (willing, deaf, other):
            process.kill()
            process.communicate()
    assert leftovers.end_all(tmp_path) == 0
