"""A program reads what is on the cluster; the books that others keep of it stay with the engine."""

from typing import Any

from pulumi.runtime.proto import resource_pb2

from operations.engine.slim import slim

METADATA = {"name": "a", "uid": "1", "managedFields": [{"manager": "m"}]}
OBJECT = {
    "kind": "ConfigMap",
    "metadata": METADATA,
    "data": {"__inputs": "a person's own"},
    "__inputs": {"kind": "ConfigMap"},
    "__initialApiVersion": "v1",
}


class Monitor:
    """Answers with the object, whatever is asked."""

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the protocol's name
        answer = resource_pb2.RegisterResourceResponse(urn=request.name, id="x")
        answer.object.update(OBJECT)
        return answer


def answered(type_: str) -> Any:
    monitor = Monitor()
    slim(monitor)
    request = resource_pb2.RegisterResourceRequest(type=type_, name="n")
    return monitor.RegisterResource(request)


def test_an_object_comes_without_what_provider_and_server_note_of_it() -> None:
    answer = answered("kubernetes:core/v1:ConfigMap")
    assert (answer.urn, answer.id) == ("n", "x")
    read = {name: dict(answer.object[name]) for name in ("metadata", "data")}
    assert read == {"metadata": {"name": "a", "uid": "1"}, "data": OBJECT["data"]}
    assert set(answer.object.fields) == {"kind", "metadata", "data"}


def test_what_is_no_object_on_a_cluster_comes_as_it_is() -> None:
    assert set(answered("pulumi:index:Stash").object.fields) == set(OBJECT)
