"""Work of which a copy of the process does half."""

import subprocess
import sys

import pytest

from operations.halves import copies

_BEGIN = """
import os, sys, threading
from operations import halves
own = os.getpid()
names = ["a", "b", "c", "d"]
def work(names):
    return {each: (each, os.getpid() == own) for each in names}
halves.copies = lambda: True
"""


def said(script: str) -> str:
    """What a process of its own prints: here, other threads may be about."""
    command = [sys.executable, "-c", f"{_BEGIN}{script}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    return f"{done.stdout}{done.stderr}".strip()


def test_a_copy_does_every_second_piece_and_all_come_in_order() -> None:
    told = said("print(halves.in_halves(work, names, worthwhile=True))")
    assert told == "{'a': ('a', True), 'b': ('b', False), 'c': ('c', True), 'd': ('d', False)}"


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), 9)", "raise ValueError", "sys.exit()"])
def test_what_a_copy_does_not_say_is_done_again_in_silence(end: str) -> None:
    script = f"""
def ending(names):
    if os.getpid() != own:
        {end}
    return work(names)
print(halves.in_halves(ending, names, worthwhile=True) == work(names))
"""
    assert said(script) == "True"


def test_a_copy_ends_with_work_that_is_interrupted() -> None:
    script = """
import time
def interrupted(names):
    if os.getpid() != own:
        time.sleep(60)
    raise KeyboardInterrupt
try:
    halves.in_halves(interrupted, names, worthwhile=True)
except KeyboardInterrupt:
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        print("nobody is left")
"""
    assert said(script) == "nobody is left"


def test_a_process_with_another_thread_does_all_itself() -> None:
    script = """
import importlib
importlib.reload(halves)
stop = threading.Event()
thread = threading.Thread(target=stop.wait)
thread.start()
print(halves.copies(), halves.in_halves(work, names, worthwhile=True) == work(names))
stop.set()
"""
    assert said(script) == "False True"


@pytest.mark.parametrize(
    ("platform", "cores", "alone"), [("darwin", 2, False), ("linux", 1, False), ("linux", 2, True)]
)
def test_copies_are_made_on_linux_and_where_there_is_another_core(
    platform: str, cores: int, *, alone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    monkeypatch.setattr("threading.active_count", lambda: 1)
    assert copies() is alone
