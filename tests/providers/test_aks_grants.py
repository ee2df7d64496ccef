"""What somebody may do in Azure: roles, where they hold, which blobs a condition lets through."""

import json
import re
from collections.abc import Mapping

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as some

from assurance.graph.graph import Graph
from assurance.graph.values import Access, Grant
from providers.aks.grants import WRITE_ACTIONS, container_id, within, writer_id
from providers.aks.names import Names
from providers.aks.roles import EVERY
from tests.providers.azure_keys import ADMINS, KEYS
from tests.providers.azure_world import GRANTS, usual, world

NAMES = Names(subscription=KEYS["subscription"], project="ml-platform", stack="prod")
BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"
READ = f"{BLOBS}/read"
VERIFIED = {
    "AcrPull": "7f951dda-4ed3-4680-a7ca-43fe172d538d",
    "Key Vault Secrets User": "4633458b-17de-408a-b874-0445c86b69e6",
    "Storage Blob Data Reader": "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
}
"""As Azure's own sources have them."""
BELIEVED = {
    "Azure Kubernetes Service Cluster User Role": "4abbcc35-e782-43d8-92c5-2d3f1bd2253f",
    "Azure Kubernetes Service RBAC Cluster Admin": "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
    "Managed Identity Operator": "f1a07417-d97a-45cb-824c-7a7467783830",
    "Network Contributor": "4d97b98b-1d4f-4787-a291-c67834d212e7",
}
"""As they are generally known; nobody has looked them up."""
PREFIXES = some.from_regex(r"([-A-Za-z0-9_.=@+]{1,12}/){1,3}", fullmatch=True)
BLOB_NAMES = some.from_regex(r"[-A-Za-z0-9_.=@+/' ]{0,30}", fullmatch=True)


def allowed(condition: str, action: str, *, path: str = "", listing: str | None = None) -> bool:
    """What Azure would make of a condition, by the grammar that it publishes.

    Every word is replaced by what it comes to for one request; what is left is logic.
    """

    def attribute(found: re.Match[str]) -> str:
        source, name, value = found.groups()
        assert (source, name) in {("Resource", f"{BLOBS}:path"), ("Request", f"{BLOBS}:prefix")}
        held = path if source == "Resource" else listing or ""
        return str(held.startswith(value))

    text = re.sub(r"@(\w+)\[([^\]]+)\] StringStartsWith '([^']*)'", attribute, condition)
    text = re.sub(r"SubOperationMatches\{'Blob\.List'\}", str(listing is not None), text)
    text = re.sub(r"ActionMatches\{'([^']+)'\}", lambda found: str(found[1] == action), text)
    text = text.replace("!(", " not (")
    for word in ("AND", "OR", "NOT"):
        text = re.sub(rf"\b{word}\b", word.lower(), text)
    assert re.fullmatch(r"(True|False|and|or|not|[() ])+", text), text
    return bool(eval(text, {"__builtins__": {}}))


@given(PREFIXES, BLOB_NAMES, some.sampled_from(WRITE_ACTIONS), some.sampled_from(["", "below"]))
def test_a_condition_lets_through_what_is_below_the_prefix_and_nothing_else(
    prefix: str, name: str, action: str, below: str
) -> None:
    path = f"{prefix}{name}" if below else name
    assert allowed(within(prefix), action, path=path) == path.startswith(prefix)


@given(PREFIXES, BLOB_NAMES, some.sampled_from(["", "below"]))
def test_only_what_is_below_the_prefix_is_listed(prefix: str, asked: str, below: str) -> None:
    wanted = f"{prefix}{asked}" if below else asked
    assert allowed(within(prefix), READ, listing=wanted) == wanted.startswith(prefix)


def test_nobody_gets_at_a_neighbour_whose_name_begins_alike() -> None:
    condition = within("fraud/")
    for path in ("fraud2/model", "fraud", "Fraud/model", "", "x/fraud/model"):
        assert not allowed(condition, READ, path=path)
    assert allowed(condition, READ, path="fraud/model")


