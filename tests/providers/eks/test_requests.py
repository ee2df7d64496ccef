"""Everything that is asked of AWS, held against AWS's own description of its services."""

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from assurance.graph.resource import Resource
from tests.providers.eks.calls import CALLS, COPY, PARAMETERS
from tests.providers.eks.stacks import of_aws
from tests.providers.eks.vendor import Seen, look

GROUP = "aws:rds/parameterGroup:ParameterGroup"
SPOILED: list[tuple[str, str, Any]] = [
    ("aws:eks/nodeGroup:NodeGroup", "amiType", "AL2_x86"),
    ("aws:eks/nodeGroup:NodeGroup", "capacityType", "CHEAP"),
    ("aws:eks/nodeGroup:NodeGroup", "scalingConfig", {"minSize": 0, "maxSize": 0}),
    ("aws:eks/nodeGroup:NodeGroup", "taints", [{"key": "k", "effect": "NoSchedule"}]),
    ("aws:eks/nodeGroup:NodeGroup", "instanceTypes", "m6i.xlarge,m5.xlarge"),
    ("aws:eks/cluster:Cluster", "name", "ml.platform"),
    ("aws:eks/cluster:Cluster", "enabledClusterLogTypes", ["everything"]),
    ("aws:eks/cluster:Cluster", "endpointPrivateAccess", True),
    ("aws:eks/addon:Addon", "resolveConflictsOnCreate", "IGNORE"),
    ("aws:iam/role:Role", "name", "x" * 65),
    ("aws:kms/alias:Alias", "name", "alias/a b"),
    ("aws:cloudwatch/logGroup:LogGroup", "name", "a log group"),
    ("aws:ecr/repository:Repository", "name", "Fraud/API"),
    ("aws:rds/instance:Instance", "multiAz", "yes"),
    ("aws:rds/instance:Instance", "allocatedStorage", "100"),
    ("aws:rds/instance:Instance", "databaseInsightsMode", "basic"),
    ("aws:ec2/flowLog:FlowLog", "trafficType", "EVERYTHING"),
    ("aws:ec2/vpcEndpoint:VpcEndpoint", "vpcEndpointType", "Pipe"),
    ("aws:s3/bucketVersioning:BucketVersioning", "versioningConfiguration", {"status": "On"}),
]


def held(resource: Resource, where: str, seen: Seen) -> None:
    copy = "replicateSourceDb" in resource.inputs
    call = COPY if copy else CALLS[resource.type]
    look(seen, resource.type, f"{resource.name} ({where})", resource.inputs, call)
    if resource.type == GROUP:
        look(seen, resource.type, resource.name, resource.inputs, PARAMETERS)


@cache
def everything() -> Seen:
    seen = Seen()
    for where, resource in of_aws():
        held(resource, where, seen)
    return seen


def test_every_request_is_one_that_aws_would_take(capsys: pytest.CaptureFixture[str]) -> None:
    seen = everything()
    said = (
        f"{seen.resources} resources, {seen.members} members, of which {seen.values} with a list, "
        f"a pattern or bounds, and {seen.unknown} unknown"
    )
    with capsys.disabled():
        print(f"\nAWS's service models: {said}")  # noqa: T201 - a check says what it has looked at
    assert seen.faults == []
    assert seen.resources > 300
    assert seen.values > 500


def test_what_no_request_has_is_known_with_its_reason() -> None:
    stated = {(kind, key) for kind, call in CALLS.items() for key in call.absent}
    stated |= {(GROUP, key) for key in PARAMETERS.absent}
    stated |= {("aws:rds/instance:Instance", key) for key in COPY.absent}
    assert everything().absent == stated


def test_every_type_that_is_asked_for_has_its_request_and_no_other() -> None:
    assert {resource.type for _, resource in of_aws()} == set(CALLS)


@pytest.mark.parametrize(("kind", "key", "value"), SPOILED)
def test_a_spoiled_input_is_found(kind: str, key: str, value: Any) -> None:
    resource = next(r for _, r in of_aws() if r.type == kind)
    seen = Seen()
    held(replace(resource, inputs={**resource.inputs, key: value}), "spoiled", seen)
    assert len(seen.faults) == 1, seen.faults


@pytest.mark.parametrize("key", ["roleArn", "vpcConfig", "name"])
def test_what_the_request_must_have_is_missed(key: str) -> None:
    resource = next(r for _, r in of_aws() if r.type == "aws:eks/cluster:Cluster")
    inputs = {name: value for name, value in resource.inputs.items() if name != key}
    seen = Seen()
    held(replace(resource, inputs=inputs), "without", seen)
    assert len(seen.faults) == 1, seen.faults
