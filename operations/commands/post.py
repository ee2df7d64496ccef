"""Write a text where people read it: one comment on a pull request, or one issue.

Whatever the last run has written there is written anew, so there is never a second one. Reads
GITHUB_TOKEN, GITHUB_REPOSITORY and GITHUB_EVENT_PATH, as a workflow sets them.
"""

import argparse
from pathlib import Path

from assurance.verdict.markdown import MARK
from operations.errors import EXIT_PROVED, UserError
from operations.github import Repository, pull_request

EXAMPLE = """mlp post comment verdict.md
  mlp post issue "Drift of stack prod" drift.txt
  mlp post issue "Drift of stack prod" --close"""
_LONGEST = 60_000


def arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's options."""
    what = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    comment = what.add_parser("comment", help="on a pull request, from Markdown")
    comment.add_argument("file", type=Path, metavar="FILE")
    comment.add_argument("--pull-request", type=int, metavar="NUMBER")
    issue = what.add_parser("issue", help="told by its title, from plain text")
    issue.add_argument("title", metavar="TITLE")
    which = issue.add_mutually_exclusive_group(required=True)
    which.add_argument("file", type=Path, metavar="FILE", nargs="?")
    which.add_argument("--close", action="store_true", help="there is nothing to say any more")


def run(options: argparse.Namespace) -> int:
    """Post."""
    there = Repository.here()
    if options.what == "comment":
        print(posted(there, _text(options.file), options.pull_request))
        return EXIT_PROVED
    mark = f"<!-- ml-platform: {options.title} -->"
    text = None if options.close else f"{mark}\n{_fenced(_text(options.file))}"
    address = there.issue(mark, options.title, text)
    print(address or "no such issue is open")
    return EXIT_PROVED


def posted(there: Repository, text: str, number: int | None) -> str:
    """Post a verdict as a pull request's comment; its address."""
    marked = text if text.startswith(MARK) else f"{MARK}\n{text}"
    return there.comment(number or pull_request(), MARK, marked)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", errors="replace")
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror}"
        raise UserError(message) from None


def _fenced(text: str) -> str:
    """As it is, whatever marks it holds; the end of a long text says how it came out."""
    shown = text.encode()[-_LONGEST:].decode("utf-8", "ignore")
    longest = max((len(run) for run in shown.split() if set(run) == {"`"}), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{shown.rstrip()}\n{fence}\n"
