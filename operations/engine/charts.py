"""A stack's charts, fetched and rendered before the engine begins: what fails, fails here."""

from pathlib import Path

from components.config import StackFile
from components.config.today import run_day
from operations.errors import UserError
from operations.progress import Steps
from operations.rehearsal import Rehearsal, rehearse


def prepare(project: Path, file: StackFile, steps: Steps) -> None:
    """Run the program as far as its charts, without an engine; the renderings are kept.

    Whatever is wrong with one is told before anything is registered.
    """
    with steps.step("charts"):
        rehearsal = Rehearsal(root=project, today=run_day(), documents=False, fetching=True)
        (done,) = rehearse(rehearsal, [file.path], ["cold"])
        if done.error is not None:
            raise UserError(done.error)
