"""What a run has come to, in lines for a person; pure."""

import re
from collections.abc import Iterator, Sequence

from operations.duration import duration
from operations.engine.events import Violation, title
from operations.engine.outcome import Outcome
from operations.progress import Finished

_SHOWN = 20
"""Lines of one kind that a person still reads."""
_UNKNOWN_STACK = re.compile(r'unknown stack "(?:[^"/]*/)*([^"/]+)"')
_DONE = {"create": "created", "update": "updated", "replace": "replaced", "delete": "deleted"}
_TRACEBACK = "Traceback (most recent call last):"
_INLINE = "python inline source runtime error: "
_DONE |= {"import": "adopted"}


def lines(outcome: Outcome, *, debug: bool = False, brief: bool = False) -> Iterator[str]:
    """What changed, what the pack objects to, what went wrong, and how it ended.

    `brief` leaves out what changed: somebody else says that.
    """
    if not brief:
        yield from _changes(outcome)
    yield from _violations(outcome.violations)
    yield from _messages(outcome, debug=debug)
    yield from _remedies(outcome)
    yield _verdict(outcome)


def timing(finished: Sequence[Finished]) -> Iterator[str]:
    """How long each step took."""
    for step in finished:
        yield f"  {duration(step.seconds):>12}  {step.name}"


def _changes(outcome: Outcome) -> Iterator[str]:
    for change, urns in outcome.changes.items():
        for urn in urns[:_SHOWN]:
            yield f"  {change:<8} {title(urn)}"
        if len(urns) > _SHOWN:
            yield f"  {change:<8} … and {len(urns) - _SHOWN} more"


def _violations(violations: Sequence[Violation]) -> Iterator[str]:
    """What forbids the deployment first; the pack's messages name their subject themselves."""
    for violation in sorted(violations, key=lambda each: not each.mandatory)[:_SHOWN]:
        yield f"  {violation.level} {violation.policy}: {violation.message}"
    if len(violations) > _SHOWN:
        yield f"  … and {len(violations) - _SHOWN} more violations"


def _messages(outcome: Outcome, *, debug: bool) -> Iterator[str]:
    for message in outcome.messages[:_SHOWN]:
        where = f" {title(message.urn)}:" if message.urn else ""
        yield f"  {message.severity}:{where} {message.text if debug else _brief(message.text)}"
    if len(outcome.messages) > _SHOWN:
        yield f"  … and {len(outcome.messages) - _SHOWN} more messages"


def _brief(text: str) -> str:
    """A message without the program's traceback, which `--debug` and `--json` show."""
    words, trace, _ = text.partition(_TRACEBACK)
    if not trace:
        return text
    return f"{words.removeprefix(_INLINE).strip()} (--debug shows where)"


def _remedies(outcome: Outcome) -> Iterator[str]:
    """What to do about errors that the engine leaves without a remedy."""
    texts = " ".join(message.text for message in outcome.messages)
    for stack in dict.fromkeys(_UNKNOWN_STACK.findall(texts)):
        yield f"  stack {stack} has not been deployed yet; do that first: mlp up --stack {stack}"


def _verdict(outcome: Outcome) -> str:
    mandatory = sum(violation.mandatory for violation in outcome.violations)
    objections = f", {mandatory} mandatory policy violations" if mandatory else ""
    what = ", ".join(f"{len(urns)} {_word(outcome, c)}" for c, urns in outcome.changes.items())
    took = duration(outcome.seconds)
    head = f"{outcome.operation} of stack {outcome.stack}: {outcome.result} in {took}"
    return f"{head}; {what or 'no changes'}, {outcome.unchanged} unchanged{objections}"


def _word(outcome: Outcome, change: str) -> str:
    return f"to {change}" if outcome.operation == "preview" else _DONE[change]
