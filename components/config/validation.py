"""What pydantic finds, in our words."""

from typing import Any

from pydantic import ValidationError

from components.config.faults import Path, Problem


def problems_of(error: ValidationError, value: Any, path: Path) -> list[Problem]:
    """Every fault of a section, with the path that a person knows."""
    return [
        Problem(path=(*path, *details["loc"]), message=details["msg"])
        for details in error.errors(include_url=False, include_input=False)
    ]
