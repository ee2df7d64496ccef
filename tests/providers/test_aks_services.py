"""How large the services of Azure are made, and that what is closed stays closed."""

from typing import Any

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as some

from assurance.graph.resource import Resource
from providers.aks import cache as caches
from providers.aks.database import size, storage_gib
from providers.contract import CacheRequest, DatabaseRequest
from tests.providers.azure_world import GI, usual, world

CPU, MEMORY = some.integers(100, 96_000), some.integers(GI, 384 * GI)


def wanted(cpu: int = 2000, memory: int = 8 * GI, storage: int = 32 * GI) -> DatabaseRequest:
    return DatabaseRequest(version="17", cpu=cpu, memory=memory, storage=storage)


@given(CPU, MEMORY)
def test_a_server_is_large_enough_and_its_name_says_how_large(cpu: int, memory: int) -> None:
    found = size(wanted(cpu, memory))
    cores = int("".join(c for c in found.name.partition("ds_")[0] if c.isdigit()))
    each = {"GeneralPurpose": 4, "MemoryOptimized": 8}[found.tier]
    assert found.cpu == cores * 1000 >= cpu
    assert found.memory == cores * each * GI >= memory


@given(CPU, MEMORY, CPU, MEMORY)
def test_who_asks_for_more_never_gets_less(cpu: int, memory: int, more: int, still: int) -> None:
    one = size(wanted(min(cpu, more), min(memory, still)))
    other = size(wanted(max(cpu, more), max(memory, still)))
    assert one.memory <= other.memory


def test_the_usual_server_is_the_smallest_there_is() -> None:
    assert size(wanted()).name == "Standard_D2ds_v5"
    assert size(wanted(memory=9 * GI)).name == "Standard_E2ds_v5"
    assert storage_gib(wanted()) == 32
    assert storage_gib(wanted(storage=33 * GI)) == 64


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (wanted(cpu=97_000), "platform.database.memory: expected at most Standard_E64ds_v5"),
        (wanted(memory=600 * GI), "got 2 and 600Gi"),
    ],
)
def test_a_server_that_azure_does_not_have_is_refused(
    request_: DatabaseRequest, words: str
) -> None:
    with pytest.raises(pulumi.RunError, match=words):
        size(request_)


def test_a_disk_that_azure_does_not_have_is_refused() -> None:
    with pytest.raises(pulumi.RunError, match="expected at most 16384Gi on Azure, got 20Ti"):
        storage_gib(wanted(storage=20 * 1024 * GI))


@given(some.integers(1, 96 * 10**9))
def test_a_cache_holds_what_is_asked_for_and_leaves_redis_its_own(memory: int) -> None:
    found = dict(caches._SIZES)[caches.size(CacheRequest(memory=memory))]
    assert found * 4 >= memory * 5
    smaller = [holds for _, holds in caches._SIZES if holds < found]
    assert all(holds * 4 < memory * 5 for holds in smaller)


def test_a_cache_that_azure_does_not_have_is_refused() -> None:
    with pytest.raises(pulumi.RunError, match=r"platform\.cache\.memory: expected at most"):
        caches.size(CacheRequest(memory=97 * 10**9))


def of(kind: str) -> list[Resource]:
    return list(usual().graph.of_type(f"azure-native:{kind}"))


CLOSED: dict[str, dict[str, Any]] = {
    "containerservice:ManagedCluster": {
        "disableLocalAccounts": True,
        "enableRBAC": True,
        "aadProfile.enableAzureRBAC": True,
        "oidcIssuerProfile.enabled": True,
        "securityProfile.workloadIdentity.enabled": True,
        "apiServerAccessProfile.enableVnetIntegration": True,
        "apiServerAccessProfile.disableRunCommand": True,
        "networkProfile.networkPolicy": "cilium",
        "networkProfile.networkDataplane": "cilium",
        "networkProfile.outboundType": "userAssignedNATGateway",
    },
    "storage:StorageAccount": {
        "allowSharedKeyAccess": False,
        "allowBlobPublicAccess": False,
        "enableHttpsTrafficOnly": True,
        "networkRuleSet.defaultAction": "Deny",
    },
    "storage:BlobServiceProperties": {
        "isVersioningEnabled": True,
        "containerDeleteRetentionPolicy.enabled": True,
    },
    "dbforpostgresql:Server": {
        "network.publicNetworkAccess": "Disabled",
        "highAvailability.mode": "ZoneRedundant",
    },
    "redisenterprise:Database": {"clientProtocol": "Encrypted"},
    "redisenterprise:RedisEnterprise": {"minimumTlsVersion": "1.2"},
    "containerregistry:Registry": {"adminUserEnabled": False, "anonymousPullEnabled": False},
    "keyvault:Vault": {
        "properties.enableRbacAuthorization": True,
        "properties.enablePurgeProtection": True,
        "properties.publicNetworkAccess": "Disabled",
        "properties.networkAcls.defaultAction": "Deny",
    },
    "operationalinsights:Workspace": {"features.disableLocalAuth": True},
}


@pytest.mark.parametrize("kind", CLOSED)
def test_what_is_closed_stays_closed(kind: str) -> None:
    [resource] = of(kind)
    for path, expected in CLOSED[kind].items():
        value: Any = resource.inputs
        for step in path.split("."):
            value = value[step]
        assert value == expected, path


def test_nodes_leave_by_the_gateway_and_nothing_else_leaves_at_all() -> None:
    subnets = {subnet.inputs["subnetName"]: subnet.inputs for subnet in of("network:Subnet")}
    assert [name for name, said in subnets.items() if "natGateway" in said] == ["nodes"]
    assert all(said["defaultOutboundAccess"] is False for said in subnets.values())
    guarded = {name for name, said in subnets.items() if "networkSecurityGroup" in said}
    assert guarded == {"database", "endpoints"}


def test_subnets_are_made_one_after_another() -> None:
    """Azure takes one change of a network at a time."""
    made = {subnet.urn: subnet for subnet in of("network:Subnet")}
    waits = [len(subnet.dependencies & made.keys()) for subnet in made.values()]
    assert sorted(waits) == [0, 1, 1, 1]


def test_settings_of_the_database_are_made_one_after_another_and_copies_last() -> None:
    request_ = DatabaseRequest(
        version="17", cpu=2000, memory=8 * GI, storage=32 * GI, replicas=2, backup_days=7
    )
    graph = world("cold", database=request_).graph
    settings = list(graph.of_type("azure-native:dbforpostgresql:Configuration"))
    servers = list(graph.of_type("azure-native:dbforpostgresql:Server"))
    known = {setting.urn for setting in settings}
    assert sorted(len(s.dependencies & known) for s in settings) == [0, *[1] * (len(settings) - 1)]
    replicas = [s for s in servers if s.inputs["createMode"] == "Replica"]
    assert len(replicas) == 2
    assert all(replica.dependencies & known for replica in replicas)
    assert all("administratorLoginPassword" not in replica.inputs for replica in replicas)


def test_the_control_plane_s_audit_log_is_kept() -> None:
    [setting] = of("monitor:DiagnosticSetting")
    kept = {log["category"] for log in setting.inputs["logs"] if log["enabled"]}
    assert "kube-audit-admin" in kept
