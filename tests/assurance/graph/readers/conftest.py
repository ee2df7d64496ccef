"""What tests of the readers share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assurance.graph.readers.recording import Program
from tests.assurance.graph.readers.recorded_programs import written


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., Program]:
    """Write a program into the test's own directory."""

    def write(body: str, **told: Any) -> Program:
        return written(tmp_path, body, **told)

    return write
