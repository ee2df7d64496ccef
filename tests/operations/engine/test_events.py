import json
from pathlib import Path
from typing import Any

from pulumi.automation import EngineEvent

from operations.engine.events import Run, plain, title

URN = "urn:pulumi:s::p::ml-platform:tenancy:Team$kubernetes:apps/v1:Deployment::fraud-api"
PARENT = "urn:pulumi:s::p::ml-platform:tenancy:Team::fraud"


def metadata(op: str, urn: str = URN, **new: Any) -> dict[str, Any]:
    state = {"type": "t", "urn": urn, "parent": PARENT, "custom": True, **new}
    return {"op": op, "urn": urn, "type": "kubernetes:apps/v1:Deployment", "new": state}


def pre(op: str, urn: str = URN, **new: Any) -> dict[str, Any]:
    return {"resourcePreEvent": {"metadata": metadata(op, urn, **new)}}


def done(op: str, urn: str = URN) -> dict[str, Any]:
    return {"resOutputsEvent": {"metadata": metadata(op, urn)}}


def failed(op: str, urn: str = URN) -> dict[str, Any]:
    return {"resOpFailedEvent": {"metadata": metadata(op, urn)}}


def said(message: str, severity: str = "error", *, ephemeral: bool = False) -> dict[str, Any]:
    event = {"message": message, "severity": severity, "color": "raw", "urn": URN}
    return {"diagnosticEvent": {**event, "ephemeral": ephemeral}}


def run(*events: dict[str, Any]) -> Run:
    """One event a second."""
    made = Run()
    for second, event in enumerate(events):
        made.apply(EngineEvent.from_json(event), float(second))
    return made


def test_a_step_lasts_from_its_first_event_to_its_last() -> None:
    [step] = run(pre("create"), said("…", "info"), done("create")).steps.values()
    assert step.seconds == 2
    assert not step.failed


def test_outputs_that_are_registered_later_do_not_make_a_step_longer() -> None:
    [step] = run(pre("create"), done("create"), done("create")).steps.values()
    assert step.seconds == 1


def test_a_step_that_fails_is_over() -> None:
    made = run(pre("create"), failed("create"))
    [step] = made.steps.values()
    assert step.failed
    assert list(made.running()) == []


def test_a_replacement_is_one_change_of_one_resource() -> None:
    events = [pre(op) for op in ("create-replacement", "replace", "delete-replaced")]
    assert run(*events).changes() == {"replace": (URN,)}


def test_what_is_replaced_is_not_created_or_deleted_besides() -> None:
    assert run(pre("delete"), pre("replace"), pre("create")).changes()["replace"] == (URN,)
    assert not any(run(pre("delete"), pre("replace")).changes()["delete"])


def test_what_stays_or_is_read_is_no_change() -> None:
    made = run(pre("same"), done("same"), pre("read", "urn:pulumi:s::p::t::x"))
    assert made.changes() == {}
    assert made.unchanged() == 1


def test_a_provider_speaks_of_a_resource_only_while_it_works_on_it() -> None:
    waiting = [pre("create"), said("[1/2] <{%fg 3%}>waiting<{%reset%}>", "info", ephemeral=True)]
    assert run(*waiting).status == {URN: "[1/2] waiting"}
    assert run(*waiting, done("create")).status == {}


def test_warnings_and_errors_are_kept_once_without_colour_and_notes_are_not() -> None:
    made = run(said("<{%reset%}>no\n"), said("no"), said("fyi", "info"), said("hm", "warning"))
    assert [(m.severity, m.text) for m in made.messages] == [("error", "no"), ("warning", "hm")]


def test_violations_say_what_how_strictly_and_where() -> None:
    policy = {
        "policyEvent": {
            "resourceUrn": URN,
            "message": "<{%reset%}>latest is no version",
            "policyName": "images-are-pinned",
            "enforcementLevel": "mandatory",
        }
    }
    [violation] = run(policy).violations
    assert violation.mandatory
    assert (violation.policy, violation.urn) == ("images-are-pinned", URN)
    assert violation.message == "latest is no version"


def test_what_would_be_created_is_remembered_with_its_inputs() -> None:
    made = run(pre("create", inputs={"metadata": {"name": "api"}}), pre("update"), pre("same"))
    assert [each.inputs for each in made.wanted] == [{"metadata": {"name": "api"}}]


def test_the_longest_is_the_first_of_what_is_running() -> None:
    made = run(pre("create", "urn:pulumi:s::p::t::a"), pre("create", "urn:pulumi:s::p::t::b"))
    assert [title(step.urn) for step in made.running()] == ["t a", "t b"]


def test_a_resource_is_called_by_kind_and_name() -> None:
    assert title(URN) == "Deployment fraud-api"
    assert title(PARENT) == "Team fraud"


def test_colour_marks_of_engine_and_terminal_are_taken_off() -> None:
    assert plain("<{%fg 1%}>a<{%reset%}> \x1b[31mb\x1b[0m\n") == "a b"


def test_a_recorded_run_of_the_real_engine_comes_out_as_the_engine_counted_it() -> None:
    lines = (Path(__file__).parent / "data" / "up.jsonl").read_text("utf-8").splitlines()
    events = [EngineEvent.from_json(json.loads(line)) for line in lines]
    made = Run()
    for event in events:
        made.apply(event, event.timestamp)
    [summary] = [dict(e.summary_event.resource_changes) for e in events if e.summary_event]
    assert {str(change): len(urns) for change, urns in made.changes().items()} == summary
    assert made.unchanged() == 0
    assert list(made.running()) == []


def test_an_error_of_a_provider_of_ours_is_in_its_own_words() -> None:
    said = "Exception calling application: kind is not on the PATH; install kind"
    assert plain(said) == "kind is not on the PATH; install kind"
