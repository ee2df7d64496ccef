"""`mlp live`: what a person gets wrong before a cluster is asked, and what asking has to bear."""

import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from assurance.graph.readers.live_api import PAGE, RefusedError, pages
from assurance.graph.values import Level
from operations.cli import main
from operations.commands.live import levels_there

CANARY = "tweet-tweet-canary"


def kubeconfig(directory: Path, server: str = "http://127.0.0.1:1", **changes: Any) -> Path:
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "prod",
        "clusters": [{"name": "c", "cluster": {"server": server}}],
        "users": [{"name": "u", "user": {"token": CANARY}}],
        "contexts": [{"name": "prod", "context": {"cluster": "c", "user": "u"}}],
    }
    path = directory / "kubeconfig"
    path.write_text(yaml.safe_dump(content | changes))
    return path


def live(*words: str) -> int:
    return main(["live", *words])


@pytest.mark.parametrize(
    ("changes", "words", "said"),
    [
        ({}, ["--context", "prdo"], "no context prdo; there are: prod; did you mean prod"),
        ({}, [], "http://127.0.0.1:1 does not answer (ConnectError"),
        ({"contexts": []}, [], "expected a kubeconfig with clusters, users and contexts"),
        ({"kind": "Deployment"}, [], "expected a kubeconfig with clusters, users and contexts"),
        ({"current-context": "none"}, [], "kubeconfig cannot be used ("),
        ({}, ["--only", "isolaton"], "did you mean isolation"),
        ({}, ["--intent", "/nowhere.yaml"], "--intent /nowhere.yaml: cannot be read"),
    ],
)
def test_what_is_wrong_with_the_way_to_a_cluster_is_one_line(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    changes: Mapping[str, Any],
    words: list[str],
    said: str,
) -> None:
    assert live("--kubeconfig", str(kubeconfig(tmp_path, **changes)), *words) == 3
    told = capsys.readouterr()
    assert said in told.err
    assert len(told.err.splitlines()) == 1
    assert CANARY not in told.err + told.out


def test_a_kubeconfig_that_is_none_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("KUBECONFIG", raising=False)
    assert live() == 3
    assert "--kubeconfig FILE, or set KUBECONFIG" in capsys.readouterr().err
    for content, said in ((b"\xff", "expected text in UTF-8"), (b"a: [", "not YAML")):
        (tmp_path / "bad").write_bytes(content)
        assert live("--kubeconfig", str(tmp_path / "bad")) == 3
        assert said in capsys.readouterr().err
    assert live("--kubeconfig", str(tmp_path)) == 3
    assert "cannot be read: Is a directory" in capsys.readouterr().err


class Handler(BaseHTTPRequestHandler):
    """Answers every GET alike."""

    answers: list[tuple[int, bytes]]

    def do_GET(self) -> None:
        status, body = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Silence."""


@pytest.fixture
def server() -> Iterator[tuple[str, type[Handler]]]:
    class Own(Handler):
        answers: list[tuple[int, bytes]] = []  # noqa: RUF012 - one server, one list

    with ThreadingHTTPServer(("127.0.0.1", 0), Own) as http:
        threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{http.server_port}", Own
        http.shutdown()


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([(401, b"{}")], "does not know the user of context prod (401)"),
        ([(200, b"<html>")], "answers, but is no Kubernetes API server"),
        ([(403, b'{"message": "forbidden: no"}')], "says nothing of what it holds: 403: forbidden"),
        ([(503, b""), (403, b"{}")], "says nothing of what it holds: 403"),
    ],
)
def test_a_server_that_is_no_cluster_or_lets_nobody_in_is_one_line(
    tmp_path: Path,
    server: tuple[str, type[Handler]],
    capsys: pytest.CaptureFixture[str],
    answers: list[tuple[int, bytes]],
    said: str,
) -> None:
    address, handler = server
    handler.answers[:] = answers
    assert live("--kubeconfig", str(kubeconfig(tmp_path, server=address))) == 3
    told = capsys.readouterr().err
    assert said in told
    assert CANARY not in told


TOO_OLD = "410: too old"


class Pages:
    """A list of 1,200 in pages, whose place the server forgets once."""

    def __init__(self, forgets: int) -> None:
        self.forgets, self.asked = forgets, 0

    def __call__(self, _path: str, query: Mapping[str, str], _form: str) -> Any:
        self.asked += 1
        start = int(query.get("continue", 0))
        if start and self.forgets:
            self.forgets -= 1
            raise RefusedError(TOO_OLD, 410)
        end = min(start + int(query["limit"]), 1200)
        token = str(end) if end < 1200 else ""
        return {"items": list(range(start, end)), "metadata": {"continue": token}}


def test_a_list_is_read_page_by_page_and_from_the_start_where_its_place_is_forgotten() -> None:
    for forgets, asked in ((0, 3), (1, 5), (2, 7)):
        server = Pages(forgets)
        found = [item for page in pages(server, "/x") for item in page["items"]]
        assert found == list(range(1200))
        assert server.asked == asked
    assert PAGE == 500
    with pytest.raises(RefusedError):
        list(pages(Pages(3), "/x"))


def test_what_is_refused_is_not_asked_for_again() -> None:
    asked = []

    def refusing(path: str, _query: Mapping[str, str], _form: str) -> Any:
        asked.append(path)
        raise RefusedError(TOO_OLD, 403)

    with pytest.raises(RefusedError):
        list(pages(refusing, "/x"))
    assert asked == ["/x"]


@pytest.mark.parametrize("stacks", [("teams", "platform"), ("platform", "teams")])
def test_of_several_stacks_on_one_cluster_the_strictest_level_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stacks: tuple[str, ...]
) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: ml-platform\n")
    levels = tmp_path / "policies" / "levels"
    levels.mkdir(parents=True)
    (levels / "teams.json").write_text('{"isolation": "advisory", "capacity": "disabled"}')
    (levels / "platform.json").write_text('{"capacity": "advisory"}')
    monkeypatch.chdir(tmp_path)
    found = levels_there(stacks)
    assert found == {"isolation": Level.MANDATORY, "capacity": Level.ADVISORY}
    assert levels_there(()) == {}
