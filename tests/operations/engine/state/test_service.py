"""The service has one user, on this machine, and keeps its token from everybody else."""

import gzip
import json
import socket
import stat
import struct
import time
from pathlib import Path
from typing import Any

import pytest

from tests.operations.engine.state.backend import Client, backend, keeper, made, names, resource

STACK = "/api/stacks/organization/p/s"
QUESTIONS = [
    ("GET", "/api/capabilities"),
    ("GET", STACK),
    ("GET", f"{STACK}/export"),
    ("POST", f"{STACK}/update"),
    ("POST", f"{STACK}/update/1"),
    ("PATCH", f"{STACK}/update/1/journalentries"),
    ("POST", f"{STACK}/update/1/complete"),
    ("GET", "/api/anything/else"),
]


def test_nobody_without_the_token_learns_or_changes_anything(tmp_path: Path) -> None:
    place = backend(tmp_path, resource("a"))
    with keeper(place).operation("up") as leading:
        client = Client(leading)
        words = ("none", "token ", "token wrong", "update-token wrong", f"Bearer {client.token}")
        for method, path in QUESTIONS:
            for word in words:
                status, answer = client.ask(method, path, {"entries": []}, word)
                assert status == 401
                assert set(answer) == {"code", "message"}
        assert place.journal.read_bytes().count(b"\n") == 1


def test_each_operation_has_a_token_of_its_own(tmp_path: Path) -> None:
    place, tokens = backend(tmp_path), []
    for _ in range(3):
        with keeper(place).operation("up") as leading:
            tokens.append(Client(leading).token)
    assert len(set(tokens)) == 3
    assert min(map(len, tokens)) >= 32


def test_the_token_is_in_no_variable_and_in_a_file_of_one_reader(tmp_path: Path) -> None:
    with keeper(backend(tmp_path)).operation("up") as leading:
        token = Client(leading).token
        assert all(token not in value for value in leading.values())
        directory = Path(leading["PULUMI_CREDENTIALS_PATH"])
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700
        assert [stat.S_IMODE(p.stat().st_mode) for p in directory.iterdir()] == [0o600]
        assert all(token not in p.read_text("utf-8") for p in _files(tmp_path))
    assert not directory.exists()


def _files(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file()]


def test_it_listens_on_this_machine_alone_and_no_longer_than_the_operation(tmp_path: Path) -> None:
    with keeper(backend(tmp_path)).operation("up") as leading:
        host, port = leading["PULUMI_BACKEND_URL"].removeprefix("http://").split(":")
        assert host == "127.0.0.1"
        assert _answers(host, int(port))
        assert not _answers(_other_address(), int(port))
    assert not _answers(host, int(port))


def _answers(host: str, port: int) -> bool:
    with socket.socket() as made:
        made.settimeout(2)
        return made.connect_ex((host, port)) == 0


def _other_address() -> str:
    """Another one of this machine's: all of 127/8 is."""
    return "127.0.0.2"


def test_the_state_is_exported_as_it_is_with_the_stack_s_tags(tmp_path: Path) -> None:
    place = backend(tmp_path, resource("a", inputs={"n": 1e21, "text": "ü\u2028"}))
    place.tags.write_text('{"version": 1, "tags": {"owner": "me"}}', encoding="utf-8")
    backend(tmp_path, resource("b"), stack="other")
    with keeper(place).operation("up") as leading:
        ask = Client(leading).ask
        assert ask("GET", STACK)[1]["tags"] == {"owner": "me"}
        _, said = ask("GET", f"{STACK}/export")
        assert said["version"] == 3
        assert said["deployment"]["resources"] == [
            resource("a", inputs={"n": 1e21, "text": "ü\u2028"})
        ]
        _, other = ask("GET", "/api/stacks/organization/p/other/export")
        assert [each["id"] for each in other["deployment"]["resources"]] == ["b"]


def test_a_stack_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with keeper(backend(tmp_path)).operation("up") as leading:
        ask = Client(leading).ask
        for what in ("p/none", "q/s", "p/..", "../.."):
            assert ask("GET", f"/api/stacks/organization/{what}")[0] == 404
            assert ask("GET", f"/api/stacks/organization/{what}/export")[0] == 404


@pytest.mark.parametrize("missing", [1, 15, 1_000])
def test_a_request_that_breaks_off_is_no_fault_and_leaves_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], missing: int
) -> None:
    place = backend(tmp_path)
    with keeper(place).operation("up") as leading:
        client = Client(leading)
        path = client.begin()
        whole = gzip.compress(json.dumps({"entries": made(1, 1, resource("a"))}).encode())
        _cut_off(client, f"{path}/journalentries", whole[:-missing], len(whole))
        assert client.send(path, made(1, 1, resource("b"))) == 200
    assert names(place) == ["b"]
    assert capfd.readouterr() == ("", "")


def _cut_off(client: Client, path: str, body: bytes, length: int) -> None:
    """A request of which less comes than its head says; gone once the service has hung up."""
    host, port = client.address.split(":")
    head = (
        f"PATCH {path} HTTP/1.1",
        f"Authorization: {client.lease}",
        "Content-Encoding: gzip",
        f"Content-Length: {length}",
    )
    with socket.create_connection((host, int(port)), timeout=10) as made_:
        made_.sendall("\r\n".join((*head, "", "")).encode() + body)
        made_.shutdown(socket.SHUT_WR)
        assert made_.recv(1) == b""


def test_nonsense_is_answered_and_does_no_harm(tmp_path: Path) -> None:
    place = backend(tmp_path)
    with keeper(place).operation("up") as leading:
        client = Client(leading)
        path = client.begin()
        nonsense: list[Any] = [None, [], {"status": None}, {}, "text"]
        for body in nonsense:
            client.ask("POST", f"{path}/complete", body, client.lease)
            client.ask("POST", f"{path}/events/batch", body, client.lease)
        assert client.send(path, made(1, 1, resource("a"))) == 200
        assert client.ask("POST", f"{path}/renew_lease", {}, client.lease)[0] == 200
    assert b'"a:b:C"' in place.checkpoint.read_bytes()


def test_an_engine_that_is_killed_in_the_middle_of_a_word_is_no_traceback(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    place = backend(tmp_path)
    with keeper(place).operation("up") as leading:
        client = Client(leading)
        host, port = client.address.split(":")
        for words in (b"PATCH /api", b"PATCH / HTTP/1.1\r\nContent-Length: 9\r\n\r\n{"):
            with socket.create_connection((host, int(port))) as connection:
                connection.sendall(words)
                time.sleep(0.05)
                linger = struct.pack("ii", 1, 0)  # a reset, as of a process that is gone
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        time.sleep(0.1)
        assert client.send(client.begin(), made(1, 1, resource("a"))) == 200
    assert capfd.readouterr().err == ""
