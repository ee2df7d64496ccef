"""Processes that a test looks for, or ends."""

from pathlib import Path

from tests.e2e.project import Project


def engine_of(place: Project) -> int | None:
    """The engine's process, if one is at work for this project."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            program, where = (entry / "exe").readlink(), (entry / "cwd").readlink()
        except OSError:
            continue  # ended meanwhile, or somebody else's
        if program.name == "pulumi" and where.is_relative_to(place.directory):
            return int(entry.name)
    return None
