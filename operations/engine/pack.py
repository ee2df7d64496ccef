"""The policy pack, started before the engine asks for it, and used by every run of a command.

To load what it judges with takes as long as the engine takes to get so far; and a deployment asks
twice. The engine starts `policies/run` as ever: that hands on the port which is written here.
"""

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from assurance.graph.readers.environment import kept
from operations.venv import CLONE

_AHEAD = "ML_PLATFORM_PACK"
"""The variable that names the directory where its port is written, and which goes with it."""
_NONE = "none"
"""In place of a port: the engine then starts a pack of its own, and says what is wrong with it."""


@contextlib.contextmanager
def pack_ahead(project: Path, *, wanted: bool) -> Iterator[Mapping[str, str]]:
    """What to add to the engine's environment, for as long as a command may need the pack."""
    pack = project / "policies"
    if not wanted or not (pack / "__main__.py").exists():
        yield {}
        return
    with TemporaryDirectory(prefix="mlp-pack-") as place, _started(pack) as process:
        pipe = Path(place) / "held"
        os.mkfifo(pipe, 0o600)
        held = os.open(pipe, os.O_RDWR)
        reader = threading.Thread(target=_tell, args=(process, Path(place) / "port"), daemon=True)
        reader.start()
        try:
            yield {_AHEAD: place}
        finally:
            process.kill()
            reader.join()
            pipe.unlink()  # first: whoever opened it when nobody holds it would wait for ever
            os.close(held)


def _started(pack: Path) -> "subprocess.Popen[str]":
    """In a session of its own, so that a terminal's interrupt reaches us alone."""
    path = ":".join([str(pack.parent), str(CLONE), *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.Popen(  # noqa: S603 - our own pack, no shell
        [sys.executable, "-u", pack],
        cwd=pack,
        env={**kept(os.environ), "PYTHONPATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        start_new_session=True,
    )


def _tell(process: "subprocess.Popen[str]", port: Path) -> None:
    """At once or not at all: whoever waits for the file reads it as soon as it is there."""
    assert process.stdout
    said = process.stdout.readline().strip()
    draft = port.with_suffix(".draft")
    draft.write_text(f"{said if said.isdecimal() else _NONE}\n", encoding="utf-8")
    draft.replace(port)
