"""What accounts are given on Azure, against what they need."""

from dataclasses import replace
from typing import Any

import pytest

from assurance.graph.graph import Graph
from assurance.graph.resource import Marker
from assurance.graph.values import Access, Grant
from assurance.proofs.findings import Finding, Status
from assurance.proofs.identity import identity
from tests.assurance.proofs.worlds import resource
from tests.clouds.recorded import MODES, Mode
from tests.clouds.world import GRANT, intent, world

ASSIGNMENT = "azure-native:authorization:RoleAssignment"
CREDENTIAL = "azure-native:managedidentity:FederatedIdentityCredential"
ROLES = "/providers/Microsoft.Authorization/roleDefinitions"
GROUP = "/subscriptions/s/resourceGroups/lab/providers"
ACCOUNT = f"{GROUP}/Microsoft.Storage/storageAccounts/lablake"
USE = "azure.workload.identity/use"
CONTRIBUTOR = f"{ROLES}/ba92f5b4-2d11-453d-a403-e96b0029c9fe"


def judged(graph: Graph, *grants: Grant) -> list[Finding]:
    return list(identity(graph, intent("azure", *grants)).findings)


def broken(graph: Graph, *grants: Grant) -> set[tuple[str, str]]:
    return {
        (found.rule.partition("/")[2], found.status.value)
        for found in judged(graph, *grants)
        if found.status is not Status.PROVED
    }


def with_inputs(token: str, called: str = "reader", mode: Mode = "cold", **inputs: Any) -> Graph:
    """The sample with other inputs of one resource; None leaves one out."""
    graph = world("azure", mode)
    (old,) = (r for r in graph.of_type(token) if r.name == called)
    kept = {key: value for key, value in {**old.inputs, **inputs}.items() if value is not None}
    made_from = {k: urns for k, urns in old.property_dependencies.items() if k not in inputs}
    new = replace(old, inputs=kept, property_dependencies=made_from)
    return Graph(resources={**graph.resources, old.urn: new}, stack=graph.stack, mode=graph.mode)


def condition() -> str:
    (made,) = (r for r in world("azure").of_type(ASSIGNMENT) if r.name == "reader")
    return str(made.inputs["condition"])


@pytest.mark.parametrize("mode", MODES)
def test_what_is_given_is_what_is_needed_before_anything_exists_and_after(mode: Mode) -> None:
    result = identity(world("azure", mode), intent("azure"))
    assert {found.status for found in result.findings} == {Status.PROVED}
    subjects = [found.subject for found in result.findings]
    assert subjects == ["ServiceAccount red/reader", "the control plane"]
    assert (result.population["identities"], result.population["actions"]) == (2, 5)


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"condition": None}, {("too-much", "refuted")}),
        ({"condition": condition().replace("red/", "re")}, {("too-much", "refuted")}),
        ({"condition": condition().replace("red/", "red/a")}, {("too-little", "refuted")}),
        (
            {"condition": condition().replace("red/", "blue/")},
            {("too-much", "refuted"), ("too-little", "refuted")},
        ),
        (
            {"condition": condition().partition(" AND ((!")[0]},
            {("too-much", "refuted")},
        ),
        (
            {"condition": "@Resource[a:b] StringNotEquals 'x'"},
            {("too-much", "unknown"), ("too-little", "unknown")},
        ),
        (
            {"condition": Marker.UNKNOWN},
            {("too-much", "unknown"), ("too-little", "unknown")},
        ),
        ({"roleDefinitionId": CONTRIBUTOR}, {("too-much", "refuted")}),
        (
            {"roleDefinitionId": f"{ROLES}/00000000-0000-0000-0000-000000000000"},
            {("not-known", "unknown"), ("too-little", "unknown")},
        ),
        (
            {"scope": "/subscriptions/6f1c2a34-0d5e-4b7a-9c81-2e3f4a5b6c7d"},
            {("too-much", "refuted")},
        ),
        (
            {"scope": f"{GROUP}/Microsoft.KeyVault/vaults/lab"},
            {("too-much", "refuted"), ("too-little", "refuted")},
        ),
        ({"scope": Marker.UNKNOWN}, {("not-known", "unknown"), ("too-little", "unknown")}),
    ],
)
def test_a_role_for_anything_else_is_too_much_or_too_little(
    inputs: dict[str, Any], expected: set[tuple[str, str]]
) -> None:
    assert broken(with_inputs(ASSIGNMENT, **inputs)) == expected


def test_a_container_in_clear_is_the_one_that_is_made_here() -> None:
    scope = f"{ACCOUNT}/blobServices/default/containers/lake"
    assert broken(with_inputs(ASSIGNMENT, scope=scope)) == set()


def test_the_account_that_holds_the_container_is_more_than_the_container() -> None:
    assert broken(with_inputs(ASSIGNMENT, scope=ACCOUNT)) == {("too-much", "refuted")}


def test_a_grant_to_write_is_not_met_by_a_role_that_reads() -> None:
    write = replace(GRANT, access=Access.WRITE)
    assert broken(world("azure"), write) == {("too-little", "refuted")}


