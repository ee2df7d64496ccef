import os
import socket
import subprocess
import sys

from operations.engine.holders import of

HERE = socket.gethostname()


def message(*holders: tuple[str, int]) -> str:
    """As the engine's file backend says it."""
    lines = [
        f"  file:///state/.pulumi/locks/organization/ml-platform/dev/{n}.json: "
        f"created by ada@{host} (pid {pid}) at 2026-11-20T12:38:32Z"
        for n, (host, pid) in enumerate(holders)
    ]
    head = f"error: the stack is currently locked by {len(holders)} lock(s). Either wait for …"
    return "\n".join([head, *lines])


def a_dead_process() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        child.wait()
    return child.pid


def test_a_process_that_runs_here_may_hold_its_lock() -> None:
    assert [each.may_live() for each in of(message((HERE, os.getpid())))] == [True]


def test_a_process_that_is_dead_holds_nothing() -> None:
    assert [each.may_live() for each in of(message((HERE, a_dead_process())))] == [False]


def test_a_process_on_another_machine_may_always_live() -> None:
    assert [each.may_live() for each in of(message(("elsewhere", a_dead_process())))] == [True]


def test_every_lock_is_judged_by_itself() -> None:
    found = of(message((HERE, a_dead_process()), (HERE, os.getpid())))
    assert [each.may_live() for each in found] == [False, True]
    assert "ada" in str(found[0])


def test_a_message_that_names_nobody_names_nobody() -> None:
    assert of("[409] Conflict: Another update is currently in progress.") == ()
