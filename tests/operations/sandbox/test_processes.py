"""Servers are found again, stopped for certain, and never mistaken for another process."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from operations.sandbox import processes
from operations.sandbox.layout import Layout
from operations.sandbox.processes import Program


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout(directory=tmp_path / "sandbox")
    made.create()
    return made


def begin(layout: Layout, *command: str) -> processes.Process:
    processes.start(layout, Program(name="server", command=command))
    found = processes.find(layout, "server")
    assert found is not None
    return found


def test_a_server_outlives_its_terminal_and_is_found_until_it_is_stopped(layout: Layout) -> None:
    server = begin(layout, "/bin/sleep", "60")
    assert os.getsid(server.pid) == server.pid != os.getsid(0)
    assert processes.find(layout, "server") == server
    assert processes.stop(layout, "server", patience=5)
    assert processes.find(layout, "server") is None
    assert not processes.stop(layout, "server", patience=5)


def test_a_server_holds_nothing_open_that_somebody_handed_down_to_us(layout: Layout) -> None:
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)  # noqa: FBT003 - the library's
    server = begin(layout, "/bin/sleep", "60")
    os.close(writing)
    os.set_blocking(reading, False)
    assert os.read(reading, 1) == b""  # end of file, where the server would keep it open
    os.close(reading)
    assert processes.find(layout, "server") == server
    assert processes.stop(layout, "server", patience=5)


@pytest.mark.skipif(not Path("/bin/ps").exists(), reason="needs ps, as systems without /proc have")
def test_a_system_without_proc_is_asked_by_ps(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_LINUX", False)
    server = begin(layout, "/bin/sleep", "60")
    assert processes.find(layout, "server") == server
    monkeypatch.setattr(processes, "_PROC", layout.directory)
    assert processes.memory(server) is None
    assert processes.stop(layout, "server", patience=5)
    assert processes.find(layout, "server") is None


def test_a_server_that_ignores_the_request_to_end_is_killed_at_the_deadline(layout: Layout) -> None:
    script = "import signal,time; signal.signal(15, signal.SIG_IGN); print('on', flush=True)"
    begin(layout, sys.executable, "-c", f"{script}; time.sleep(60)")
    while "on" not in layout.log("server").read_text():
        time.sleep(0.01)
    begun = time.monotonic()
    assert processes.stop(layout, "server", patience=0.2)
    assert 0.2 <= time.monotonic() - begun < 5
    assert processes.find(layout, "server") is None


def test_a_number_that_now_belongs_to_another_process_is_left_alone(layout: Layout) -> None:
    begin(layout, "/bin/sleep", "60")
    record = layout.process_file("server").read_text()
    processes.stop(layout, "server", patience=5)
    time.sleep(0.05)  # the kernel counts starts in hundredths of a second
    bystander = subprocess.Popen(["/bin/sleep", "60"])
    try:
        number, *rest = record.splitlines()
        reused = "\n".join([str(bystander.pid), *rest]).replace(f"\n{number} (", "\n9 (")
        layout.process_file("server").write_text(reused)
        assert processes.find(layout, "server") is None
        assert not processes.stop(layout, "server", patience=5)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="the boot identity is Linux's")
def test_a_record_from_before_a_reboot_names_nobody(layout: Layout) -> None:
    server = begin(layout, "/bin/sleep", "60")
    path = layout.process_file("server")
    number, _boot, stat = path.read_text().splitlines()
    honest = path.read_text()
    path.write_text(f"{number}\n00000000-0000-0000-0000-000000000000\n{stat}\n")
    assert processes.find(layout, "server") is None
    path.write_text(honest)
    assert processes.find(layout, "server") == server
    processes.stop(layout, "server", patience=5)


@pytest.mark.parametrize("text", ["", "\n", "12", "x\ny\nz", "-1\nb\n1 (s) S", "1\nb\n1 (s) S 1"])
def test_a_half_written_record_names_nobody(layout: Layout, text: str) -> None:
    layout.process_file("server").write_text(text)
    assert processes.find(layout, "server") is None
    assert not processes.stop(layout, "server", patience=1)


def test_a_server_killed_from_outside_is_not_alive_although_nobody_collected_it(
    layout: Layout,
) -> None:
    server = begin(layout, "/bin/sleep", "60")
    os.kill(server.pid, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while processes.find(layout, "server") is not None:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_program_that_cannot_be_run_leaves_the_reason_in_its_log(layout: Layout) -> None:
    processes.start(layout, Program(name="server", command=("/no/such/program",)))
    deadline = time.monotonic() + 5
    while processes.find(layout, "server") is not None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert "/no/such/program" in processes.tail(layout, "server")


def test_a_server_sees_nothing_of_the_person_s_environment(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_PERSON", "canary")
    server = begin(layout, "/bin/sleep", "60")
    try:
        assert "canary" not in Path(f"/proc/{server.pid}/environ").read_text()
    finally:
        processes.stop(layout, "server", patience=5)


def test_a_log_that_has_grown_large_starts_afresh(layout: Layout) -> None:
    layout.log("server").write_bytes(b"x" * (9 * 2**20))
    begin(layout, "/bin/sleep", "60")
    processes.stop(layout, "server", patience=5)
    assert layout.log("server").stat().st_size < 2**20
