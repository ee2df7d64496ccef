"""A cluster on Azure: names, addresses, machines, how it is reached, what is kept and locked."""

import base64
import json
import re
import subprocess
import sys
from ipaddress import IPv4Network

import pulumi
import pytest
import yaml

from assurance.document import dumps
from assurance.graph.readers.recording import Mode
from assurance.graph.resource import Marker, Resource, Secret
from assurance.graph.values import Capability
from components.config import read_stack_file
from providers.aks.kubeconfig import with_kubelogin
from providers.aks.site import Site
from providers.config.aks_pools import SYSTEM
from providers.contract import IDENTITY
from providers.credential import CredentialProvider, password
from tests.providers.azure_world import World, usual, world
from tests.providers.test_aks_plan import names
from tests.rehearsed import ROOT


def of(kind: str, made: World) -> list[Resource]:
    return list(made.graph.of_type(f"azure-native:{kind}"))


def only(kind: str, made: World) -> Resource:
    [resource] = of(kind, made)
    return resource


def test_what_nodes_carry_is_what_the_facts_say() -> None:
    pools = {
        SYSTEM: {"size": "Standard_D4ds_v5", "min": 1, "max": 2},
        "batch": {
            "size": "Standard_NC4as_T4_v3",
            "max": 3,
            "gpu": True,
            "spot": True,
            "labels": {"for": "training"},
            "taints": [{"key": "slow", "effect": "NoExecute"}],
        },
    }
    made = world("cold", pools=pools, zones=["1", "2"])
    intent = only("resources:ResourceGroup", made)
    facts = made.graph.resources[str(intent.parent)].inputs["intent"]
    batch = next(pool for pool in facts["pools"] if pool["name"] == "batch")
    inputs = only("containerservice:AgentPool", made).inputs
    assert inputs["nodeLabels"] == batch["labels"]
    assert inputs["nodeTaints"] == [
        f"{t['key']}{'=' if t['value'] else ''}{t['value']}:{t['effect']}" for t in batch["taints"]
    ]
    assert "kubernetes.azure.com/scalesetpriority=spot:NoSchedule" in inputs["nodeTaints"]
    assert "nvidia.com/gpu=present:NoSchedule" in inputs["nodeTaints"]
    assert (inputs["minCount"], inputs["maxCount"]) == (batch["min"], batch["max"]) == (0, 3)
    assert batch["zones"] == ["westeurope-1", "westeurope-2"]
    assert "upgradeSettings" not in inputs
    assert Capability.GPU in facts["capabilities"]


def test_the_autoscaler_s_count_is_left_alone() -> None:
    for pool in of("containerservice:AgentPool", usual()):
        assert "count" in pool.options.ignore_changes
    cluster = only("containerservice:ManagedCluster", usual())
    assert cluster.options.ignore_changes == ("agentPoolProfiles[*].count",)


@pytest.mark.parametrize("public", [[], ["198.51.100.0/24"]])
def test_the_api_is_public_only_from_where_the_stack_file_says(public: list[str]) -> None:
    made = world("cold", public_from=public)
    access = only("containerservice:ManagedCluster", made).inputs["apiServerAccessProfile"]
    assert access["enablePrivateCluster"] == (not public)
    assert access.get("authorizedIPRanges", []) == public
    registry = only("containerregistry:Registry", made).inputs
    assert registry["publicNetworkAccess"] == ("Enabled" if public else "Disabled")
    assert registry["networkRuleSet"]["defaultAction"] == "Deny"


def test_what_serves_teams_answers_within_the_network_and_nowhere_else() -> None:
    made, cut = usual(), usual().config.networks.subnets()
    endpoints = (made.store.endpoint, made.database.endpoint, made.cache.endpoint)
    for endpoint in endpoints:
        [range_] = endpoint.cidrs
        assert range_ in (cut.endpoints, cut.database)
    for kind in ("storage:StorageAccount", "redisenterprise:RedisEnterprise"):
        assert only(kind, made).inputs["publicNetworkAccess"] == "Disabled"
    hosts = [str(endpoint.host).partition(".")[0] for endpoint in endpoints]
    assert set(hosts) == {names("prod").unique}
    zones = {zone.inputs["privateZoneName"] for zone in of("privatedns:PrivateZone", made)}
    assert len(zones) == 5
    linked = {link.inputs["privateZoneName"] for link in of("privatedns:VirtualNetworkLink", made)}
    assert linked == zones


def test_pods_log_in_where_everybody_does() -> None:
    group = only("resources:ResourceGroup", usual())
    facts = usual().graph.resources[str(group.parent)].inputs["intent"]
    [login] = [e for e in facts["endpoints"] if e["name"] == IDENTITY]
    assert login["cidrs"]
    assert all(IPv4Network(text).is_global for text in login["cidrs"])


@pytest.mark.parametrize("mode", ["cold", "warm"])
def test_no_password_is_known_before_anything_stands(mode: Mode) -> None:
    made = usual(mode)
    server = only("dbforpostgresql:Server", made).inputs["administratorLoginPassword"]
    kept = [secret.inputs["properties"]["value"] for secret in of("keyvault:Secret", made)]
    [provider] = made.graph.of_type("pulumi:providers:kubernetes")
    assert len(kept) == 2
    for value in (server, *kept, provider.inputs["kubeconfig"]):
        assert isinstance(value, Marker)


