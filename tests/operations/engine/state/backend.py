"""A file backend in a directory, as the engine lays it out, and what the engine asks of it."""

import gzip
import http.client
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from operations.engine.state.keeper import Keeper
from operations.engine.state.place import Place

ENGINE = "v3.259.0"
ROOT_URN = "urn:pulumi:s::p::pulumi:pulumi:Stack::p-s"


def resource(name: str, **said: Any) -> dict[str, Any]:
    """A resource as the engine writes it."""
    type_ = said.pop("type", "a:b:C")
    parent = said.pop("parent", None)
    types = f"{parent.split('::')[2]}${type_}" if parent else type_
    urn = f"urn:pulumi:s::p::{types}::{name}"
    above = {"parent": parent} if parent else {}
    return {"urn": urn, "custom": True, "id": name, "type": type_, **above, **said}


def urn(name: str) -> str:
    urn_: str = resource(name)["urn"]
    return urn_


def entry(sequence: int, kind: int, step: int = 0, **said: Any) -> dict[str, Any]:
    """A line of a journal."""
    places = {"removeOld": None, "removeNew": None}
    return {"sequenceID": sequence, "kind": kind, "operationID": step, **places, **said}


def made(sequence: int, step: int, state: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A resource that is created."""
    begun = {"resource": state, "type": "creating"}
    return [
        entry(sequence, 0, step, operation=begun),
        entry(sequence + 1, 1, step, state=state),
    ]


def backend(
    root: Path, *resources: Mapping[str, Any], project: str = "p", stack: str = "s"
) -> Place:
    """A stack with a state."""
    place = Place(root=root, project=project, stack=stack)
    place.checkpoint.parent.mkdir(parents=True, exist_ok=True)
    (root / ".pulumi" / "meta.yaml").write_text("version: 1\n", encoding="utf-8")
    latest = {"manifest": {"time": "t", "magic": "m", "version": "v"}, "resources": [*resources]}
    checkpoint = {"stack": place.name, "latest": latest}
    place.checkpoint.write_text(json.dumps({"version": 3, "checkpoint": checkpoint}), "utf-8")
    return place


def keeper(place: Place, notes: list[str] | None = None, *, backups: bool = False) -> Keeper:
    said = [] if notes is None else notes
    settings = place.checkpoint.with_name("settings")
    return Keeper(place=place, settings=settings, engine=ENGINE, backups=backups, note=said.append)


def state(place: Place) -> Any:
    """What is in the state's file."""
    return json.loads(place.checkpoint.read_bytes())["checkpoint"]["latest"]


def names(place: Place) -> list[str]:
    return [each["id"] for each in state(place).get("resources", ())]


class Client:
    """What the engine does, in the words of its protocol."""

    def __init__(self, leading: Mapping[str, str]) -> None:
        self.address = leading["PULUMI_BACKEND_URL"].removeprefix("http://")
        login = Path(leading["PULUMI_CREDENTIALS_PATH"]) / "credentials.json"
        said = json.loads(login.read_text("utf-8"))
        self.token = said["accounts"][said["current"]]["accessToken"]

    def ask(
        self, method: str, path: str, body: Any = None, authorization: str | None = None
    ) -> tuple[int, Any]:
        """One request, compressed as the engine does it."""
        connection = http.client.HTTPConnection(self.address, timeout=10)
        headers = {"Authorization": authorization or f"token {self.token}"}
        content = None
        if body is not None:
            content = gzip.compress(json.dumps(body).encode())
            headers["Content-Encoding"] = "gzip"
        connection.request(method, path, content, headers)
        answer = connection.getresponse()
        said = json.loads(answer.read())
        connection.close()
        return answer.status, said

    def begin(self, kind: str = "update") -> str:
        """Create and start an operation; its path."""
        stack = "/api/stacks/organization/p/s"
        metadata = {"message": "why", "environment": {"exec.kind": "cli"}}
        config = {
            "p:plain": {"string": "x", "secret": False, "object": False},
            "p:hidden": {"string": "v1:c", "secret": True, "object": False},
            "p:more": {"string": '{"a":1}', "secret": False, "object": True},
        }
        _, created = self.ask("POST", f"{stack}/{kind}", {"metadata": metadata, "config": config})
        path = f"{stack}/{kind}/{created['updateID']}"
        status, started = self.ask("POST", path, {"journalVersion": 1})
        assert (status, started["journalVersion"]) == (200, 1)
        self.lease = f"update-token {started['token']}"
        return path

    def send(self, path: str, entries: Iterable[Mapping[str, Any]]) -> int:
        """One batch; the answer's status."""
        batch = {"entries": [*entries]}
        return self.ask("PATCH", f"{path}/journalentries", batch, self.lease)[0]

    def end(self, path: str, status: str = "succeeded") -> None:
        """What it says last."""
        events = {"events": [{"summaryEvent": {"resourceChanges": {"create": 1}}}]}
        assert self.ask("POST", f"{path}/events/batch", events, self.lease)[0] == 200
        assert self.ask("POST", f"{path}/complete", {"status": status}, self.lease)[0] == 200
