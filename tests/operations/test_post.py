"""Posting, against a server on this machine that answers as GitHub's API does."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest

from assurance.verdict.markdown import MARK
from operations.cli import main
from operations.errors import UserError
from operations.github import Repository, pull_request

TOKEN = "ghs_0123456789abcdef"
PAGE = 100


@dataclass
class Host:
    """What the server holds, and what it is to refuse."""

    comments: list[dict[str, Any]] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)
    refusals: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """Answers that come first, each once."""
    asked: list[str] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    url: str = ""

    def repository(self) -> Repository:
        return Repository(name="o/r", token=TOKEN, api=self.url, wait=self.pauses.append)


class Handler(BaseHTTPRequestHandler):
    there: Host
    """What this one answers for."""

    def log_message(self, *_: object) -> None: ...

    def answer(self, code: int, content: Any, **headers: str) -> None:
        text = json.dumps(content).encode()
        self.send_response(code)
        for name, value in {"Content-Length": str(len(text)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(text)

    def handle_one(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        content = json.loads(self.rfile.read(length) or b"null")
        self.there.asked.append(f"{self.command} {self.path}")
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            self.answer(401, {"message": "Bad credentials"})
        elif self.there.refusals:
            code, headers = self.there.refusals.pop(0)
            self.answer(code, {"message": "refused"}, **headers)
        else:
            self.served(content)

    do_GET = do_POST = do_PATCH = handle_one  # noqa: N815 - the server's names

    def served(self, content: Any) -> None:
        url = urlparse(self.path)
        parts = url.path.strip("/").split("/")
        about_comments = "comments" in parts
        things = self.there.comments if about_comments else self.there.issues
        if self.command == "GET":
            self.listed(things, url.path, int(parse_qs(url.query).get("page", ["1"])[0]))
        elif self.command == "POST":
            things.append({"id": len(things), "number": len(things), "state": "open", **content})
            self.answer(201, {"html_url": f"{self.there.url}/{len(things) - 1}"})
        else:
            things[int(parts[-1])] |= content
            self.answer(200, {"html_url": f"{self.there.url}/{parts[-1]}"})

    def listed(self, things: list[dict[str, Any]], path: str, page: int) -> None:
        shown = [each for each in things if each.get("state", "open") == "open"]
        more = len(shown) > page * PAGE
        link = {"Link": f'<{self.there.url}{path}?per_page={PAGE}&page={page + 1}>; rel="next"'}
        self.answer(200, shown[(page - 1) * PAGE : page * PAGE], **(link if more else {}))


@pytest.fixture
def host() -> Iterator[Host]:
    there = Host()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"there": there}))
    there.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield there
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_first_verdict_makes_a_comment_and_the_next_writes_it_anew(host: Host) -> None:
    there = host.repository()
    assert there.comment(7, MARK, f"{MARK}\none") == f"{host.url}/0"
    assert there.comment(7, MARK, f"{MARK}\ntwo") == f"{host.url}/0"
    assert [each["body"] for each in host.comments] == [f"{MARK}\ntwo"]


def test_the_comment_is_found_on_a_later_page(host: Host) -> None:
    host.comments = [{"id": n, "body": f"quoting {MARK}"} for n in range(2 * PAGE + 5)]
    host.comments.append({"id": len(host.comments), "body": f"{MARK}\nold"})
    host.repository().comment(7, MARK, f"{MARK}\nnew")
    assert host.comments[-1]["body"] == f"{MARK}\nnew"
    assert len(host.comments) == 2 * PAGE + 6
    assert sum(each.startswith("GET") for each in host.asked) == 3


def test_what_may_not_be_written_is_said_at_once_with_its_remedy(host: Host) -> None:
    host.refusals = [(403, {})]
    with pytest.raises(UserError, match="403 refused; the job needs permissions") as told:
        host.repository().comment(7, MARK, MARK)
    assert len(host.asked) == 1
    assert TOKEN not in str(told.value) + repr(host.repository())


@pytest.mark.parametrize("code", [500, 502, 503, 429])
def test_a_host_in_trouble_is_asked_again(host: Host, code: int) -> None:
    host.refusals = [(code, {}), (code, {})]
    host.repository().comment(7, MARK, MARK)
    assert len(host.comments) == 1
    assert host.pauses == [1.0, 2.0]


def test_a_host_that_says_when_to_come_back_is_believed_but_not_for_ever(host: Host) -> None:
    host.refusals = [(403, {"Retry_After": "3"}), (429, {"Retry_After": "9999"})]
    host.repository().comment(7, MARK, MARK)
    assert host.pauses == [3.0, 30.0]


def test_a_host_that_stays_in_trouble_is_left(host: Host) -> None:
    host.refusals = [(503, {})] * 9
    with pytest.raises(UserError, match="503 refused"):
        host.repository().comment(7, MARK, MARK)
    assert len(host.asked) == 4
    nowhere = Repository(name="o/r", token=TOKEN, api="http://127.0.0.1:1", wait=lambda _: None)
    with pytest.raises(UserError, match="ConnectError"):
        nowhere.comment(7, MARK, MARK)


def run(host: Host, monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    monkeypatch.setenv("GITHUB_REPOSITORY", "o/r")
    monkeypatch.setenv("GITHUB_API_URL", host.url)
    return main(["post", *words])


def test_drift_opens_one_issue_and_closes_it(
    host: Host, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drift = tmp_path / "drift.txt"
    drift.write_text("update Deployment fraud/api ``` @ada\n")
    for _ in range(2):
        assert run(host, monkeypatch, "issue", "Drift of stack prod", str(drift)) == 0
    [issue] = host.issues
    assert issue["title"] == "Drift of stack prod"
    assert "````text\nupdate Deployment fraud/api ``` @ada\n````" in issue["body"]
    assert run(host, monkeypatch, "issue", "Drift of stack other", "--close") == 0
    assert run(host, monkeypatch, "issue", "Drift of stack prod", "--close") == 0
    assert [each["state"] for each in host.issues] == ["closed"]
    said = capsys.readouterr()
    assert TOKEN not in said.out + said.err
    assert "no such issue is open" in said.out


def test_a_comment_goes_to_the_pull_request_that_the_workflow_runs_for(
    host: Host, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    event, text = tmp_path / "event.json", tmp_path / "verdict.md"
    event.write_text('{"pull_request": {"number": 12}}')
    text.write_text("no mark yet")
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(event))
    assert run(host, monkeypatch, "comment", str(text)) == 0
    assert host.comments[0]["body"].startswith(MARK)
    assert host.asked[-1] == "POST /repos/o/r/issues/12/comments"


def test_without_a_token_or_a_pull_request_it_says_what_to_set(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    monkeypatch.setenv("GITHUB_REPOSITORY", "o/r")
    (tmp_path / "x").write_text("x")
    assert main(["post", "comment", str(tmp_path / "x")]) == 3
    assert "set GITHUB_TOKEN" in capsys.readouterr().err
    with pytest.raises(UserError, match="--pull-request 12"):
        pull_request({})
