"""An interrupted rehearsal ends at once, and takes its children along."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STACK = """
config:
  ml-platform:platform:
    cluster:
      provider: existing
      pools: {general: {cpu: 16, memory: 60Gi}}
      addresses: {pods: [10.244.0.0/16], services: [10.96.0.0/16], nodes: [10.0.0.0/24]}
"""
MAIN = "import sys; from operations.cli import main; sys.exit(main())"


@pytest.mark.e2e
def test_an_interrupt_ends_every_child(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: p\n")
    (tmp_path / "Pulumi.dev.yaml").write_text(STACK)
    mark = tmp_path / "running"
    body = (
        f"import os, time\nopen({str(mark)!r}, 'a').write(f'{{os.getpid()}}\\n')\ntime.sleep(60)\n"
    )
    (tmp_path / "__main__.py").write_text(body)
    command = [sys.executable, "-c", MAIN, "rehearse", "--mode", "cold", "--today", "2026-01-31"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
    ) as run:
        deadline = time.monotonic() + 30
        while not (mark.exists() and mark.read_text().endswith("\n")):
            assert time.monotonic() < deadline, "the program did not start"
            time.sleep(0.02)
        run.send_signal(signal.SIGTERM)
        _, said = run.communicate(timeout=10)
    assert (run.returncode, said) == (130, "interrupted\n")
    child = int(mark.read_text())
    assert not Path(f"/proc/{child}").exists() if Path("/proc/self").exists() else True
