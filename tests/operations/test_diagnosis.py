import json
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from operations import diagnosis
from operations.cli import main
from operations.diagnosis import GIB, Level, Line, examine, sandbox_line
from operations.sandbox import Status
from operations.sandbox.api import Health
from operations.sandbox.status import ServerStatus
from operations.toolchain import RECIPES, Toolchain


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Toolchain:
    """A machine on which nothing is installed."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path))
    return Toolchain(cache=tmp_path / "cache")


def _by_subject(lines: tuple[Line, ...]) -> dict[str, Line]:
    return {line.subject: line for line in lines}


def test_every_line_that_is_not_well_names_its_remedy(empty: Toolchain, tmp_path: Path) -> None:
    lines = examine(empty, clone=tmp_path)
    assert all((line.fix is None) == (line.level is Level.OK) for line in lines)
    assert any(line.level is Level.FAULT for line in lines)


def test_an_empty_machine_lacks_git_and_builds_the_rest_by_itself(
    empty: Toolchain, tmp_path: Path
) -> None:
    lines = _by_subject(examine(empty, clone=tmp_path))
    assert lines["git"].level is Level.FAULT
    for name in ("pulumi", "etcd", "kwok", "go"):
        assert lines[name].level is Level.NOTE
    assert "wheel" in str(lines["go"].fix)


def test_where_everything_is_built_no_compiler_is_missed(empty: Toolchain, tmp_path: Path) -> None:
    for recipe in RECIPES:
        empty.directory(recipe).mkdir(parents=True)
    lines = _by_subject(examine(empty, clone=tmp_path))
    assert lines["pulumi"].says.startswith("3.")
    assert lines["go"].level is Level.OK
    assert "nothing is left to build" in lines["go"].says


def test_a_full_disk_and_little_memory_are_faults_before_a_build(
    empty: Toolchain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _path: Usage(100 * GIB, 98 * GIB, 2 * GIB))
    monkeypatch.setattr(diagnosis, "memory", lambda: 2 * GIB)
    lines = examine(empty, clone=tmp_path)
    disks = [line for line in lines if line.subject == "disk"]
    assert [line.level for line in disks] == [Level.FAULT, Level.OK]  # the cache; the clone
    assert "ML_PLATFORM_CACHE" in str(disks[0].fix)
    assert _by_subject(lines)["memory"].level is Level.FAULT


def test_memory_is_what_the_system_says() -> None:
    assert GIB // 8 < diagnosis.memory() < 2**50


def test_programs_of_former_pins_can_be_removed(empty: Toolchain, tmp_path: Path) -> None:
    former = empty.cache / "tools" / "etcd-000000000000"
    former.mkdir(parents=True)
    (former / "etcd").write_bytes(b"0" * 1000)
    empty.directory(RECIPES[0]).mkdir(parents=True)
    assert str(former) in str(_by_subject(examine(empty, clone=tmp_path))["cache"].fix)


def test_an_old_python_is_a_fault() -> None:
    assert diagnosis.interpreter_line((3, 10)).level is Level.FAULT
    assert diagnosis.interpreter_line((3, 11)).level is Level.OK


def test_a_stale_environment_names_the_command() -> None:
    assert diagnosis.environment_line(("packages",)).fix == "make setup"
    assert diagnosis.environment_line(()).level is Level.OK


def _status(api: Health, pids: tuple[int | None, ...]) -> Status:
    servers = tuple(
        ServerStatus(name=f"server-{i}", pid=pid, memory=None, log=Path())
        for i, pid in enumerate(pids)
    )
    return Status(
        directory=Path(),
        name="sandbox",
        server="https://127.0.0.1:17000",
        port=17000,
        created="",
        version="1.35.4",
        uid="u",
        api=api,
        servers=servers,
        nodes_ready=4,
        nodes=4,
    )


def test_a_sandbox_is_well_when_it_runs_and_when_it_is_stopped() -> None:
    running = _status(Health.HEALTHY, (11, 12))
    assert sandbox_line("sandbox x", running).level is Level.OK
    assert "4 of 4 nodes" in sandbox_line("sandbox x", running).says
    assert sandbox_line("sandbox x", _status(Health.SILENT, (None, None))).level is Level.OK


@pytest.mark.parametrize(
    ("api", "pids", "says"),
    [
        (Health.FOREIGN, (None, None), "foreign"),
        (Health.HEALTHY, (11, None), "server-1"),
        (Health.SILENT, (11, 12), "silent"),
    ],
)
def test_half_a_sandbox_or_a_stranger_on_its_port_is_a_fault(
    api: Health, pids: tuple[int | None, ...], says: str
) -> None:
    line = sandbox_line("sandbox x", _status(api, pids))
    assert line.level is Level.FAULT
    assert says in line.says
    assert "mlp sandbox stop --stack sandbox" in str(line.fix)


def test_an_unreadable_sandbox_is_reported_and_the_rest_is_still_looked_at(tmp_path: Path) -> None:
    for name, text in (("bad", "{"), ("worse", "[]")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "sandbox.json").write_text(text, "utf-8")
    lines = diagnosis.sandbox_lines(tmp_path)
    assert [line.subject for line in lines] == ["sandbox bad", "sandbox worse"]
    assert all(line.level is Level.FAULT for line in lines)


def test_the_verb_prints_json_that_a_machine_reads_within_its_time(
    empty: Toolchain, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ML_PLATFORM_CACHE", str(empty.cache))
    begun = time.monotonic()
    assert main(["doctor", "--json"]) == 1  # no git on this PATH
    assert time.monotonic() - begun < 5
    lines = json.loads(capsys.readouterr().out)
    assert {"subject", "level", "says", "fix"} == set(lines[0])
    assert {line["level"] for line in lines} >= {"ok", "note", "fault"}


def test_people_see_the_remedy_below_the_fault(
    empty: Toolchain, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ML_PLATFORM_CACHE", str(empty.cache))
    main(["doctor"])
    printed = capsys.readouterr().out.splitlines()
    at = next(i for i, line in enumerate(printed) if line.startswith("FAULT  git"))
    assert "→ install git" in printed[at + 1]
