"""The few questions that a gate asks a cluster: list, watch, pods, warnings."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import yaml
from lightkube.config import client_adapter
from lightkube.config.kubeconfig import KubeConfig, SingleConfig
from lightkube.config.models import NameValue
from lightkube.core.exceptions import ConfigError

from components.readiness.workload import Kind

Object = dict[str, Any]

_PATHS: Mapping[Kind, tuple[str, str]] = {
    "Deployment": ("/apis/apps/v1", "deployments"),
    "StatefulSet": ("/apis/apps/v1", "statefulsets"),
    "DaemonSet": ("/apis/apps/v1", "daemonsets"),
    "Job": ("/apis/batch/v1", "jobs"),
}

UNUSABLE = (
    ConfigError,
    AssertionError,
    AttributeError,
    LookupError,
    OSError,
    TypeError,
    ValueError,
)
_REQUEST_SECONDS = 10
_EXEC = "client.authentication.k8s.io/"


class ClusterError(Exception):
    """The cluster cannot be asked, and asking again would not help."""


class Unreachable(Exception):  # noqa: N818 - a state, and usually a passing one
    """The cluster did not answer this time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """All objects of one kind in one namespace, by name, at one moment."""

    objects: dict[str, Object]
    version: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """An open connection."""

    http: httpx2.AsyncClient

    async def snapshot(self, kind: Kind, namespace: str) -> Listing:
        """All workloads of one kind in one namespace."""
        found = await self._get(_path(kind, namespace))
        items = {item["metadata"]["name"]: item for item in found["items"]}
        return Listing(objects=items, version=found["metadata"]["resourceVersion"])

    async def watch(
        self, kind: Kind, namespace: str, version: str, seconds: float
    ) -> AsyncGenerator[Object]:
        """Workloads as they change after a listing, until the watch breaks or its time is over."""
        params = {
            "watch": "true",
            "resourceVersion": version,
            "timeoutSeconds": str(int(seconds) + 1),
        }
        try:
            async with (
                asyncio.timeout(seconds),
                self.http.stream("GET", _path(kind, namespace), params=params) as response,
            ):
                async for line in response.aiter_lines():
                    event = json.loads(line)
                    if event.get("type") not in {"ADDED", "MODIFIED"}:
                        return  # deleted, or too old a version to watch from: list again
                    yield event["object"]
        except (TimeoutError, httpx2.TransportError):
            return

    async def pods(self, namespace: str, selector: Mapping[str, Any]) -> list[Object]:
        """The pods that a workload's selector finds."""
        found = await self._get(
            f"/api/v1/namespaces/{namespace}/pods", labelSelector=label_selector(selector)
        )
        return list(found["items"])

    async def warnings(self, namespace: str) -> list[Object]:
        """The warnings of a namespace."""
        found = await self._get(
            f"/api/v1/namespaces/{namespace}/events", fieldSelector="type=Warning"
        )
        return list(found["items"])

    async def _get(self, path: str, **params: str) -> Object:
        try:
            response = await self.http.get(path, params=params)
        except httpx2.TransportError as error:
            message = f"{type(error).__name__}: {error}"
            raise Unreachable(message) from None
        if response.status_code in {401, 403}:
            message = f"the kubeconfig's user may not read {path} ({response.status_code})"
            raise ClusterError(message)
        if response.status_code != httpx2.codes.OK:
            message = f"{path} answers {response.status_code}"
            raise Unreachable(message)
        answer: Object = response.json()
        return answer


@asynccontextmanager
async def connect(kubeconfig: str, context: str | None) -> AsyncIterator[Cluster]:
    """Open a cluster for as long as it is needed; the kubeconfig appears in no message."""
    if not kubeconfig:
        message = "the kubeconfig is not known, although its cluster should exist by now"
        raise ClusterError(message)
    try:
        config = KubeConfig.from_dict(yaml.safe_load(kubeconfig)).get(context)
        assert config is not None
        params = client_adapter.ConnectionParams(timeout=httpx2.Timeout(_REQUEST_SECONDS))
        http = client_adapter.AsyncClient(understood(config), params)
    except (*UNUSABLE, yaml.YAMLError) as error:
        message = f"the kubeconfig cannot be used ({type(error).__name__}); try it with kubectl"
        raise ClusterError(message) from None
    async with http:
        yield Cluster(http)


def label_selector(selector: Mapping[str, Any]) -> str:
    """A LabelSelector as the query string spells it."""
    parts = [f"{key}={value}" for key, value in (selector.get("matchLabels") or {}).items()]
    parts += (_requirement(one) for one in selector.get("matchExpressions") or ())
    return ",".join(parts)


def _requirement(expression: Mapping[str, Any]) -> str:
    key, values = expression["key"], _joined(expression.get("values") or ())
    match expression["operator"]:
        case "In":
            return f"{key} in ({values})"
        case "NotIn":
            return f"{key} notin ({values})"
        case "Exists":
            return str(key)
        case _:
            return f"!{key}"


def _joined(values: Iterable[str]) -> str:
    return ",".join(values)


def _path(kind: Kind, namespace: str) -> str:
    group, plural = _PATHS[kind]
    return f"{group}/namespaces/{namespace}/{plural}"


def understood(config: SingleConfig) -> SingleConfig:
    """Tell credential plugins which version is spoken, and let version v1 (same answer) pass."""
    user = config.user
    if user is None or user.exec is None or not user.exec.apiVersion.startswith(_EXEC):
        return config
    said = {
        "kind": "ExecCredential",
        "apiVersion": user.exec.apiVersion,
        "spec": {"interactive": False},
    }
    user.exec.env = [
        *(user.exec.env or ()),
        NameValue(name="KUBERNETES_EXEC_INFO", value=json.dumps(said)),
    ]
    if user.exec.apiVersion == f"{_EXEC}v1":
        user.exec.apiVersion = f"{_EXEC}v1beta1"
    return config
