import io
import time

import pytest

from operations.duration import duration
from operations.progress import Steps


@pytest.fixture(autouse=True)
def _neutral(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_log_gets_one_line_per_step_with_its_duration() -> None:
    log, clock = io.StringIO(), Clock()
    with Steps(log, clock) as steps:
        with steps.step("build etcd") as step:
            step.detail("linking")
            clock.now += 12.34
        with steps.step("start it"):
            clock.now += 125
    assert log.getvalue().splitlines() == ["   12.3 s  build etcd", "2 min 05 s  start it"]


def test_a_step_that_fails_says_so_and_its_error_goes_on() -> None:
    log = io.StringIO()
    with Steps(log, Clock()) as steps:
        with pytest.raises(ValueError, match="'no'"), steps.step("build"):
            int("no")
        with pytest.raises(KeyboardInterrupt), steps.step("wait"):
            raise KeyboardInterrupt
    assert [each.outcome for each in steps.finished] == ["failed", "interrupted"]
    assert "(failed)" in log.getvalue().splitlines()[0]


def test_a_terminal_sees_how_far_a_step_is() -> None:
    terminal = Terminal()
    with Steps(terminal) as steps, steps.step("build [all]") as step:
        step.count(3, 12, "packages")
        time.sleep(0.25)  # the display draws by itself, ten times a second
        steps.note("a line that stays")
    assert "25% · 3 of 12 packages" in terminal.getvalue()
    assert "build [all]" in terminal.getvalue()
    assert "a line that stays" in terminal.getvalue()


def test_markup_in_a_log_stays_what_it_is() -> None:
    log = io.StringIO()
    Steps(log).note("[red]not a colour[/red]")
    assert log.getvalue() == "[red]not a colour[/red]\n"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (59.94, "59.9 s"), (59.96, "1 min 00 s"), (119.7, "2 min 00 s")],
)
def test_durations_never_say_sixty_seconds(seconds: float, text: str) -> None:
    assert duration(seconds) == text