@pytest.mark.parametrize("prefix", ["a'b/", "a*/", "a?/"])
def test_a_prefix_that_would_mean_more_than_itself_is_refused(prefix: str) -> None:
    with pytest.raises(pulumi.RunError, match="without quotes and wildcards"):
        within(prefix)


def test_our_own_role_may_do_nothing_to_a_container() -> None:
    made = usual().graph
    [role] = made.of_type("azure-native:authorization:RoleDefinition")
    [permission] = role.inputs["permissions"]
    assert permission == {"dataActions": list(WRITE_ACTIONS)}
    assert all(action.startswith(f"{BLOBS}/") for action in WRITE_ACTIONS)
    assert writer_id(NAMES).endswith(role.inputs["roleDefinitionId"])


def test_roles_have_the_ids_that_azure_gave_them_and_say_which_nobody_has_looked_up() -> None:
    assert {role.title: role.guid for role in EVERY if role.verified} == VERIFIED
    assert {role.title: role.guid for role in EVERY if not role.verified} == BELIEVED


def roles_of(principal: str) -> Mapping[str, str]:
    """Scope by the role's id, of one whose assignments are named by its logical name."""
    made = usual().graph
    return {
        r.inputs["roleDefinitionId"].rpartition("/")[2]: r.inputs["scope"]
        for r in made.of_type("azure-native:authorization:RoleAssignment")
        if r.name.startswith(f"cluster-{principal}")
    }


def test_a_workload_is_given_what_it_is_granted_and_no_more() -> None:
    vault = NAMES.id("Microsoft.KeyVault/vaults/secrets", NAMES.unique, "database-administrator")
    assert roles_of("fraud.api.") == {
        VERIFIED["Storage Blob Data Reader"]: container_id(NAMES, "datasets"),
        writer_id(NAMES).rpartition("/")[2]: container_id(NAMES, "models"),
        VERIFIED["Key Vault Secrets User"]: vault,
    }
    assert len(roles_of("ads.shop.")) == 1


def test_a_part_of_a_bucket_has_a_condition_and_a_whole_one_has_none() -> None:
    made = list(usual().graph.of_type("azure-native:authorization:RoleAssignment"))
    conditions = {r.name: r.inputs.get("condition") for r in made}
    assert conditions["cluster-fraud.api.read.bucket.datasets.shared"] == within("shared/")
    assert conditions["cluster-ads.shop.write.bucket.models"] is None
    versions = {r.name: r.inputs.get("conditionVersion") for r in made}
    assert {name for name, version in versions.items() if version == "2.0"} == {
        name for name, condition in conditions.items() if condition
    }


def test_the_cluster_itself_has_what_it_needs_and_no_more() -> None:
    network = NAMES.id("Microsoft.Network/virtualNetworks/subnets", NAMES.of("network"), "")
    control = [
        r.inputs["scope"]
        for r in usual().graph.of_type("azure-native:authorization:RoleAssignment")
        if r.name.startswith("cluster-control-plane")
    ]
    assert sorted(scope.removeprefix(network) for scope in control if network in scope) == [
        "api",
        "nodes",
    ]
    assert len(control) == 3
    assert set(roles_of("kubelet")) == {VERIFIED["AcrPull"]}


def test_whoever_administers_is_a_group_and_is_given_the_cluster_alone() -> None:
    cluster = NAMES.id("Microsoft.ContainerService/managedClusters", NAMES.cluster)
    made = [
        r.inputs
        for r in usual().graph.of_type("azure-native:authorization:RoleAssignment")
        if r.inputs["principalType"] == "Group"
    ]
    assert {(r["principalId"], r["scope"]) for r in made} == {(ADMINS, cluster)}
    assert len(made) == 2


def test_an_assignment_keeps_its_name_until_something_about_it_changes() -> None:
    def ids(made: Graph) -> dict[str, str]:
        found = made.of_type("azure-native:authorization:RoleAssignment")
        return {r.name: r.inputs["roleAssignmentName"] for r in found}

    first = ids(usual().graph)
    assert first == ids(usual("warm").graph)
    assert len(set(first.values())) == len(first)
    assert not set(first.values()) & set(ids(world(stack="other").graph).values())


