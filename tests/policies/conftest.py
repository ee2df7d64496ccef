"""One pack for all tests of this folder that break nothing."""

from collections.abc import Iterator

import pytest

from tests.policies.wire import Pack, hosted, serving


@pytest.fixture(scope="session")
def running() -> Iterator[Pack]:
    """A pack in a process of its own, as the engine starts it."""
    with serving() as served:
        yield served


@pytest.fixture
def pack(running: Pack) -> Pack:
    """The same, at the start of a run in which everything is mandatory."""
    running.configure()
    return running


@pytest.fixture
def fragile() -> Iterator[Pack]:
    """A pack in the test's own process, which the test may break."""
    with hosted() as served:
        served.configure()
        yield served
