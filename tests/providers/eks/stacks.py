"""The stacks on AWS, for all tests that look at what they ask for."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from assurance.graph.graph import Graph
from assurance.graph.readers.recording import Program, record
from assurance.graph.resource import Resource
from components.config import read_stack_file
from operations.rehearsal import Mode
from operations.stacks import project_name
from tests.rehearsed import ROOT, graphs

PROD = ROOT / "Pulumi.prod.yaml"
EVERYTHING = ROOT / "tests" / "data" / "stacks" / "eks.yaml"
"""Every key that a cluster on AWS may have."""
_NOT_IAM = ("aws:ecr/lifecyclePolicy:LifecyclePolicy",)


def rehearsals() -> Iterator[tuple[str, Graph]]:
    """The stack of production in both modes, the other one as it is once deployed."""
    yield "prod cold", graphs(PROD, mode="cold")["prod"]
    yield "prod warm", graphs(PROD)["prod"]
    yield "eks warm", graphs(EVERYTHING)["eks"]


def of_aws() -> Iterator[tuple[str, Resource]]:
    """Every resource of AWS, with where it is from."""
    for where, graph in rehearsals():
        for resource in graph.resources.values():
            if resource.type.startswith("aws:") and resource.custom:
                yield where, resource


def policies() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every policy, with whose it is."""
    for where, resource in of_aws():
        for key in ("policy", "assumeRolePolicy"):
            text = resource.inputs.get(key)
            if text is not None and resource.type not in _NOT_IAM:
                assert isinstance(text, str), f"{resource.name}: {key} is not known beforehand"
                yield f"{where}: {resource.type} {resource.name} {key}", json.loads(text)


def recorded(path: Path, mode: Mode) -> Graph:
    """A stack in this process, where a test can change what answers."""
    file = read_stack_file(path, date(2026, 11, 21))
    program = Program(
        directory=ROOT,
        stack=file.name,
        project=project_name(ROOT),
        config=file.config,
        secret_keys=file.secret_keys,
    )
    return record(program, mode)
