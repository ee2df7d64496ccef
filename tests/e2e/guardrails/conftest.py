"""The guardrails in force on the shared sandbox, while the tests of one file of this folder run."""

from collections.abc import Iterator

import pytest

from operations.sandbox import Sandbox
from tests.assurance.guardrails.dry_run import Server
from tests.e2e.cluster import Kubectl
from tests.e2e.guardrails.agreement import Found, judged
from tests.e2e.guardrails.guarded import guarded

FEW = 300


@pytest.fixture(scope="module")
def server(
    sandbox: Sandbox, kubectl: Kubectl, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    with guarded(sandbox, kubectl, tmp_path_factory.mktemp("guardrails")) as found:
        yield found


@pytest.fixture(scope="module")
def few(server: Server, kubectl: Kubectl) -> Found:
    return judged(server, kubectl, FEW)
