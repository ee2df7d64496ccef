"""The engine's backend as a service of this process: of its protocol what one operation needs.

The engine asks for the state once. From then on it sends a journal of what it does, batch by batch,
and goes on when the batch is answered; so each is on the disk before it is.
"""

import contextlib
import gzip
import http
import json
import re
import secrets
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Mapping[str, Any]

_JOURNAL = 1
"""The version of the journal that the engine sends, and of what `replay` understands."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stack:
    """What the service knows of a stack."""

    export: Callable[[], Answer]
    """Its state, as `pulumi stack export` prints it."""
    tags: Mapping[str, str]


@dataclass(kw_only=True, slots=True)
class Told:
    """What the engine has told of the operation apart from its journal."""

    request: Answer = field(default_factory=dict)
    """The program and its configuration, secrets encrypted."""
    changes: Mapping[str, int] = field(default_factory=dict)
    status: str = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """One operation on one stack."""

    find: Callable[[str, str], Stack | None]
    """By project and name; the program may refer to other stacks."""
    journal: Callable[[bytes], None]
    told: Told
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    """Good for this operation; nobody but the engine has it."""

    def answer(self, request: str, body: bytes) -> Answer | None:
        """What the engine gets; None: there is no such thing."""
        for pattern, work in _ROUTES:
            if match := re.fullmatch(pattern, request):
                return work(self, match, body)
        return None

    def knows(self, authorization: str) -> bool:
        """Whether it is the engine that asks; it calls its token by one of two names."""
        word, _, token = authorization.partition(" ")
        same = secrets.compare_digest(token.encode(), self.token.encode())
        return same and word in {"token", "update-token"}


def _capabilities(_service: Service, _match: re.Match[str], _body: bytes) -> Answer:
    return {"capabilities": []}


def _stack(service: Service, match: re.Match[str], _body: bytes) -> Answer | None:
    stack = service.find(match["project"], match["stack"])
    if stack is None:
        return None
    return {
        "orgName": match["organisation"],
        "projectName": match["project"],
        "stackName": match["stack"],
        "tags": stack.tags,
    }


def _export(service: Service, match: re.Match[str], _body: bytes) -> Answer | None:
    stack = service.find(match["project"], match["stack"])
    return stack.export() if stack else None


def _create(service: Service, _match: re.Match[str], body: bytes) -> Answer:
    service.told.request = json.loads(body)
    return {"updateID": secrets.token_hex(8)}


def _start(service: Service, _match: re.Match[str], _body: bytes) -> Answer:
    return {"version": 1, "token": service.token, "journalVersion": _JOURNAL}


def _entries(service: Service, _match: re.Match[str], body: bytes) -> Answer:
    service.journal(body)
    return {}


def _events(service: Service, _match: re.Match[str], body: bytes) -> Answer:
    if b'"summaryEvent"' in body:
        for event in json.loads(body)["events"]:
            if summary := event.get("summaryEvent"):
                service.told.changes = summary.get("resourceChanges") or {}
    return {}


def _renew(service: Service, _match: re.Match[str], _body: bytes) -> Answer:
    return {"token": service.token}


def _complete(service: Service, _match: re.Match[str], body: bytes) -> Answer:
    service.told.status = json.loads(body)["status"]
    return {}


_STACK = r"/api/stacks/(?P<organisation>[^/]+)/(?P<project>[^/]+)/(?P<stack>[^/]+)"
_UPDATE = rf"{_STACK}/(?:update|refresh|destroy)"
_ROUTES: tuple[tuple[str, Callable[[Service, re.Match[str], bytes], Answer | None]], ...] = (
    ("GET /api/capabilities", _capabilities),
    (f"GET {_STACK}", _stack),
    (f"GET {_STACK}/export", _export),
    (f"POST {_UPDATE}", _create),
    (f"POST {_UPDATE}/[^/]+", _start),
    (f"PATCH {_UPDATE}/[^/]+/journalentries", _entries),
    (f"POST {_UPDATE}/[^/]+/events/batch", _events),
    (f"POST {_UPDATE}/[^/]+/renew_lease", _renew),
    (f"POST {_UPDATE}/[^/]+/complete", _complete),
)


@contextlib.contextmanager
def served(service: Service) -> Iterator[str]:
    """Serve on this machine alone for as long as a block runs; the address."""
    handler = type("Handler", (_Handler,), {"service": service})
    with _Server(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """An engine that is killed in the middle of a word is told of elsewhere."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    service: Service
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PATCH(self) -> None:
        self._answer()

    def log_message(self, *_: object) -> None:
        """Nobody reads it, and headers hold a token."""

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:
            message = "the engine ended in the middle of a request"
            raise ConnectionAbortedError(message)
        authorization = self.headers.get("Authorization") or ""
        request = f"{self.command} {self.path}"
        if not self.service.knows(authorization):
            self._say(http.HTTPStatus.UNAUTHORIZED, "this service has one user")
            return
        try:
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            answer = self.service.answer(request, body)
        except (OSError, ValueError, KeyError, TypeError) as error:
            self._say(http.HTTPStatus.INTERNAL_SERVER_ERROR, f"{request}: {error!r}")
        else:
            found = http.HTTPStatus.OK if answer is not None else http.HTTPStatus.NOT_FOUND
            self._say(found, f"{request} is not served here", answer)

    def _say(self, status: http.HTTPStatus, message: str, answer: Answer | None = None) -> None:
        fault = {"code": status.value, "message": message}
        content = json.dumps(fault if answer is None else answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()