def test_what_azure_hands_over_in_plain_is_sealed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    users = [{"name": "canary-in-the-kubeconfig", "user": {}}]
    text = base64.b64encode(json.dumps({"users": users}).encode()).decode()
    answer = {"kubeconfigs": [{"value": text}], "primaryKey": "canary-in-the-cache"}
    monkeypatch.setattr(Site, "ask", lambda *_: pulumi.Output.from_input(answer))
    made = world("warm")
    [provider] = made.graph.of_type("pulumi:providers:kubernetes")
    [key] = [s for s in of("keyvault:Secret", made) if s.inputs["secretName"] == "cache"]
    for value in (provider.inputs["kubeconfig"], key.inputs["properties"]["value"]):
        assert isinstance(value, Secret)
        assert "canary" in str(value.value)
    assert "canary" not in dumps(made.graph.to_json())


def test_a_kubeconfig_asks_kubelogin_and_keeps_nobody_s_credentials() -> None:
    azures = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {"name": "c", "cluster": {"server": "https://x:443", "certificate-authority-data": "Q"}}
        ],
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "c",
        "users": [
            {"name": "u", "user": {"exec": {"command": "kubelogin", "args": ["--login", "dev"]}}},
            {"name": "v", "user": {"token": "hunter2"}},
        ],
    }
    encoded = base64.b64encode(yaml.safe_dump(azures).encode()).decode()
    found = json.loads(with_kubelogin(encoded, "workloadidentity", "t-1"))
    assert {k: v for k, v in found.items() if k != "users"} == {
        k: v for k, v in azures.items() if k != "users"
    }
    assert "hunter2" not in json.dumps(found)
    for user in found["users"]:
        assert set(user["user"]) == {"exec"}
        arguments = user["user"]["exec"]["args"]
        assert arguments[arguments.index("--login") + 1] == "workloadidentity"
        assert arguments[arguments.index("--tenant-id") + 1] == "t-1"


def test_the_kubernetes_provider_waits_for_machines_and_for_whoever_may_come_in() -> None:
    [provider] = usual().graph.of_type("pulumi:providers:kubernetes")
    assert provider.inputs["clusterIdentifier"] == "ml-platform-prod"
    earlier = {usual().graph.resources[urn].type for urn in provider.dependencies}
    assert "azure-native:containerservice:AgentPool" in earlier
    assert "azure-native:authorization:RoleAssignment" in earlier


HOLDING_DATA = {
    "azure-native:containerregistry:Registry",
    "azure-native:dbforpostgresql:Server",
    "azure-native:keyvault:Vault",
    "azure-native:storage:BlobContainer",
    "azure-native:storage:StorageAccount",
}


def test_what_holds_data_is_protected_and_a_lock_goes_before_what_it_locks() -> None:
    made = usual()
    assert {r.type for r in made.graph.resources.values() if r.options.protect} == HOLDING_DATA
    locks = of("authorization:ManagementLockByScope", made)
    assert len(locks) == 2
    scopes = {lock.inputs["scope"] for lock in locks}
    given_below = [
        role
        for role in of("authorization:RoleAssignment", made)
        if any(role.inputs["scope"].startswith(scope) for scope in scopes)
    ]
    waited = {urn for lock in locks for urn in lock.dependencies}
    assert given_below
    assert {role.urn for role in given_below} <= waited


def test_nothing_is_locked_where_nothing_is_to_be_protected() -> None:
    made = world("cold", protected=False)
    assert of("authorization:ManagementLockByScope", made) == []
    assert [r.name for r in made.graph.resources.values() if r.options.protect] == []


def test_a_password_is_new_each_time_and_of_every_kind_of_character() -> None:
    made = {password() for _ in range(200)}
    assert len(made) == 200
    for text in made:
        assert len(text) == 43
        assert re.search("[a-z]", text)
        assert re.search("[A-Z]", text)
        assert re.search("[0-9]", text)


def test_a_password_is_made_once() -> None:
    provider = CredentialProvider()
    value = provider.create({}).outs
    assert value is not None
    assert not provider.diff("credential", value, {"value": None}).changes


def test_without_the_sdk_a_person_is_told_how_to_get_it() -> None:
    script = (
        "import asyncio, sys; sys.modules['pulumi_azure_native'] = None;"
        "from providers import provision; from tests.providers.azure_keys import KEYS;"
        "from providers.config import AksConfig; import pulumi;"
        "from pulumi.runtime import settings;"
        "settings.configure(settings.Settings(project='p', stack='prod-azure'));"
        "asyncio.run(provision('cluster', AksConfig.model_validate(KEYS)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("pulumi.errors.RunError: this stack needs pulumi_azure_native")
    assert "pip install 'ml-platform[azure]'" in last
    assert "make setup STACK=prod-azure" in last


def test_the_stack_s_images_come_from_the_registry_that_it_makes() -> None:
    stack = read_stack_file(ROOT / "Pulumi.prod-azure.yaml").stack
    images = [w.image for team in stack.teams.values() for w in team.workloads.values()]
    assert images
    for image in images:
        assert image.startswith(f"{names('prod-azure').unique}.azurecr.io/")
