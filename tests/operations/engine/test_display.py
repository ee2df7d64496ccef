import io
import sys
from itertools import count
from threading import Event, Thread

from operations.engine.display import Display, counted, progress_line
from operations.engine.events import Run, Step
from operations.progress import Step as Shown
from operations.progress import Steps

TEAM = "urn:pulumi:s::p::ml-platform:tenancy:Team::fraud"
NAMES = ("a", "b")


def urn(name: str) -> str:
    return f"urn:pulumi:s::p::kubernetes:core/v1:ConfigMap::{name}"


def a_run(seconds: float | None, *names: str) -> Run:
    steps = {
        (urn(name), "create"): Step(urn=urn(name), op="create", began=0.0, seconds=seconds)
        for name in names
    }
    return Run(steps=steps, parents={urn(name): TEAM for name in NAMES})


def follow(*, done: tuple[str, ...]) -> str:
    """What is said while some of a team's two objects get done."""
    stream = io.StringIO()
    with Steps(stream) as steps:
        display = Display(steps, Shown(lambda _: None), a_run(1.0, *NAMES), lambda: 0.0)
        run = a_run(1.0, *done)
        for step in run.steps.values():
            display.event(run, step)
            display.event(run, step)
    return stream.getvalue()


def test_a_component_is_told_when_the_last_of_its_resources_is_done() -> None:
    assert follow(done=NAMES).strip() == "1.0 s  Team fraud: 2 create"


def test_a_component_that_is_not_complete_is_not_told() -> None:
    assert follow(done=("a",)) == ""


def test_the_one_line_says_how_far_and_what_is_the_slowest() -> None:
    run = a_run(1.0, "a")
    run.steps[urn("b"), "create"] = Step(urn=urn("b"), op="create", began=2.0)
    run.steps[TEAM, "create"] = Step(urn=TEAM, op="create", began=0.0)
    run.status[urn("b")] = "waiting for pods"
    assert progress_line(run, 3, now=5.0) == "1 of 3 · ConfigMap b 3.0 s: waiting for pods"


def test_more_than_expected_is_not_more_than_all() -> None:
    assert progress_line(a_run(1.0, *NAMES), 1, now=0.0) == "1 of 1"


def test_the_line_is_written_while_events_come_in_another_thread() -> None:
    run, over, interval = a_run(1.0, "a"), Event(), sys.getswitchinterval()

    def come() -> None:
        for number in count():
            run.steps[urn(f"c{number}"), "create"] = Step(urn=urn("c"), op="create", began=0.0)
            run.parents[urn(f"c{number}")] = TEAM
            if over.is_set() or number > 50_000:
                return

    sys.setswitchinterval(1e-6)
    engine = Thread(target=come)
    engine.start()
    try:
        lines = [progress_line(run, 3, now=5.0) for _ in range(50)]
    finally:
        over.set()
        engine.join()
        sys.setswitchinterval(interval)
    assert all("of 3" in line for line in lines)


def test_counts_leave_out_what_there_is_none_of() -> None:
    assert counted({"update": 2, "create": 14, "delete": 0}) == "14 create, 2 update"
