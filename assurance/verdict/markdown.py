"""A verdict as one comment on a pull request; never longer than the host allows."""

import re
from collections.abc import Iterator

from assurance.verdict.content import Section, sections, summary
from assurance.verdict.headline import headline
from assurance.verdict.items import Item
from assurance.verdict.verdict import Verdict

LIMIT = 60_000
"""Bytes; GitHub takes 65,536 characters."""
MARK = "<!-- ml-platform verdict -->"
"""What the comment is found by, to be written anew in its place."""
_SPECIAL = re.compile(r"([\\`*_\[\]#|~]|^[-+](?=\s|$)|(?<=^\d)[.)]|(?<=^\d\d)[.)])")
"""Signs of markup: anywhere, and what would begin a list within an item."""
_MORE = "\n… and more than a comment may hold: `mlp verdict --details` shows all of it.\n"


def markdown(told: Verdict, *, limit: int = LIMIT) -> str:
    """What is folded comes last, so that whatever has to be cut is what weighs least."""
    parts = [f"{MARK}\n## Verdict: {plain(headline(told))}\n\n"]
    parts += [f"- **{plain(stack.name)}** {plain(summary(stack, told))}\n" for stack in told.stacks]
    last: list[str] = []
    for stack in told.stacks:
        found = list(sections(stack, told))
        shown = [section for section in found if not section.folded]
        if shown:
            parts.append(f"\n### {plain(stack.name)}\n")
        for section in shown:
            parts.append(f"\n**{plain(section.title)}**\n\n")
            parts += [_item(item) for item in section.items]
        last += [_folded(stack.name, s, limit // 2) for s in found if s.folded]
    day = told.today.isoformat()
    foot = f"\n<sub>{plain(told.base)} → {plain(told.head)}, today is {day}</sub>\n"
    return _within([*parts, *last], foot, limit)


def _within(parts: list[str], foot: str, limit: int) -> str:
    """As many parts as fit; the last words always do."""
    left = limit - len(foot.encode()) - len(_MORE.encode())
    kept: list[str] = []
    for part in parts:
        left -= len(part.encode())
        if left < 0:
            return "".join([*kept, _MORE, foot])
        kept.append(part)
    return "".join([*kept, foot])


def _folded(stack: str, section: Section, limit: int) -> str:
    """Whole or cut, but never left open: what follows would be folded with it."""
    head = f"\n<details><summary>{plain(stack)}: {plain(section.title)}</summary>\n\n"
    return head + "".join(_cut(section, limit)) + "\n</details>\n"


def _cut(section: Section, limit: int) -> Iterator[str]:
    left = limit
    for number, item in enumerate(section.items):
        text = _item(item)
        left -= len(text.encode())
        if left < 0:
            yield f"- … and {len(section.items) - number} more\n"
            return
        yield text


def _item(item: Item) -> str:
    text = f"**{plain(item.text)}**" if item.strong else plain(item.text)
    return f"- {text}\n" + "".join(f"  - {plain(line)}\n" for line in item.details)


def plain(text: str) -> str:
    """Words of whoever wrote the branch stay words: no markup, no mention, no line of its own."""
    words = " ".join(text.split())
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SPECIAL.sub(r"\\\1", escaped).replace("@", "&#64;")
