"""What the engine would do between two graphs, and what of it loses something."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assurance.graph.graph import Graph, graph_of
from assurance.graph.intent import Intent
from assurance.graph.resource import Marker, Options, Resource, Secret
from assurance.proofs.findings import Status
from assurance.proofs.replacement import replacement
from assurance.proofs.replacement.differences import differences
from assurance.proofs.replacement.steps import Change, Step, steps
from tests.assurance.proofs.worlds import Manifest, graph, resource

SET: Manifest = {
    "apiVersion": "apps/v1",
    "kind": "StatefulSet",
    "metadata": {"name": "store", "namespace": "red"},
    "spec": {
        "replicas": 1,
        "selector": {"matchLabels": {"app": "store"}},
        "volumeClaimTemplates": [
            {"metadata": {"name": "data"}, "spec": {"resources": {"requests": {"storage": "1Gi"}}}}
        ],
    },
}
CLAIM: Manifest = {
    "apiVersion": "v1",
    "kind": "PersistentVolumeClaim",
    "metadata": {"name": "data", "namespace": "red"},
    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
}
RED: Manifest = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "red"}}
SECRET: Manifest = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "token", "namespace": "red"},
    "stringData": {"token": Secret("s3cr3t")},
}


def changed(manifest: Manifest, path: str, value: Any) -> Manifest:
    result = deepcopy(manifest)
    *way, last = path.split(".")
    place: Any = result
    for step in way:
        place = place[int(step)] if step.isdigit() else place.setdefault(step, {})
    place[last] = value
    return result


def step(before: Manifest, after: Manifest, **options: Any) -> Step | None:
    new = replace(resource(after), urn=resource(before).urn, options=Options(**options))
    found = steps(graph(before), graph_of([new], stack="test", mode="manifests"))
    return found[0] if found else None


@pytest.mark.parametrize(
    ("path", "value", "change"),
    [
        ("spec.replicas", 2, Change.UPDATE),
        ("spec.selector.matchLabels.app", "other", Change.REPLACE),
        ("spec.volumeClaimTemplates.0.spec.resources.requests.storage", "2Gi", Change.REPLACE),
        ("spec.serviceName", "store", Change.REPLACE),
        ("spec.minReadySeconds", 3, Change.UPDATE),
        ("metadata.name", "other", Change.REPLACE),
        ("metadata.labels.colour", "red", Change.UPDATE),
    ],
)
def test_what_the_provider_cannot_change_in_place_is_replaced(
    path: str, value: Any, change: Change
) -> None:
    found = step(SET, changed(SET, path, value))
    assert found is not None
    assert found.change is change
    assert bool(found.because) == (change is Change.REPLACE)


def test_an_amount_spelled_otherwise_is_no_change() -> None:
    path = "spec.volumeClaimTemplates.0.spec.resources.requests.storage"
    assert step(SET, changed(SET, path, "1024Mi")) is None
    assert step(SET, changed(SET, "metadata.labels.storage", "1Gi")) is not None


def test_an_ignored_change_is_none_and_a_forced_one_replaces() -> None:
    after = changed(SET, "spec.replicas", 2)
    assert step(SET, after, ignore_changes=("spec.replicas",)) is None
    forced = step(SET, after, replace_on_changes=("spec",))
    assert forced is not None
    assert forced.change is Change.REPLACE


def test_true_is_not_one_and_null_is_nothing() -> None:
    assert step(SET, changed(SET, "spec.replicas", bool(SET))) is not None
    assert step(SET, changed(SET, "spec.paused", None)) is None


def test_a_value_not_known_yet_is_told_as_a_doubt() -> None:
    found = step(SET, changed(SET, "spec.serviceName", Marker.UNKNOWN))
    assert found is not None
    assert found.doubt
    [finding] = replacement(
        graph(SET), graph(changed(SET, "spec.serviceName", Marker.UNKNOWN)), Intent()
    ).findings
    assert finding.status is Status.UNKNOWN


def test_a_secret_written_anew_may_be_replaced_and_is_never_shown() -> None:
    before, urn = graph(SECRET), resource(SECRET).urn
    assert steps(before, graph(SECRET)) == ()
    [found] = steps(before, graph(SECRET), frozenset({urn}))
    assert (found.change, bool(found.doubt)) == (Change.REPLACE, True)
    assert "s3cr3t" not in repr(found)


def test_an_alias_is_the_same_resource_and_anything_else_another() -> None:
    old = resource(SET)
    moved = replace(old, urn="urn:moved", options=Options(aliases=(old.urn,)))
    before = graph_of([old], stack="test", mode="manifests")
    assert steps(before, graph_of([moved], stack="test", mode="manifests")) == ()
    strange = replace(moved, options=Options())
    found = steps(before, graph_of([strange], stack="test", mode="manifests"))
    assert [each.change for each in found] == [Change.DELETE, Change.CREATE]


def test_another_provider_takes_along_all_that_it_has_made() -> None:
    def world(identifier: str) -> Graph:
        provider = Resource(
            urn="urn:provider",
            type="pulumi:providers:kubernetes",
            name="cluster",
            parent=None,
            provider=None,
            inputs={"clusterIdentifier": identifier, "kubeconfig": Marker.UNKNOWN},
        )
        made = [replace(resource(each), provider="urn:provider") for each in (SET, CLAIM)]
        return graph_of([provider, *made], stack="test", mode="warm")

    assert steps(world("one"), world("one")) == ()
    assert {each.change for each in steps(world("one"), world("other"))} == {Change.REPLACE}
    assert len(replacement(world("one"), world("other"), Intent()).findings) == 2


def test_the_api_server_refuses_what_the_provider_would_try_in_place() -> None:
    found = step(CLAIM, changed(CLAIM, "spec.volumeMode", "Block"))
    assert found is not None
    assert (found.change, found.refused) == (Change.UPDATE, ("spec.volumeMode",))


def rules(before: Graph, after: Graph) -> list[tuple[str, str]]:
    found = replacement(before, after, Intent())
    return [(each.rule.removeprefix("replacement/"), each.subject) for each in found.findings]


def test_what_holds_state_is_lost_when_it_goes_and_when_it_is_made_anew() -> None:
    wider = changed(SET, "spec.volumeClaimTemplates.0.spec.resources.requests.storage", "2Gi")
    assert rules(graph(SET), graph()) == [("stateful-set-lost", "StatefulSet red/store")]
    assert rules(graph(SET), graph(wider)) == [("stateful-set-lost", "StatefulSet red/store")]
    assert rules(graph(SET), graph(changed(SET, "spec.replicas", 2))) == [("no-loss", "stack")]
    assert rules(graph(), graph(SET)) == [("nothing-to-decide", "graph")]


def test_a_namespace_holds_state_as_long_as_claims_are_in_it() -> None:
    assert rules(graph(RED), graph()) == [("no-loss", "stack")]
    both = rules(graph(RED, CLAIM), graph())
    assert both == [
        ("claim-lost", "PersistentVolumeClaim red/data"),
        ("namespace-lost", "Namespace red"),
    ]


def test_what_is_kept_is_not_lost_unless_it_is_made_anew() -> None:
    kept = replace(resource(CLAIM), options=Options(retain_on_delete=True))
    before = graph_of([kept], stack="test", mode="manifests")
    assert rules(before, graph()) == [("no-loss", "stack")]
    other = changed(CLAIM, "spec.accessModes", ["ReadWriteMany"])
    assert rules(before, graph(other)) == [("claim-lost", "PersistentVolumeClaim red/data")]


@pytest.mark.parametrize(
    ("token", "state"),
    [
        ("aws:eks/cluster:Cluster", "cluster"),
        ("aws:eks/nodeGroup:NodeGroup", "node-group"),
        ("aws:rds/instance:Instance", "database"),
        ("aws:elasticache/replicationGroup:ReplicationGroup", "cache"),
        ("aws:s3/bucket:Bucket", "bucket"),
        ("aws:kms/key:Key", "key"),
        ("azure-native:containerservice:ManagedCluster", "cluster"),
        ("azure-native:containerservice:AgentPool", "node-group"),
        ("azure-native:dbforpostgresql:Server", "database"),
        ("azure-native:storage:StorageAccount", "bucket"),
        ("azure-native:redisenterprise:RedisEnterprise", "cache"),
        ("azure-native:keyvault:Vault", "key"),
        ("aws:secretsmanager/secret:Secret", "credential"),
        ("pulumi-python:dynamic/credential:Credential", "credential"),
        ("pulumi-python:dynamic/credentials:Words", "credential"),
        ("aws:rds/parameterGroup:ParameterGroup", "no"),
        ("aws:s3/bucketPolicy:BucketPolicy", "no"),
        ("azure-native:storage:BlobServiceProperties", "no"),
        ("azure-native:dbforpostgresql:Configuration", "no"),
        ("pulumi-python:dynamic/kind:Cluster", "cluster"),
    ],
)
def test_what_clouds_keep_for_us_is_stateful(token: str, state: str) -> None:
    thing = Resource(
        urn=f"urn:{token}::x", type=token, name="x", parent=None, provider=None, inputs={"a": 1}
    )
    before = graph_of([thing], stack="test", mode="warm")
    [(rule, _)] = rules(before, graph_of([], stack="test", mode="warm"))
    assert rule == (f"{state}-lost" if state != "no" else "no-loss")


def test_a_provider_whose_rules_nobody_has_written_down_may_replace() -> None:
    def world(value: int) -> Graph:
        inputs = {"size": value}
        token = "aws:rds/instance:Instance"
        thing = Resource(
            urn="urn:db", type=token, name="db", parent=None, provider=None, inputs=inputs
        )
        return graph_of([thing], stack="test", mode="warm")

    [found] = steps(world(1), world(2))
    assert (found.change, bool(found.doubt)) == (Change.UPDATE, True)
    [finding] = replacement(world(1), world(2), Intent()).findings
    assert (finding.rule, finding.status) == ("replacement/database-lost", Status.UNKNOWN)


SCALARS = st.booleans() | st.integers(-2, 2) | st.sampled_from(["", "a", "1Gi"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from("abc"), st.none() | inner, max_size=3)
    ),
    max_leaves=12,
)


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: without_nulls(v) for k, v in value.items() if v is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def typed(value: Any) -> Any:
    """Values that compare as JSON does, not as Python."""
    if isinstance(value, dict):
        return {key: typed(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [typed(inner) for inner in value]
    return (type(value) is bool, value)


@given(VALUES, VALUES)
def test_values_differ_exactly_where_they_are_not_the_same_json(one: Any, other: Any) -> None:
    found = list(differences({"x": one}, {"x": other}))
    same = typed(without_nulls({"x": one})) == typed(without_nulls({"x": other}))
    assert bool(found) != same
    assert len({each.path for each in found}) == len(found)
