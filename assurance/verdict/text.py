"""A verdict on a terminal."""

from collections.abc import Iterator

from assurance.verdict.content import Section, sections, summary
from assurance.verdict.headline import headline
from assurance.verdict.verdict import Verdict


def lines(told: Verdict, *, folded: bool = False) -> Iterator[str]:
    """Stack by stack, then the headline: the last line is the one that is seen."""
    for stack in told.stacks:
        yield f"{stack.name}: {summary(stack, told)}"
        left = 0
        for section in sections(stack, told):
            if section.folded and not folded:
                left += 1
                continue
            yield from _section(section)
        if left:
            yield "  --details says what exactly changes, and what this rests on"
    yield f"{told.base} → {told.head}, today is {told.today.isoformat()}"
    yield f"verdict: {headline(told)}"


def _section(section: Section) -> Iterator[str]:
    yield f"  {section.title}"
    for item in section.items:
        yield f"  {'!' if item.strong else ' '} {item.text}"
        yield from (f"      {line}" for line in item.details)
