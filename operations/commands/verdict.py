"""Everything that a change does to the stacks, on one page.

What happens to which resource, what is proved or refuted now and was not, who may reach whom, what
is lost, what room is left. Both sides are rehearsed, the base with its own code; all proofs are
this clone's. Without --head the working tree is judged as it is.

Exit codes: 0 nothing forbids it, 1 refuted, 2 undecided where the level does not allow it, 3 a
stack does not load.
"""

import argparse
import sys
from datetime import date
from typing import TYPE_CHECKING

from assurance.document import dumps
from assurance.proofs.findings import Status
from operations.commands.rehearse import write
from operations.errors import EXIT_ERROR, EXIT_PROVED, EXIT_REFUTED, EXIT_UNKNOWN
from operations.progress import Steps
from operations.rehearsal import commit_day
from operations.reporting import Printer
from operations.stacks import project_root
from operations.verdict.repository import committed, merge_base, working
from operations.verdict.work import rehearsing

if TYPE_CHECKING:
    from assurance.verdict.verdict import Verdict

EXAMPLE = "mlp verdict --base origin/main --markdown verdict.md --sarif verdict.sarif"
_FORMS = ("json", "markdown", "sarif")


def arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's options."""
    parser.add_argument("--base", metavar="REF", help="default: where HEAD left the main branch")
    parser.add_argument("--head", metavar="REF", help="default: the working tree as it is")
    parser.add_argument(
        "--stack", nargs="+", action="extend", default=[], metavar="S", help="default: every stack"
    )
    for form in _FORMS:
        parser.add_argument(f"--{form}", metavar="FILE", help="write it here; - is standard output")
    parser.add_argument(
        "--comment",
        action="store_true",
        help="write it as the pull request's one comment (needs what mlp post needs)",
    )
    parser.add_argument("--pull-request", type=int, metavar="NUMBER", help="else the workflow's")
    parser.add_argument(
        "--details", action="store_true", help="what exactly changes, and what all this rests on"
    )
    parser.add_argument(
        "--today", type=date.fromisoformat, metavar="DATE", help="instead of HEAD's committer date"
    )


def run(options: argparse.Namespace) -> int:
    """Compare; the exit code says whether the change may be made."""
    told = judged(options)
    from assurance.verdict.text import lines

    quiet = "-" in (getattr(options, form) for form in _FORMS)
    out = Printer(sys.stderr if quiet else sys.stdout)
    for line in lines(told, folded=options.details):
        out.say(line, _style(line))
    texts = {"json": _json, "markdown": _markdown, "sarif": _sarif}
    for form, rendered in texts.items():
        if (target := getattr(options, form)) is not None:
            write(rendered(told), target)
    if options.comment:
        out.say(_posted(told, options.pull_request))
    return exit_code(told)


def judged(options: argparse.Namespace) -> "Verdict":
    """Both sides, rehearsed, proved and compared."""
    root = project_root()
    head = committed(root, options.head) if options.head else working(root)
    base = committed(root, options.base or merge_base(root))
    today = options.today or commit_day(root)
    with (
        Steps() as steps,
        steps.step("verdict") as step,
        rehearsing(base, head, options.stack, today, step.detail) as work,
    ):
        # What judges is loaded while the programs run.
        from assurance.verdict.verdict import verdict
        from operations.verdict.comparing import compared

        found = compared(work, step.detail)
    return verdict(found, base=base.name, head=head.name, today=today)


def exit_code(told: "Verdict") -> int:
    """A stack that does not load, before refuted, before undecided."""
    crashed = any(
        finding.rule.endswith("/crashed")
        for stack in told.stacks
        for finding in stack.findings(Status.UNKNOWN)
    )
    if crashed or any(stack.compared.faults for stack in told.stacks):
        return EXIT_ERROR
    for status, code in ((Status.REFUTED, EXIT_REFUTED), (Status.UNKNOWN, EXIT_UNKNOWN)):
        if told.forbidden(status):
            return code
    return EXIT_PROVED


def _json(told: "Verdict") -> str:
    from assurance.verdict.plain import to_json

    return dumps(to_json(told))


def _markdown(told: "Verdict") -> str:
    from assurance.verdict.markdown import markdown

    return markdown(told)


def _sarif(told: "Verdict") -> str:
    from assurance.verdict.sarif import sarif

    return dumps(sarif(told))


def _posted(told: "Verdict", pull_request: int | None) -> str:
    from operations.commands.post import posted
    from operations.github import Repository

    return posted(Repository.here(), _markdown(told), pull_request)


def _style(line: str) -> str | None:
    if line.startswith("verdict: "):
        good = line.startswith("verdict: noth")
        return "bold green" if good else "bold red"
    return "bold" if line.startswith("  ! ") or not line.startswith(" ") else None
