from typing import Any

import pytest

from operations.engine.live import LiveObject
from operations.engine.recovery import (
    KIND,
    PROVIDER,
    entered,
    key_of,
    kubeconfig,
    leaving,
    pending,
    recorded,
    settled,
    unknowable,
    unsettled_cluster,
    wanted,
)

SIGNATURE = "4dabf18193072939515e22adb298388d"
CONFIG_MAP = "kubernetes:core/v1:ConfigMap"


def live(name: str, **more: Any) -> LiveObject:
    fields: dict[str, Any] = {"group": "", "kind": "ConfigMap", "namespace": "team", "path": "/"}
    return LiveObject(**{**fields, "name": name, **more})


def resource(name: str, **more: Any) -> dict[str, Any]:
    return {
        "urn": f"urn:pulumi:s::p::{CONFIG_MAP}::{name}",
        "type": CONFIG_MAP,
        "custom": True,
        "parent": "urn:pulumi:s::p::t::parent",
        "dependencies": ["urn:pulumi:s::p::t::other"],
        "inputs": {"kind": "ConfigMap", "metadata": {"name": name, "namespace": "team"}},
        **more,
    }


def operation(kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "resource": resource(name, **more)}


def state(*resources: dict[str, Any], pending: list[dict[str, Any]]) -> dict[str, Any]:
    return {"resources": list(resources), "pending_operations": pending, "manifest": {"time": "t"}}


def by_key(*things: LiveObject) -> dict[Any, LiveObject]:
    return {thing.key: thing for thing in things}


def test_the_core_group_has_no_name_and_versions_make_no_difference() -> None:
    assert key_of(CONFIG_MAP, "team/a") == live("a").key
    assert key_of("kubernetes:autoscaling/v2:HorizontalPodAutoscaler", "x") == (
        "autoscaling",
        "HorizontalPodAutoscaler",
        "x",
    )


def test_an_intention_whose_object_exists_becomes_a_resource_with_all_that_was_intended() -> None:
    settled_state = entered(
        state(pending=[operation("creating", "a")]),
        by_key(live("a", manager="pulumi-kubernetes-7")),
    )
    [made] = settled_state["resources"]
    assert made["id"] == "team/a"
    assert made["inputs"] == resource("a")["inputs"]
    assert made["parent"] == resource("a")["parent"]
    assert made["dependencies"] == resource("a")["dependencies"]
    assert made["outputs"]["__fieldManager"] == "pulumi-kubernetes-7"
    assert settled_state["pending_operations"] == []


def test_an_intention_whose_object_does_not_exist_is_forgotten() -> None:
    settled_state = entered(state(pending=[operation("creating", "a")]), by_key(live("b")))
    assert settled_state["resources"] == []
    assert settled_state["pending_operations"] == []


def test_what_was_being_changed_or_deleted_stays_as_it_was_recorded() -> None:
    known = [resource("a", id="team/a"), resource("b", id="team/b")]
    before = state(*known, pending=[operation("updating", "a"), operation("deleting", "b")])
    settled_state = entered(before, by_key(live("a"), live("b")))
    assert settled_state["resources"] == known
    assert settled_state["pending_operations"] == []


def test_the_new_half_of_a_replacement_takes_the_place_of_the_old_one() -> None:
    old = resource("a", id="team/a", pendingReplacement=True)
    settled_state = entered(state(old, pending=[operation("creating", "a")]), by_key(live("a")))
    [made] = settled_state["resources"]
    assert "pendingReplacement" not in made


def test_no_resource_is_entered_twice() -> None:
    known = resource("a", id="team/a")
    before = state(known, pending=[operation("creating", "a"), operation("creating", "a")])
    assert entered(before, by_key(live("a")))["resources"] == [known]


def test_entered_resources_come_last_after_all_that_they_depend_on() -> None:
    known = resource("parent", id="team/parent")
    made = entered(state(known, pending=[operation("creating", "a")]), by_key(live("a")))
    assert [each["urn"].split("::")[-1] for each in made["resources"]] == ["parent", "a"]


def test_the_rest_of_a_state_is_not_touched() -> None:
    assert entered(state(pending=[]), {})["manifest"] == {"time": "t"}


