"""Everything that Azure is asked for, held against what Azure says of its own APIs."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from assurance.graph.graph import Graph
from assurance.graph.readers.recording import Program, record
from assurance.graph.resource import Resource
from components.config import read_stack_file
from providers.contract import DatabaseRequest
from tests.providers.azure_counterparts import COUNTERPARTS, EXCUSED, WITHOUT
from tests.providers.azure_keys import KEYS
from tests.providers.azure_models import Looked, identifier, look
from tests.providers.azure_sdk import unknown_keys
from tests.providers.azure_world import GI, world
from tests.rehearsed import ROOT, asked

pytestmark = pytest.mark.e2e
"""For the time that Azure's models take to load."""

PROD = ROOT / "Pulumi.prod-azure.yaml"
_AZURE = "azure-native:"
_BUILT_IN = re.compile(
    rf"/subscriptions/{KEYS['subscription']}/providers/Microsoft.Authorization/roleDefinitions/"
    r"[0-9a-f-]{36}"
)
_ZONE_GROUP = f"/subscriptions/{KEYS['subscription']}/resourceGroups/dns"
_THERE = (_ZONE_GROUP, f"{_ZONE_GROUP}/providers/Microsoft.Network/dnsZones/ml.example.com")
"""What the stack file says is there before the cluster: its zone, and the group that it is in."""
VARIANTS: Mapping[str, Mapping[str, Any]] = {
    "public, in one zone": {
        "public_from": ["203.0.113.0/29", "198.51.100.7/32"],
        "zones": ["2"],
        "login": "workloadidentity",
    },
    "without zones, unprotected": {"region": "westus", "zones": [], "protected": False},
    "with every kind of pool, replicas, a domain": {
        "zone": {"name": "ml.example.com"},
        "version": "1.36",
        "pools": {
            "system": {"size": "Standard_D2s_v5", "min": 1, "max": 2, "pods": 30},
            "gpu": {"size": "Standard_NC24ads_A100_v4", "max": 2, "gpu": True, "zones": ["3"]},
            "cheap": {
                "size": "Standard_F8s_v2",
                "max": 9,
                "spot": True,
                "labels": {"for": "batch"},
                "taints": [{"key": "batch"}, {"key": "slow", "value": "yes"}],
            },
        },
        "database": DatabaseRequest(
            version="16", cpu=8000, memory=64 * GI, storage=900 * GI, replicas=2, backup_days=35
        ),
    },
}


@cache
def cold_stack() -> Graph:
    """The stack itself, in this process: sealed off from network, programs and environment."""
    file = read_stack_file(PROD)
    program = Program(
        directory=ROOT,
        stack=file.name,
        project="ml-platform",
        config=file.config,
        secret_keys=file.secret_keys,
    )
    return record(program, "cold")


@cache
def graphs() -> Mapping[str, Graph]:
    """The stack cold and warm, and clusters that it is not."""
    stack, _ = asked(PROD)["prod-azure"]
    others = {name: world("warm", **keys).graph for name, keys in VARIANTS.items()}
    return {"prod-azure cold": cold_stack(), "prod-azure warm": stack, **others}


NAMES = ("prod-azure cold", "prod-azure warm", *VARIANTS)


def of_azure(graph: Graph) -> list[Resource]:
    return [r for r in graph.resources.values() if r.type.startswith(_AZURE)]


def held(resources: list[Resource]) -> Looked:
    looked = Looked()
    for resource in resources:
        if resource.type in COUNTERPARTS:
            kind = resource.type.removeprefix(_AZURE)
            look(COUNTERPARTS[resource.type], resource.inputs, kind, looked)
    looked.strangers -= EXCUSED.keys()
    looked.faults = [f for f in looked.faults if f.partition(": ")[0] not in EXCUSED]
    return looked


@pytest.mark.parametrize("name", NAMES)
def test_every_property_is_one_that_azure_s_models_know_and_allow(name: str) -> None:
    looked = held(of_azure(graphs()[name]))
    counts = f"{name}: {looked.checked} properties checked, {looked.unknown} not known yet"
    print(counts)  # noqa: T201 - how much was looked at
    assert looked.strangers == set()
    assert looked.faults == []
    assert looked.checked > 450


@pytest.mark.parametrize("name", NAMES)
def test_every_key_is_one_that_azure_native_reads(name: str) -> None:
    resources = of_azure(graphs()[name])
    keys = [unknown_keys(r.type.removeprefix(_AZURE), r.inputs) for r in resources]
    assert len(keys) > 50
    assert [key for found in keys for key in found] == []


def test_only_types_without_a_model_at_hand_go_unchecked_and_no_excuse_is_stale() -> None:
    found = {resource.type for graph in graphs().values() for resource in of_azure(graph)}
    assert found == COUNTERPARTS.keys() | WITHOUT.keys()
    looked = Looked()
    for resource in of_azure(cold_stack()):
        if resource.type in COUNTERPARTS:
            kind = resource.type.removeprefix(_AZURE)
            look(COUNTERPARTS[resource.type], resource.inputs, kind, looked)
    said = looked.strangers | {fault.partition(": ")[0] for fault in looked.faults}
    assert said == EXCUSED.keys()


