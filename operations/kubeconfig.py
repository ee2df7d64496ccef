"""From a kubeconfig to a way of asking a cluster, by GET alone."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import yaml
from lightkube.config import client_adapter
from lightkube.config.kubeconfig import KubeConfig

from assurance.graph.readers.live_api import RefusedError
from components.config.wording import listed, meant
from components.readiness.cluster import UNUSABLE, understood
from operations.errors import UserError

_SECONDS = 30
_ATTEMPTS = 4
_BUSY = {429, 502, 503, 504}
_UNKNOWN_USER = 401


@dataclass(frozen=True, kw_only=True, slots=True)
class Asking:
    """An open cluster."""

    http: httpx2.Client
    name: str
    """The kubeconfig's context."""
    server: str

    def __call__(self, path: str, query: Mapping[str, str], form: str) -> Any:
        """GET, again where the server is only busy; UserError where nothing can be had at all."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                answer = self.http.get(path, params=dict(query), headers={"Accept": form})
            except httpx2.TransportError as error:
                message = f"{self.server} does not answer ({type(error).__name__}: {error})"
                raise UserError(message) from None
            if answer.status_code not in _BUSY or attempt == _ATTEMPTS:
                break
            time.sleep(_pause(answer, attempt))
        if answer.status_code == _UNKNOWN_USER:
            message = f"{self.server} does not know the user of context {self.name} (401)"
            raise UserError(message)
        if answer.status_code != httpx2.codes.OK:
            raise RefusedError(_reason(answer), answer.status_code)
        try:
            return answer.json()
        except ValueError:
            message = f"{self.server}{path} answers, but is no Kubernetes API server"
            raise UserError(message) from None


def _pause(answer: httpx2.Response, attempt: int) -> float:
    said = answer.headers.get("Retry-After", "")
    return min(float(said), _SECONDS) if said.isdigit() else 0.2 * 2**attempt


def _reason(answer: httpx2.Response) -> str:
    """The API server's own sentence, else its number."""
    try:
        said = answer.json()["message"]
    except (ValueError, LookupError, TypeError):
        said = ""
    return f"{answer.status_code}: {said}" if said else str(answer.status_code)


@contextmanager
def asking(path: Path | None, context: str | None) -> Iterator[Asking]:
    """Open the cluster of a kubeconfig; nothing of what is in it appears in a message."""
    file = _file(path)
    config = _config(file)
    if context is not None and context not in config.contexts:
        guess = meant(context, config.contexts)
        hint = f"; did you mean {guess}" if guess else ""
        there = listed(sorted(config.contexts)) or "none"
        message = f"{file}: no context {context}; there are: {there}{hint}"
        raise UserError(message)
    try:
        chosen = config.get(context)
        assert chosen is not None
        params = client_adapter.ConnectionParams(timeout=httpx2.Timeout(_SECONDS))
        http = client_adapter.Client(understood(chosen), params)
    except UNUSABLE as error:
        message = f"{file} cannot be used ({type(error).__name__}); try it with kubectl"
        raise UserError(message) from None
    name = context or config.current_context or "cluster"
    with http:
        yield Asking(http=http, name=name, server=chosen.cluster.server)


def _file(path: Path | None) -> Path:
    stated = str(path) if path is not None else os.environ.get("KUBECONFIG", "")
    if not stated:
        message = "which cluster? Name its kubeconfig: --kubeconfig FILE, or set KUBECONFIG"
        raise UserError(message)
    return Path(stated)


def _config(file: Path) -> KubeConfig:
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "expected text in UTF-8"
        message = f"{file}: cannot be read: {reason}"
        raise UserError(message) from None
    except yaml.YAMLError:
        message = f"{file}: not YAML"
        raise UserError(message) from None
    try:
        if content.get("kind", "Config") != "Config" or not content["contexts"]:
            raise ValueError
        return KubeConfig.from_dict(content, fname=file)
    except UNUSABLE:
        message = f"{file}: expected a kubeconfig with clusters, users and contexts"
        raise UserError(message) from None
