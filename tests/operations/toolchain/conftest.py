"""A toolchain of one program, and the only directory in which programs are found."""

from pathlib import Path

import pytest

from operations.toolchain import Toolchain
from tests.operations.toolchain.tiny import RECIPE, go


@pytest.fixture
def bin_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only directory on PATH."""
    directory = tmp_path / "bin"
    directory.mkdir()
    monkeypatch.setenv("PATH", str(directory))
    return directory


@pytest.fixture
def chain(tmp_path: Path, bin_directory: Path) -> Toolchain:
    folder = tmp_path / "tools" / "tiny"
    folder.mkdir(parents=True)
    mod = "module tiny\n\ngo 1.26\n\nrequire example.org/tiny v1.2.3\n"
    (folder / "go.mod").write_text(mod, "utf-8")
    (folder / "go.sum").write_text("example.org/tiny v1.2.3 h1:abc=\n", "utf-8")
    go(bin_directory, "time.sleep(0.2)")
    return Toolchain(recipes=(RECIPE,), sources=tmp_path / "tools", cache=tmp_path / "cache")
