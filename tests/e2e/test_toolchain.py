"""The real Go on a module of our own: two builders at once, a compiler's error, an interrupt."""

import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from textwrap import dedent

import pytest

from operations.errors import UserError
from operations.progress import Steps
from operations.toolchain import Recipe, Toolchain
from operations.toolchain.recipes import Asks, ModuleFile
from operations.venv import CLONE

pytestmark = pytest.mark.e2e

RECIPE = Recipe(
    folder="tiny",
    pin="example.org/pinned",
    packages=(".",),
    programs=(("tiny", Asks()),),
    ldflags="-X main.version={version}",
    embeds=(ModuleFile(module="example.org/pinned", path="data/words.txt"),),
)
FILES = {
    "go.mod": """
        module tiny

        go 1.26

        require example.org/pinned v1.2.3

        replace example.org/pinned => ./pinned
    """,
    "main.go": """
        package main

        import (
            _ "embed"

            "example.org/pinned"
        )

        var version string

        //go:embed words.txt
        var words string

        func main() { println(pinned.Name, version, words) }
    """,
    "pinned/go.mod": """
        module example.org/pinned

        go 1.26
    """,
    "pinned/pinned.go": """
        package pinned

        const Name = "tiny"
    """,
    "pinned/data/words.txt": "from the module",
}
BUILD = """
    import sys
    from pathlib import Path
    from operations.progress import Steps
    from operations.toolchain import Toolchain
    from tests.e2e.test_toolchain import RECIPE

    chain = Toolchain(recipes=(RECIPE,), sources=Path(sys.argv[1]), cache=Path(sys.argv[2]))
    with Steps() as steps:
        print(chain.ensure(["tiny"], steps)["tiny"])
"""


@pytest.fixture
def chain(tmp_path: Path) -> Toolchain:
    for name, text in FILES.items():
        path = tmp_path / "tools" / "tiny" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip(), "utf-8")
    return Toolchain(recipes=(RECIPE,), sources=tmp_path / "tools", cache=tmp_path / "cache")


def _builder(chain: Toolchain) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", dedent(BUILD), str(chain.sources), str(chain.cache)]
    return subprocess.Popen(
        command, cwd=CLONE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _inside(directory: Path) -> Sequence[str]:
    return sorted(path.name for path in directory.iterdir())


def test_two_processes_build_a_program_once_and_it_runs(chain: Toolchain) -> None:
    builders = [_builder(chain) for _ in range(2)]
    paths = {builder.communicate(timeout=300)[0].strip() for builder in builders}
    assert len(paths) == 1
    done = subprocess.run(paths.pop(), capture_output=True, text=True, check=True)
    assert done.stderr.split() == ["tiny", "1.2.3", "from", "the", "module"]
    assert chain.log(RECIPE).read_text("utf-8").count(" build -v ") == 1
    assert _inside(chain.sources / "tiny") == ["go.mod", "main.go", "pinned"]


def test_a_compilers_error_is_shown(chain: Toolchain) -> None:
    (chain.sources / "tiny" / "main.go").write_text("package main\n\nfunc main() { nothing() }\n")
    with Steps() as steps, pytest.raises(UserError, match="undefined: nothing"):
        chain.ensure(["tiny"], steps)
    assert _inside(chain.cache / "tools") == ["build.lock"]


def test_a_module_that_is_not_pinned_by_hash_is_refused(chain: Toolchain) -> None:
    mod = chain.sources / "tiny" / "go.mod"
    mod.write_text(mod.read_text("utf-8") + "\nrequire example.org/other v1.0.0\n", "utf-8")
    source = chain.sources / "tiny" / "other.go"
    source.write_text('package main\n\nimport _ "example.org/other"\n', "utf-8")
    with Steps() as steps, pytest.raises(UserError, match=r"missing go\.sum entry"):
        chain.ensure(["tiny"], steps)


def test_an_interrupt_leaves_no_program_and_no_compiler(
    chain: Toolchain, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With an empty compiler cache, a build takes long enough to be interrupted."""
    monkeypatch.setenv("GOCACHE", str(tmp_path / "empty"))
    with _builder(chain) as builder:
        end = time.monotonic() + 60
        while not list((chain.cache / "tools").glob(".building-*/out")):
            assert time.monotonic() < end
            time.sleep(0.02)
        time.sleep(0.5)
        builder.send_signal(signal.SIGINT)
        builder.wait(30)
    assert builder.returncode != 0
    assert _inside(chain.cache / "tools") == ["build.lock"]
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    assert str(chain.cache) not in running.stdout
