"""The judge is judged: real pytest reports, a real repository, stages that do as they are told."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).resolve().parent.parent
COUNTS = re.compile(r"\d+ passed, \d+ failed, \d+ skipped")
MIXED = """
    import pytest
    def test_good(): pass
    @pytest.mark.parametrize("n", [1, 2])
    def test_each(n): pass
    @pytest.mark.skip(reason="no such thing here")
    def test_left_out(): pass
"""


def _report(directory: Path, text: str) -> Path:
    """What pytest itself writes about a file of tests."""
    tests = directory / "tests"
    tests.mkdir(exist_ok=True)
    (tests / "test_some.py").write_text(dedent(text), "utf-8")
    (directory / "pytest.ini").touch()
    report = directory / "report.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    subprocess.run(
        [*command, f"--junitxml={report}", str(tests)],
        cwd=directory,
        env=environment | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        check=False,
    )
    return report


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _report(tmp_path_factory.mktemp("mixed"), MIXED)


def _judge(directory: Path, report: Path, accepted: str = "", failed: str = "") -> tuple[int, str]:
    skips = directory / "skips.txt"
    skips.write_text(accepted, "utf-8")
    command = [sys.executable, str(ROOT / ".ci" / "summary.py")]
    done = subprocess.run(
        [*command, "--accepted", str(skips), "--failed", failed, str(report)],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_an_accepted_skip_passes_and_is_printed_with_its_reason(
    tmp_path: Path, mixed: Path
) -> None:
    code, said = _judge(tmp_path, mixed, "# why\ntests/test_some.py::test_left*: not on Mars\n")
    assert code == 0
    assert "skipped: tests/test_some.py::test_left_out: not on Mars" in said
    assert said.splitlines()[-1] == "3 passed, 0 failed, 1 skipped"


@pytest.mark.parametrize("accepted", ["", "tests/other.py::*: x\n", "tests/test_some.py::*:\n"])
def test_a_skip_that_nobody_accepted_with_a_reason_fails(
    tmp_path: Path, mixed: Path, accepted: str
) -> None:
    code, said = _judge(tmp_path, mixed, accepted)
    assert code == 1
    assert said.splitlines()[-1] == "3 passed, 1 failed, 1 skipped"


def test_failures_and_errors_are_both_failures(tmp_path: Path) -> None:
    report = _report(
        tmp_path,
        """
        import pytest
        @pytest.fixture
        def broken(): raise OSError
        def test_bad(): assert False
        def test_worse(broken): pass
        def test_good(): pass
        """,
    )
    code, said = _judge(tmp_path, report)
    assert code == 1
    assert said.splitlines()[-1] == "1 passed, 2 failed, 0 skipped"


def test_a_suite_without_tests_is_a_failure(tmp_path: Path) -> None:
    code, said = _judge(tmp_path, _report(tmp_path, "x = 1\n"))
    assert code == 1
    assert said.splitlines()[-1] == "0 passed, 1 failed, 0 skipped"


def test_a_suite_that_never_reported_is_a_failure(tmp_path: Path) -> None:
    code, said = _judge(tmp_path, tmp_path / "absent.xml")
    assert code == 1
    assert "absent: no report" in said


def test_a_stage_that_failed_beside_passing_tests_is_not_lost(tmp_path: Path, mixed: Path) -> None:
    accepted = "tests/*: because\n"
    code, said = _judge(tmp_path, mixed, accepted, failed=" check")
    assert code == 1
    assert "make check failed" in said
    assert said.splitlines()[-1] == "3 passed, 1 failed, 1 skipped"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with this judge, and stages that write a report each."""
    root = tmp_path / "repository"
    shutil.copytree(ROOT / ".ci", root / ".ci", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "tests").mkdir()
    (root / "tests" / "skips.txt").touch()
    case = '<testcase classname="tests.test_x" name="test_$@"/>'
    (root / "Makefile").write_text(
        "report = $(patsubst --junitxml=%,%,$(ARGS))\n"
        "check clean: ; @pwd\n"
        f"test e2e: ; @echo '<testsuites>{case}</testsuites>' > $(report); cat broken 2>&1\n"
        "broken: ;\n",
        "utf-8",
    )
    (root / "broken").touch()
    _git(root, "init", "--quiet")
    _commit(root)
    return root


def _git(root: Path, *words: str) -> None:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *words], cwd=root, check=True)


def _commit(root: Path) -> None:
    _git(root, "add", "--all")
    _git(root, "commit", "--quiet", "--message=x")


def _run(root: Path, **settings: str) -> tuple[int, list[str]]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}
    done = subprocess.run(
        [str(root / ".ci" / "run")],
        env=environment | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.splitlines()


def test_a_clean_clone_is_judged_where_it_is_and_the_counts_come_last(repository: Path) -> None:
    code, lines = _run(repository)
    assert code == 0
    assert str(repository) in lines
    assert lines[-1] == "2 passed, 0 failed, 0 skipped"


def test_what_is_not_committed_does_not_help(repository: Path) -> None:
    """A file that only this working tree has would hide that the commit lacks it."""
    _git(repository, "rm", "--quiet", "broken")
    _commit(repository)
    (repository / "broken").touch()
    code, lines = _run(repository)
    assert code == 1
    assert str(repository) not in lines
    assert COUNTS.fullmatch(lines[-1])
    assert lines[-1] != "2 passed, 0 failed, 0 skipped"


def test_a_failing_check_fails_the_run_although_the_tests_pass(repository: Path) -> None:
    text = (repository / "Makefile").read_text("utf-8")
    (repository / "Makefile").write_text(text.replace("check clean: ; @pwd", "check: ; @false"))
    _commit(repository)
    code, lines = _run(repository)
    assert code == 1
    assert lines[-1] == "2 passed, 1 failed, 0 skipped"


def test_no_time_left_is_a_failure_and_still_counts(repository: Path) -> None:
    code, lines = _run(repository, CI_MINUTES="0")
    assert code == 1
    assert COUNTS.fullmatch(lines[-1])


def test_accepted_skips_name_tests_that_exist_and_a_reason() -> None:
    for line in (ROOT / "tests" / "skips.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            pattern, _, reason = line.partition(": ")
            assert reason.strip(), line
            assert (ROOT / pattern.partition("::")[0]).is_file(), line