def test_a_service_account_is_somebody_of_its_own() -> None:
    made = usual("warm")
    credentials = list(
        made.graph.of_type("azure-native:managedidentity:FederatedIdentityCredential")
    )
    assert {c.inputs["subject"] for c in credentials} == {
        "system:serviceaccount:ads:shop",
        "system:serviceaccount:fraud:api",
    }
    assert len({c.inputs["resourceName"] for c in credentials}) == 2
    assert len({c.inputs["issuer"] for c in credentials}) == 1
    for identity in made.identities.values():
        assert set(identity.annotations) == {"azure.workload.identity/client-id"}
        assert identity.pod_labels == {"azure.workload.identity/use": "true"}
        assert identity.after


def test_grants_in_any_order_make_the_same_resources() -> None:
    one = world("cold", identities={"fraud/api": GRANTS}).graph
    other = world("cold", identities={"fraud/api": tuple(reversed(GRANTS)) + GRANTS}).graph
    assert one.resources.keys() == other.resources.keys()


ZONE = {"name": "ml.example.com"}
WRITERS = {
    "external-dns/external-dns": (
        Grant(access=Access.WRITE, kind="records", name="ml.example.com"),
    ),
    "cert-manager/cert-manager": (
        Grant(access=Access.WRITE, kind="challenges", name="ml.example.com"),
    ),
}


@pytest.mark.parametrize("group", ["dns", None])
def test_a_zone_is_let_into_for_records_and_nobody_may_remove_it(group: str | None) -> None:
    zone = {**ZONE, **({"resource_group": group} if group else {})}
    made = world(identities=WRITERS, zone=zone).graph
    where = f"/subscriptions/{KEYS['subscription']}/resourceGroups/{group or NAMES.group}"
    own = {
        r.inputs["roleDefinitionId"]: r.inputs["permissions"][0]
        for r in made.of_type("azure-native:authorization:RoleDefinition")
        if r.inputs["assignableScopes"] == [where] and "zone" in r.name
    }
    given = {
        (r.inputs["roleDefinitionId"].rpartition("/")[2], r.inputs["scope"], r.name.split(".")[0])
        for r in made.of_type("azure-native:authorization:RoleAssignment")
        if "-dns." in r.name or "cert-manager." in r.name
    }
    assert {role for role, _, _ in given} == set(own)
    assert len(own) == len(given) == 3
    for role, scope, _ in given:
        actions = own[role]["actions"]
        assert set(own[role]) == {"actions"}
        on_group = scope == where
        assert scope in {where, f"{where}/providers/Microsoft.Network/dnsZones/ml.example.com"}
        assert not on_group or actions == ["Microsoft.Network/dnsZones/read"]
        for action in actions:
            *_, kind, verb = action.split("/")
            assert verb == "read" or kind in {"A", "AAAA", "CNAME", "TXT"}
    zones = [r.inputs["zoneName"] for r in made.of_type("azure-native:dns:Zone")]
    assert zones == ([] if group else ["ml.example.com"])


def test_whoever_writes_into_a_zone_is_told_where_it_is_and_no_secret() -> None:
    made = world(identities={}, zone={**ZONE, "resource_group": "dns"}).zone
    assert made is not None
    settings = json.loads(made.writer.settings["azure.json"])
    words = made.solver["azureDNS"]
    assert settings["resourceGroup"] == words["resourceGroupName"] == "dns"
    assert settings["subscriptionId"] == words["subscriptionID"] == KEYS["subscription"]
    assert settings["tenantId"] == KEYS["tenant"]
    assert settings["useWorkloadIdentityExtension"] is True
    assert not {"aadClientSecret", "aadClientId"} & settings.keys()
    assert made.id.endswith(
        "/resourceGroups/dns/providers/Microsoft.Network/dnsZones/ml.example.com"
    )
    assert world(identities={}).zone is None