def test_providers_and_dynamic_resources_are_no_objects_on_a_cluster() -> None:
    others = [
        {"type": "pulumi:providers:kubernetes", "urn": "p", "id": "1"},
        {"type": "pulumi:index:Stash", "urn": "s", "id": "2"},
        {"type": "ml-platform:tenancy:Team", "urn": "t"},
    ]
    assert recorded({"resources": others}) == frozenset()
    creating = [{"type": "creating", "resource": each} for each in others]
    assert entered({"pending_operations": creating}, {})["resources"] == []


def test_an_empty_state_has_nothing_and_nothing_pending() -> None:
    assert recorded({}) == frozenset()
    assert pending({}) == 0
    assert pending({"pending_operations": None}) == 0


def test_a_name_that_is_not_known_yet_asks_for_no_object() -> None:
    assert wanted(CONFIG_MAP, {"metadata": {"name": {"unknown": True}}}) is None
    assert wanted(CONFIG_MAP, {}) is None
    assert wanted(CONFIG_MAP, resource("a")["inputs"]) == live("a").key


def test_what_left_the_state_with_its_namespace_is_leaving_and_nothing_else_is() -> None:
    things = [
        live("recorded"),
        live("kept", kept=True),
        live("cluster", namespace=None),
        live("orphan"),
    ]
    assert leaving(things, frozenset({live("recorded").key})) == [things[3]]


def test_waiting_ends_when_nothing_is_being_deleted() -> None:
    looks = [[live("a", terminating=True), live("b")], [live("b")]]
    said: list[str] = []
    assert settled(lambda: looks.pop(0), 60, said.append) == ()
    assert said == ["waiting for ConfigMap team/a to be deleted"]


def test_waiting_ends_with_a_name_when_it_takes_too_long() -> None:
    stuck = live("a", terminating=True)
    assert settled(lambda: [stuck], 0, lambda _: None) == (stuck,)


def cluster(**more: Any) -> dict[str, Any]:
    inputs = {"name": "c", "kubeconfig": None, "node": {"cpu": 2}}
    return {"urn": "urn:kind", "type": KIND, "custom": True, "inputs": inputs, **more}


def test_a_cluster_of_containers_that_was_begun_is_entered_for_its_own_reading_to_judge() -> None:
    begun = {"pending_operations": [{"type": "creating", "resource": cluster()}]}
    assert unsettled_cluster(begun)
    [made] = entered(begun, {})["resources"]
    assert made == cluster(id="c", outputs=cluster()["inputs"])


@pytest.mark.parametrize("kind", ["deleting", "updating"])
def test_a_cluster_that_the_state_has_is_entered_by_nobody(kind: str) -> None:
    known = cluster(id="c", outputs={"kubeconfig": "k"})
    going = {"resources": [known], "pending_operations": [{"type": kind, "resource": cluster()}]}
    assert unsettled_cluster(going)
    assert entered(going, {})["resources"] == [known]


def test_what_is_on_a_cluster_does_not_unsettle_it() -> None:
    assert not unsettled_cluster(state(pending=[operation("creating", "a")]))
    assert not unsettled_cluster({})


def test_only_what_a_cloud_was_asked_for_cannot_be_found_again() -> None:
    bucket = {"urn": "urn:b", "type": "aws:s3/bucket:Bucket", "custom": True}
    component = {"urn": "urn:c", "type": "ml-platform:tenancy:Team", "custom": False}
    stash = {"urn": "urn:s", "type": "pulumi:index:Stash", "custom": True}
    begun = [bucket, component, stash, cluster(), resource("a")]
    creating = [{"type": "creating", "resource": each} for each in begun]
    deleting = [{"type": "deleting", "resource": {**bucket, "urn": "urn:gone"}}]
    assert unknowable({"pending_operations": creating + deleting}) == ["urn:b"]


def test_a_kubeconfig_is_that_of_the_resource_that_has_one_now() -> None:
    shown = {SIGNATURE: "1b47061264138c4ac30d75fd1eb44270", "plaintext": '"new"'}
    old = cluster(outputs={"kubeconfig": {**shown, "plaintext": '"old"'}}, delete=True)
    new = cluster(outputs={"kubeconfig": shown})
    provider = {"urn": "p", "type": PROVIDER, "inputs": {"kubeconfig": "stale"}}
    deployed = {"resources": [provider, old, new]}
    assert kubeconfig(deployed, KIND) == "new"
    assert kubeconfig(deployed, PROVIDER) == "stale"
    assert kubeconfig({"resources": [provider, cluster()]}, KIND) is None
    assert kubeconfig({}, KIND) is None
