"""A minimal client of the Kubernetes API: JSON over one verified connection."""

import contextlib
import http.client
import json
import ssl
from enum import StrEnum
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from operations.sandbox import credentials
from operations.sandbox.layout import Layout
from operations.sandbox.record import HOST, Record

_TIMEOUT = 30.0
_HEALTH_TIMEOUT = 5.0


class ApiError(Exception):
    """The API's answer was not a success."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status


class Api:
    """One connection, made when it is first needed; a context."""

    def __init__(self, port: int, authority: str, token: str, timeout: float = _TIMEOUT) -> None:
        trusted = ssl.create_default_context(cadata=authority)
        self._connection = http.client.HTTPSConnection(HOST, port, timeout=timeout, context=trusted)
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}

    @classmethod
    def of(cls, layout: Layout, record: Record, timeout: float = _TIMEOUT) -> Self:
        """The API of a sandbox, as its administrator."""
        return cls(record.port, credentials.authority(layout), credentials.token(layout), timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def get(self, path: str) -> Any:
        """Read an object or a list."""
        return self._request("GET", path)

    def create(self, path: str, manifest: Any) -> Any:
        """Create an object in a collection; one that exists is left as it is."""
        try:
            return self._request("POST", path, manifest)
        except ApiError as error:
            if error.status == http.client.CONFLICT:
                return None
            raise

    def delete(self, path: str, **query: str) -> None:
        """Delete an object or a collection; what is gone is gone."""
        words = "&".join(f"{key}={quote(value)}" for key, value in query.items())
        try:
            self._request("DELETE", f"{path}?{words}" if words else path)
        except ApiError as error:
            if error.status != http.client.NOT_FOUND:
                raise

    def _request(self, method: str, path: str, body: Any = None) -> Any:
        headers = dict(self._headers)
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            self._connection.request(
                method, path, None if body is None else json.dumps(body), headers
            )
            answer = self._connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise
        if answer.status >= http.client.BAD_REQUEST:
            raise ApiError(answer.status, _message(text))
        return json.loads(text) if text.startswith(("{", "[")) else text


class Health(StrEnum):
    """What stands behind a sandbox's port."""

    HEALTHY = "healthy"
    STARTING = "starting"
    SILENT = "silent"
    """Nothing answers."""
    FOREIGN = "foreign"
    """Something answers that is not this sandbox."""
    ANOTHER = "another cluster"
    """This sandbox's API server answers, but its data are not those that it was made with."""


def identity(api: Api) -> str:
    """The uid of the namespace kube-system: which cluster this is."""
    uid: str = api.get("/api/v1/namespaces/kube-system")["metadata"]["uid"]
    return uid


def health(layout: Layout, record: Record) -> Health:
    """Ask once; only an API with our certificate, our token and our uid is healthy."""
    if not layout.certificate.exists():
        return Health.SILENT
    try:
        with Api.of(layout, record, _HEALTH_TIMEOUT) as api:
            api.get("/readyz")
            uid = identity(api)
    except ssl.SSLError:
        return Health.FOREIGN
    except ApiError as error:
        return Health.FOREIGN if error.status == http.client.UNAUTHORIZED else Health.STARTING
    except http.client.HTTPException:
        return Health.FOREIGN
    except OSError:
        return Health.SILENT
    return Health.HEALTHY if record.uid in {None, uid} else Health.ANOTHER


def _message(text: str) -> str:
    with contextlib.suppress(ValueError, TypeError, KeyError):
        return str(json.loads(text)["message"])
    return text[:300]
