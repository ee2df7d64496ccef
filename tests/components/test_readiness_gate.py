"""What the gate leaves in the graph and the state, and when it has to run again."""

import json
from pathlib import Path

import pytest

from assurance.graph.readers.recording.program import Mode, Program, record
from assurance.graph.resource import Marker, Resource, Secret
from components.readiness import WorkloadRef, fingerprint
from components.readiness.workload import Kind

CANARY = "canary-4711"
PROGRAM = """
import pulumi
from components.readiness import Readiness, ReadinessArgs, WorkloadRef, fingerprint
from providers.config.secrets import secret, unknown_secret

def ref(kind, mark):
    return WorkloadRef(kind=kind, namespace="fraud", name="api", fingerprint=mark)

args = ReadinessArgs(kubeconfig={kubeconfig}, workloads={workloads})
Readiness("gate", args)
"""


def recorded(
    directory: Path, workloads: str, *, kubeconfig: str = repr(CANARY), mode: Mode = "warm"
) -> Resource:
    text = PROGRAM.format(kubeconfig=kubeconfig, workloads=workloads)
    (directory / "__main__.py").write_text(text)
    graph = record(Program(directory=directory, stack="s", project="p"), mode)
    (gate,) = (found for found in graph.resources.values() if found.name == "gate")
    assert CANARY not in json.dumps(graph.to_json())
    return gate


@pytest.mark.parametrize("mode", ["cold", "warm"])
@pytest.mark.parametrize("kubeconfig", [repr(CANARY), "unknown_secret()"])
def test_the_gate_holds_one_mark_per_workload_and_nothing_else(
    tmp_path: Path, kubeconfig: str, mode: Mode
) -> None:
    workloads = '(ref("Deployment", "aa"), ref("Job", "bb"))'
    gate = recorded(tmp_path, workloads, kubeconfig=kubeconfig, mode=mode)
    assert gate.inputs == {"input": {"Deployment fraud/api": "aa", "Job fraud/api": "bb"}}


def test_a_secret_inside_a_manifest_gives_a_secret_mark_of_the_same_digits(tmp_path: Path) -> None:
    manifest = '{"url": pulumi.Output.secret("' + CANARY + '")}'
    gate = recorded(tmp_path, f'(ref("Deployment", fingerprint({manifest})),)')
    mark = gate.inputs["input"]["Deployment fraud/api"]
    assert isinstance(mark, Secret)
    assert mark.value == fingerprint({"url": CANARY})


def test_an_unknown_inside_a_manifest_gives_an_unknown_mark(tmp_path: Path) -> None:
    gate = recorded(tmp_path, '(ref("Deployment", fingerprint({"url": unknown_secret()})),)')
    assert isinstance(gate.inputs["input"]["Deployment fraud/api"], Marker)


def test_a_fingerprint_changes_with_the_manifest_and_not_with_its_order() -> None:
    manifest = {"kind": "Deployment", "spec": {"replicas": 1, "template": {"a": [1, 2]}}}
    same = {"spec": {"template": {"a": [1, 2]}, "replicas": 1}, "kind": "Deployment"}
    other = {"kind": "Deployment", "spec": {"replicas": 2, "template": {"a": [1, 2]}}}
    assert fingerprint(manifest) == fingerprint(same) != fingerprint(other)


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet", "Job"])
def test_workloads_are_named_as_people_name_them(kind: Kind) -> None:
    ref = WorkloadRef(kind=kind, namespace="fraud", name="api", fingerprint="aa")
    assert str(ref) == f"{kind} fraud/api"
