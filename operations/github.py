"""One comment on a pull request, one issue per subject: found again by a mark, written anew."""

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, Self

import httpx2

from operations.errors import UserError

_API = "https://api.github.com"
_ATTEMPTS = 4
_LONGEST_WAIT = 30.0
_SECONDS = 20
_AGAIN = frozenset({HTTPStatus.TOO_MANY_REQUESTS, *range(500, 600)})


@dataclass(frozen=True, kw_only=True, slots=True)
class Repository:
    """Where, and as whom."""

    name: str
    """`owner/repository`."""
    token: str = field(repr=False)
    api: str = _API
    wait: Callable[[float], None] = time.sleep

    @classmethod
    def here(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """The one that a workflow runs for."""
        token = environment.get("GITHUB_TOKEN", "")
        name = environment.get("GITHUB_REPOSITORY", "")
        missing = [n for n, v in (("GITHUB_TOKEN", token), ("GITHUB_REPOSITORY", name)) if not v]
        if missing:
            message = f"set {' and '.join(missing)}: where to write, and what may write there"
            raise UserError(message)
        return cls(name=name, token=token, api=environment.get("GITHUB_API_URL") or _API)

    def comment(self, number: int, mark: str, text: str) -> str:
        """Write the comment that begins with the mark; its address."""
        path = f"/repos/{self.name}/issues/{number}/comments"
        with self._client() as client:
            for known in self._pages(client, path, {}):
                if str(known.get("body", "")).startswith(mark):
                    one = f"/repos/{self.name}/issues/comments/{known['id']}"
                    return self._url(self._ask(client, "PATCH", one, {"body": text}))
            return self._url(self._ask(client, "POST", path, {"body": text}))

    def issue(self, mark: str, title: str, text: str | None) -> str | None:
        """Open the issue that begins with the mark, or write it anew; without a text close it."""
        path = f"/repos/{self.name}/issues"
        with self._client() as client:
            open_ones = self._pages(client, path, {"state": "open"})
            known = next((i for i in open_ones if str(i.get("body") or "").startswith(mark)), None)
            if text is None and known is None:
                return None
            content = {"state": "closed"} if text is None else {"title": title, "body": text}
            if known is None:
                return self._url(self._ask(client, "POST", path, content))
            return self._url(self._ask(client, "PATCH", f"{path}/{known['number']}", content))

    def _client(self) -> httpx2.Client:
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {self.token}",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        return httpx2.Client(base_url=self.api, headers=headers, timeout=_SECONDS)

    def _pages(
        self, client: httpx2.Client, path: str, query: Mapping[str, str]
    ) -> Iterator[Mapping[str, Any]]:
        """Every page, in order, as far as somebody reads on."""
        following: str | None = str(httpx2.URL(path, params={**query, "per_page": "100"}))
        while following:
            answer = self._ask(client, "GET", following, None)
            yield from answer.json()
            following = answer.links.get("next", {}).get("url")

    def _ask(
        self, client: httpx2.Client, method: str, path: str, content: Mapping[str, Any] | None
    ) -> httpx2.Response:
        """Ask, and ask again where that may help; what is said names neither token nor headers."""
        trouble = "no answer"
        for attempt in range(_ATTEMPTS):
            pause = float(2**attempt)
            try:
                answer = client.request(method, path, json=content)
            except httpx2.TransportError as error:
                trouble = type(error).__name__
            else:
                if answer.is_success:
                    return answer
                trouble = f"{answer.status_code} {_said(answer)}"
                asked = answer.headers.get("Retry-After", "")
                if answer.status_code not in _AGAIN and not asked:
                    break
                pause = min(float(asked), _LONGEST_WAIT) if asked.isdigit() else pause
            if attempt + 1 < _ATTEMPTS:
                self.wait(pause)
        message = f"{method} {path.partition('?')[0]} at {self.name}: {trouble}{_remedy(trouble)}"
        raise UserError(message)

    @staticmethod
    def _url(answer: httpx2.Response) -> str:
        return str(answer.json().get("html_url", ""))


def pull_request(environment: Mapping[str, str] = os.environ) -> int:
    """The pull request that a workflow runs for."""
    path = environment.get("GITHUB_EVENT_PATH", "")
    try:
        event = json.loads(Path(path).read_text("utf-8"))
        return int(event["pull_request"]["number"])
    except (OSError, ValueError, LookupError, TypeError):
        message = "this is no pull request's workflow; say which one: --pull-request 12"
        raise UserError(message) from None


def _said(answer: httpx2.Response) -> str:
    try:
        return str(answer.json()["message"])
    except (ValueError, LookupError, TypeError):
        return answer.reason_phrase


def _remedy(trouble: str) -> str:
    if trouble.startswith("403"):
        return (
            "; the job needs permissions pull-requests: write (an issue: issues: write), "
            "which a fork's pull request never gets"
        )
    return "; the token is not accepted" if trouble.startswith("401") else ""