def test_a_role_of_our_own_counts_by_what_it_lists() -> None:
    blobs = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"
    guid = "11111111-2222-3333-4444-555555555555"
    graph = with_inputs(ASSIGNMENT, roleDefinitionId=f"{ROLES}/{guid}")
    (like,) = (r for r in graph.of_type(ASSIGNMENT) if r.name == "reader")
    for actions, expected in (
        ([f"{blobs}/read"], set()),
        ([f"{blobs}/read", f"{blobs}/delete"], {("too-much", "refuted")}),
        ([f"{blobs}/write"], {("too-much", "refuted"), ("too-little", "refuted")}),
    ):
        own = replace(
            like,
            urn="urn:own",
            name="own",
            type="azure-native:authorization:RoleDefinition",
            inputs={"roleDefinitionId": guid, "permissions": [{"dataActions": actions}]},
            property_dependencies={},
        )
        made = Graph(resources={**graph.resources, own.urn: own}, stack="lab", mode="cold")
        assert broken(made) == expected


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"audiences": ["other"]}, {("cannot-act", "refuted")}),
        (
            {"subject": "system:serviceaccount:blue:reader"},
            {("cannot-act", "refuted"), ("too-much", "refuted")},
        ),
        (
            {"subject": "system:serviceaccount:red:*"},
            {("cannot-act", "refuted"), ("too-much", "refuted")},
        ),
    ],
)
def test_an_identity_is_its_own_accounts_and_nobody_elses(
    inputs: dict[str, Any], expected: set[tuple[str, str]]
) -> None:
    assert broken(with_inputs(CREDENTIAL, **inputs)) == expected


def test_an_identity_that_two_accounts_take_is_shared() -> None:
    graph = world("azure")
    (one,) = graph.of_type(CREDENTIAL)
    other = replace(
        one,
        urn=f"{one.urn}-2",
        inputs={**one.inputs, "subject": "system:serviceaccount:blue:writer"},
    )
    shared = Graph(resources={**graph.resources, other.urn: other}, stack="lab", mode="cold")
    assert ("taken-by-others", "refuted") in broken(shared)


def test_an_assignment_to_a_stranger_is_said_and_one_to_people_is_counted() -> None:
    stranger = with_inputs(ASSIGNMENT, "acting", principalId="0a0a")
    assert ("not-known", "unknown") in broken(stranger)
    people = with_inputs(ASSIGNMENT, "acting", principalId="0a0a", principalType="Group")
    assert broken(people) == set()
    counted = identity(people, intent("azure")).population["assignments to people"]
    assert counted == 1


def test_an_identity_that_nobody_takes_may_have_nothing() -> None:
    graph = with_inputs("azure-native:containerservice:ManagedCluster", "cluster", identity={})
    assert broken(graph) == {("too-much", "refuted")}


def running(*, annotations: Any = None, labels: Any = None) -> Graph:
    """The sample with a Job of the account, both as they should be but for what is said."""
    graph = world("azure")
    (account,) = (r for r in graph.resources.values() if r.type.endswith("ServiceAccount"))
    metadata = account.inputs["metadata"]
    if annotations is not None:
        metadata = {**metadata, "annotations": annotations}
    job = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "read", "namespace": "red"},
        "spec": {
            "template": {
                "metadata": {"labels": {USE: "true"} if labels is None else labels},
                "spec": {"serviceAccountName": "reader", "containers": [{"name": "read"}]},
            }
        },
    }
    made = (replace(account, inputs={**account.inputs, "metadata": metadata}), resource(job))
    known = {**graph.resources, **{each.urn: each for each in made}}
    return Graph(resources=known, stack="lab", mode="cold")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({}, set()),
        ({"labels": {}}, {("cannot-act", "refuted")}),
        ({"labels": {USE: "yes"}}, {("cannot-act", "refuted")}),
        ({"labels": {USE: Marker.UNKNOWN}}, {("cannot-act", "unknown")}),
        ({"labels": Marker.UNKNOWN}, {("cannot-act", "unknown")}),
        ({"annotations": {}}, {("cannot-act", "refuted")}),
        ({"annotations": {"azure.workload.identity/client-id": Marker.UNKNOWN}}, set()),
        ({"annotations": Marker.UNKNOWN}, {("cannot-act", "unknown")}),
    ],
)
def test_pods_that_azure_does_not_take_notice_of_cannot_act(
    words: dict[str, Any], expected: set[tuple[str, str]]
) -> None:
    assert broken(running(**words)) == expected


def test_a_pod_of_another_account_needs_no_label() -> None:
    graph = running()
    (job,) = (r for r in graph.resources.values() if r.type.endswith(":Job"))
    template = {"spec": {"containers": [{"name": "read"}]}}
    other = replace(job, inputs={**job.inputs, "spec": {"template": template}})
    known = {**graph.resources, job.urn: other}
    assert broken(Graph(resources=known, stack="lab", mode="cold")) == set()
