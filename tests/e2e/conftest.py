"""One sandbox for all end-to-end tests."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from operations.progress import Steps
from operations.sandbox import Sandbox, remove, start
from operations.toolchain import CHARTS, CONTROL_PLANE, ENGINE, ensure, put_in_reach
from tests.e2e.cluster import Kubectl, a_spec
from tests.e2e.driven import Driver
from tests.e2e.lab import Lab


@pytest.fixture(scope="session")
def tools() -> Mapping[str, Path]:
    """The control plane's programs and kubectl: found, else built."""
    with Steps() as steps:
        return ensure(CONTROL_PLANE, steps)


@pytest.fixture(scope="session")
def sandbox(
    tools: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sandbox]:
    """A running sandbox, the same for all tests; each test uses namespaces of its own."""
    directory = tmp_path_factory.mktemp("clone") / "e2e"
    with Steps() as steps:
        try:
            yield start(directory, a_spec(), tools, steps)
        finally:
            remove(directory, steps)


@pytest.fixture(scope="session")
def kubectl(sandbox: Sandbox, tools: Mapping[str, Path]) -> Kubectl:
    """The real kubectl, as the sandbox's administrator."""
    return Kubectl(binary=tools["kubectl"], kubeconfig=sandbox.kubeconfig)


@pytest.fixture(scope="module")
def helm() -> Iterator[str]:
    """Found on the path, as by everybody who has it."""
    with Steps() as steps:
        tools = ensure(CHARTS, steps)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", os.environ["PATH"])
        put_in_reach(tools)
        yield str(tools["helm"])


@pytest.fixture(scope="module")
def lab(tools: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One sandbox that the tests of this file break and mend."""
    made = Lab(directory=tmp_path_factory.mktemp("clone") / "lab", tools=tools)
    yield made
    made.remove()
    assert made.processes() == set()


@pytest.fixture
def fresh(tools: Mapping[str, Path], tmp_path: Path) -> Iterator[Lab]:
    """A sandbox that does not exist yet."""
    made = Lab(directory=tmp_path / "fresh", tools=tools)
    yield made
    made.remove()
    assert made.processes() == set()


@pytest.fixture
def driver(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Driver]:
    """A stack of its own on the shared sandbox, destroyed afterwards."""
    monkeypatch.setenv("KUBECONFIG", str(sandbox.kubeconfig))
    with Steps() as steps:
        tools = ensure(ENGINE, steps)
    made = Driver(tmp_path / "engine", tools, sandbox.kubeconfig)
    try:
        yield made
    finally:
        made.run("destroy", lambda _: None)