PLANTED: list[tuple[str, dict[str, Any], str]] = [
    ("storage:StorageAccount", {"minimumTlsVersion": "TLS1_9"}, "is one of"),
    ("storage:StorageAccount", {"sku": {}}, "is required"),
    ("redisenterprise:RedisEnterprise", {"clusterName": "x" * 61}, "breaks pattern"),
    ("storage:StorageAccount", {"networkRuleSet": {"bypass": "None"}}, "is required"),
    ("redisenterprise:Database", {"clusterName": "a_b"}, "breaks pattern"),
    ("authorization:RoleAssignment", {"principalId": None}, "got None"),
    ("containerservice:ManagedCluster", {"location": None}, "got None"),
    ("containerservice:ManagedCluster", {"networkProfile": "azure"}, "is a section"),
    ("containerservice:AgentPool", {"maxCount": 2.5}, "a whole number"),
    ("containerservice:AgentPool", {"enableAutoScaling": "true"}, "bool"),
    ("containerservice:AgentPool", {"provisioningState": "Succeeded"}, "only Azure says"),
    ("network:Subnet", {"natGateway": {"id": 7}}, "got 7"),
    ("redisenterprise:Database", {"clientProtocol": "Plain"}, "is one of"),
    ("dbforpostgresql:Server", {"highAvailability": {"mode": "Sometimes"}}, "is one of"),
]


@pytest.mark.parametrize(("kind", "change", "words"), PLANTED)
def test_a_planted_mistake_is_found(kind: str, change: dict[str, Any], words: str) -> None:
    right = next(r for r in of_azure(cold_stack()) if r.type == f"{_AZURE}{kind}")
    wrong = replace(right, inputs={**right.inputs, **change})
    assert held([right]).faults == []
    assert len(held([wrong]).faults) == 1
    assert words in held([wrong]).faults[0]


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("network:Subnet", {"natGatewayId": "x"}),
        ("network:Subnet", {"natGateway": {"ID": "x"}}),
        ("containerservice:ManagedCluster", {"storageProfile": {"diskCsiDriver": {}}}),
        ("containerservice:ManagedCluster", {"agentPoolProfiles": [{"vmsize": "x"}]}),
    ],
)
def test_a_key_that_nobody_reads_is_found_by_both(kind: str, change: dict[str, Any]) -> None:
    right = next(r for r in of_azure(cold_stack()) if r.type == f"{_AZURE}{kind}")
    wrong = replace(right, inputs={**right.inputs, **change})
    assert len(held([wrong]).strangers) == 1
    assert len(list(unknown_keys(kind, wrong.inputs))) == 1


def ids(graph: Graph) -> dict[str, Resource]:
    """Every resource by the id that Azure will give it."""
    found = {
        identifier(COUNTERPARTS[r.type], r.inputs, KEYS["subscription"]): r
        for r in of_azure(graph)
        if r.type in COUNTERPARTS and "scope" not in r.inputs
    }
    [group] = graph.of_type(f"{_AZURE}resources:ResourceGroup")
    [logs] = graph.of_type(f"{_AZURE}operationalinsights:Workspace")
    place = (
        f"/subscriptions/{KEYS['subscription']}/resourceGroups/{logs.inputs['resourceGroupName']}"
    )
    workspace = f"{place}/providers/Microsoft.OperationalInsights/workspaces"
    found[place] = group
    found[f"{workspace}/{logs.inputs['workspaceName']}"] = logs
    return found


def referred(value: Any) -> Iterator[str]:
    """Every id within a resource's inputs."""
    if isinstance(value, str) and value.startswith("/subscriptions/"):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from referred(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from referred(inner)


def before(graph: Graph, resource: Resource) -> set[str]:
    """All that the engine makes earlier, directly or not."""
    seen: set[str] = set()
    waiting = list(resource.dependencies)
    while waiting:
        urn = waiting.pop()
        if urn not in seen and urn in graph.resources:
            seen.add(urn)
            waiting += graph.resources[urn].dependencies
    return seen


@pytest.mark.parametrize("name", NAMES)
def test_every_id_in_the_inputs_is_that_of_a_resource_which_is_made_before(name: str) -> None:
    graph = graphs()[name]
    declared, looked = ids(graph), 0
    for resource in of_azure(graph):
        earlier = before(graph, resource)
        for reference in referred(resource.inputs):
            looked += 1
            built_in = _BUILT_IN.fullmatch(reference) and _own_role(graph, reference) is None
            if built_in or reference in _THERE:
                continue
            vault, _, secret = reference.partition("/secrets/")
            if secret in _peoples(graph):
                reference = vault  # noqa: PLW2901 - the secret itself people put there
            target = _own_role(graph, reference) or declared.get(reference)
            assert target is not None, f"{resource.name}: nothing has the id {reference}"
            assert target.urn in earlier, f"{resource.name} does not wait for {target.name}"
    assert looked > 30


def _peoples(graph: Graph) -> set[str]:
    """Secrets of the vault that no program makes: those that are fetched for teams."""
    return {
        each["remoteRef"]["key"]
        for item in graph.objects()
        if item.gvk.kind == "ExternalSecret"
        for each in item.manifest["spec"]["data"]
    }


def _own_role(graph: Graph, reference: str) -> Resource | None:
    """A role's id says nothing of where it was defined."""
    for resource in graph.of_type(f"{_AZURE}authorization:RoleDefinition"):
        if reference.endswith(f"/{resource.inputs['roleDefinitionId']}"):
            return resource
    return None


def test_nothing_is_addressed_twice() -> None:
    for name, graph in graphs().items():
        with_address = [
            r for r in of_azure(graph) if r.type in COUNTERPARTS and "scope" not in r.inputs
        ]
        assert len(ids(graph)) == len(with_address) + len(["the group", "the workspace"]), name
