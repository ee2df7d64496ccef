import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from lightkube.config.kubeconfig import KubeConfig

from operations.engine.live import Live, _one_manager

LISTS: dict[str, Any] = {}
SEEN: list[tuple[str, str]] = []


class Api(BaseHTTPRequestHandler):
    """As much of an API server as a label query needs."""

    def do_GET(self) -> None:
        SEEN.append((self.command, self.path))
        found = LISTS.get(self.path.partition("?")[0])
        body = json.dumps(found or {}).encode()
        self.send_response(200 if found else 404)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def resource(plural: str, kind: str, *verbs: str) -> dict[str, Any]:
    return {"resource": plural, "responseKind": {"kind": kind}, "verbs": list(verbs)}


def group(name: str, *versions: tuple[str, list[dict[str, Any]]]) -> dict[str, Any]:
    listed = [{"version": v, "resources": resources} for v, resources in versions]
    return {"metadata": {"name": name} if name else {}, "versions": listed}


def item(name: str, **metadata: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": "team", "uid": name, **metadata}}


@pytest.fixture
def api() -> Iterator[Live]:
    LISTS.clear()
    SEEN.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    user = {"name": "s", "user": {"token": "t"}}
    config = {
        "current-context": "s",
        "contexts": [{"name": "s", "context": {"cluster": "s", "user": "s"}}],
        "clusters": [{"name": "s", "cluster": {"server": url}}],
        "users": [user],
    }
    with Live(KubeConfig.from_dict(config)) as live:
        yield live
    server.shutdown()
    server.server_close()


def serve(*resources: dict[str, Any]) -> None:
    LISTS["/api"] = {"items": [group("", ("v1", list(resources)))]}
    LISTS["/apis"] = {"items": [group("none")]}


def test_what_a_controller_has_made_is_not_ours(api: Live) -> None:
    serve(resource("configmaps", "ConfigMap", "list", "delete"))
    owned = item("owned", ownerReferences=[{"kind": "Thing"}])
    LISTS["/api/v1/configmaps"] = {"items": [item("mine"), owned]}
    assert [thing.id for thing in api.of_stack("dev").values()] == ["team/mine"]


def test_a_list_that_is_null_is_empty(api: Live) -> None:
    serve(resource("configmaps", "ConfigMap", "list", "delete"))
    LISTS["/api/v1/configmaps"] = {"items": None}
    assert api.of_stack("dev") == {}


def test_what_cannot_be_listed_or_deleted_is_not_asked_for(api: Live) -> None:
    serve(resource("bindings", "Binding", "create"), resource("secrets", "Secret", "list"))
    api.of_stack("dev")
    assert [path for _, path in SEEN] == ["/api", "/apis"]


def test_an_object_that_is_served_twice_is_one_object(api: Live) -> None:
    serve()
    scalers = [resource("scalers", "Scaler", "list", "delete")]
    LISTS["/apis"] = {
        "items": [group("g", ("v2", scalers), ("v1", scalers)), group("old", ("v1", scalers))]
    }
    LISTS["/apis/g/v2/scalers"] = LISTS["/apis/old/v1/scalers"] = {"items": [item("a")]}
    [found] = api.of_stack("dev").values()
    assert found.path == "/apis/g/v2/namespaces/team/scalers/a"
    assert found.group == "g"


def test_the_query_names_both_labels(api: Live) -> None:
    serve(resource("configmaps", "ConfigMap", "list", "delete"))
    LISTS["/api/v1/configmaps"] = {"items": []}
    api.of_stack("dev")
    [path] = [path for _, path in SEEN if path.startswith("/api/v1/configmaps")]
    assert "managed-by%3Dml-platform" in path
    assert "ml-platform%2Fstack%3Ddev" in path


def test_claims_and_whatever_says_so_are_kept(api: Live) -> None:
    serve(
        resource("persistentvolumeclaims", "PersistentVolumeClaim", "list", "delete"),
        resource("configmaps", "ConfigMap", "list", "delete"),
    )
    LISTS["/api/v1/persistentvolumeclaims"] = {"items": [item("data")]}
    annotated = item("a", annotations={"helm.sh/resource-policy": "keep"})
    LISTS["/api/v1/configmaps"] = {"items": [annotated, item("b")]}
    kept = {thing.name: thing.kept for thing in api.of_stack("dev").values()}
    assert kept == {"data": True, "a": True, "b": False}


def entry(manager: str, operation: str, **fields: Any) -> dict[str, Any]:
    return {"manager": manager, "operation": operation, "fieldsV1": fields}


def test_what_earlier_providers_have_set_ends_under_one_name_that_is_taken_over_from() -> None:
    entries = [
        entry("pulumi-kubernetes-1", "Update", a={"b": {}}),
        entry("pulumi-kubernetes-2", "Apply", a={"c": {}}),
        entry("kubelet", "Update", d={}),
    ]
    kept, ours = _one_manager(entries)
    assert kept == entries[2]
    assert (ours["manager"], ours["operation"]) == ("pulumi-kubernetes", "Update")
    assert ours["fieldsV1"] == {"a": {"b": {}, "c": {}}}


def test_a_status_stays_its_writers() -> None:
    status = {**entry("pulumi-kubernetes-1", "Update"), "subresource": "status"}
    assert _one_manager([status]) == [status]
