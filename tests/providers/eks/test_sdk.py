"""The SDK's own classes ask for the same as what stands in for them."""

import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pulumi_aws
import pytest

import providers.eks
from assurance.graph.resource import Options, Resource
from tests.providers.eks.stacks import EVERYTHING, PROD, recorded


def options(resource: Resource) -> Options:
    """Without the aliases of what things were called before there was this project."""
    return replace(resource.options, version=None, aliases=())


def modules() -> list[ModuleType]:
    return [
        module
        for name, module in sys.modules.items()
        if name.startswith(providers.eks.__name__) and "aws" in vars(module)
    ]


@pytest.mark.e2e
@pytest.mark.filterwarnings("ignore")  # the SDK warns of what nobody has asked it for
@pytest.mark.parametrize("path", [PROD, EVERYTHING], ids=lambda path: path.stem)
def test_nothing_is_asked_for_otherwise_by_the_sdk(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = recorded(path, "cold")
    assert len(modules()) > 10
    for module in modules():
        monkeypatch.setattr(module, "aws", pulumi_aws)
    theirs = recorded(path, "cold")
    assert len(ours.resources) > 140
    assert ours.resources.keys() == theirs.resources.keys()
    for urn, other in theirs.resources.items():
        one = ours.resources[urn]
        assert options(one) == options(other), urn
        assert one.inputs == other.inputs, urn
        assert one.dependencies == other.dependencies, urn
        assert one.property_dependencies == other.property_dependencies, urn
