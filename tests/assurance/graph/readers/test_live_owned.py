"""What controllers have made is judged as its source; what differs speaks for itself."""

from typing import Any

import pytest

from assurance.graph.kubernetes import gvk
from assurance.graph.readers.live_api import Served
from assurance.graph.readers.live_owned import Item, judged

SPEC = {"containers": [{"name": "c"}]}
TEMPLATE = {"metadata": {"labels": {"app": "web"}}, "spec": SPEC}


def item(api_version: str, kind: str, name: str, owner: str = "", **content: Any) -> Item:
    metadata: dict[str, Any] = {"name": name, "namespace": "red", "uid": name}
    if owner:
        metadata["ownerReferences"] = [{"uid": "x"}, {"uid": owner, "controller": True}]
    metadata |= content.pop("metadata", {})
    manifest = {"apiVersion": api_version, "kind": kind, "metadata": metadata, **content}
    served = Served(gvk=gvk(api_version, kind), plural=kind.lower(), namespaced=True)
    return Item(kind=served, manifest=manifest)


def deployment() -> list[Item]:
    """A Deployment with its ReplicaSet."""
    return [
        item("apps/v1", "Deployment", "web", spec={"template": TEMPLATE}),
        item("apps/v1", "ReplicaSet", "web-1", "web", spec={"template": TEMPLATE}),
    ]


def pod(owner: str = "web-1", spec: Any = SPEC, phase: str = "Running", **labels: str) -> Item:
    told = {"app": "web", "pod-template-hash": "1", **labels}
    return item(
        "v1", "Pod", "pod", owner, metadata={"labels": told}, spec=spec, status={"phase": phase}
    )


def names(*items: Item) -> list[str]:
    return [found.manifest["metadata"]["name"] for found in judged(items)]


def test_pods_of_a_deployment_are_judged_as_the_deployment() -> None:
    assert names(*deployment(), pod()) == ["web"]


@pytest.mark.parametrize(
    "changed",
    [
        pod(app="other"),
        pod(access="database"),
        pod(spec={**SPEC, "hostNetwork": True}),
        pod(owner=""),
        pod(owner="somebody who is gone"),
        pod(spec={"containers": [{"name": "c", "securityContext": {"privileged": True}}]}),
        pod(spec={"containers": [{"name": "c"}, {"name": "by hand"}]}),
        pod(spec={**SPEC, "volumes": [{"name": "kube-api-access-x", "hostPath": {"path": "/"}}]}),
    ],
)
def test_a_pod_that_differs_from_its_template_is_judged_by_itself(changed: Item) -> None:
    assert names(*deployment(), changed) == ["web", "pod"]


def test_pods_that_are_over_are_judged_no_more() -> None:
    assert names(pod(owner="", phase="Succeeded"), pod(owner="", phase="Failed")) == []
    assert names(pod(owner="", phase="Pending")) == ["pod"]


def test_a_workload_that_only_says_that_it_is_somebodys_is_judged() -> None:
    hidden = {"template": {**TEMPLATE, "spec": {**SPEC, "hostNetwork": True}}}
    assert names(*deployment(), item("apps/v1", "DaemonSet", "hidden", "web", spec=hidden)) == [
        "web",
        "hidden",
    ]


def test_an_older_revision_counts_as_long_as_it_runs() -> None:
    older = {"template": {**TEMPLATE, "spec": {"containers": [{"name": "c", "image": "old"}]}}}
    runs = item("apps/v1", "ReplicaSet", "old", "web", spec={**older, "replicas": 1})
    rests = item("apps/v1", "ReplicaSet", "old", "web", spec={**older, "replicas": 0})
    ends = item(
        "apps/v1", "ReplicaSet", "old", "web", spec={**older, "replicas": 0}, status={"replicas": 1}
    )
    assert names(*deployment(), runs) == ["web", "old"]
    assert names(*deployment(), rests) == ["web"]
    assert names(*deployment(), ends) == ["web", "old"]


def test_what_the_cluster_adds_to_a_pod_makes_no_other_pod_of_it() -> None:
    volumes = [{"name": "kube-api-access-x", "projected": {}}]
    assert names(*deployment(), pod(spec={**SPEC, "volumes": volumes, "nodeName": "n"})) == ["web"]


def test_a_custom_kind_is_judged_as_what_it_has_made_and_by_its_shape_until_then() -> None:
    wish = item("example.com/v1", "Pipeline", "wish", spec={"driver": SPEC})
    made = item("apps/v1", "Deployment", "made", "wish", spec={"template": TEMPLATE})
    assert names(wish) == ["wish"]
    assert names(wish, made) == ["made"]


def test_what_starts_no_pods_is_always_judged() -> None:
    policy = item("networking.k8s.io/v1", "NetworkPolicy", "policy", "web", spec={})
    assert names(*deployment(), policy) == ["web", "policy"]


def test_owners_in_a_circle_end() -> None:
    one = item("apps/v1", "ReplicaSet", "one", "two", spec={"template": TEMPLATE})
    two = item("apps/v1", "ReplicaSet", "two", "one", spec={"template": TEMPLATE})
    assert names(one, two) == ["one", "two"]
