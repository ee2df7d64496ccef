"""What of ours is on a cluster, asked from its API."""

import http
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx2
from lightkube.config import client_adapter
from lightkube.config.kubeconfig import KubeConfig

_DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
_METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
_DERIVED = frozenset({"Endpoints", "EndpointSlice", "Event", "Pod", "ReplicaSet"})
"""Kinds that controllers make; some copy the labels of what they are made for."""
_KEEP = ("helm.sh/resource-policy", "keep")
_HOLDS_DATA = frozenset({"PersistentVolumeClaim", "CustomResourceDefinition"})
_MANAGER = "pulumi-kubernetes"
_SECONDS = 30

Key = tuple[str, str, str]
"""API group, kind, and `namespace/name`: an object, whatever the version of its API."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LiveObject:
    """An object on the cluster."""

    group: str
    kind: str
    namespace: str | None
    name: str
    path: str
    """Where the API serves it."""
    terminating: bool = False
    kept: bool = False
    """It stays on the cluster when it leaves the state: data hangs on it, or somebody says so."""
    manager: str | None = None
    """Under which name the provider has created it."""

    @property
    def id(self) -> str:
        """As the provider's ids: `namespace/name`, or the name alone."""
        return f"{self.namespace}/{self.name}" if self.namespace else self.name

    @property
    def key(self) -> Key:
        """What it is."""
        return (self.group, self.kind, self.id)

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Live:
    """One connection; a context."""

    def __init__(self, kubeconfig: KubeConfig, context: str | None = None) -> None:
        config = kubeconfig.get(context)
        assert config is not None
        params = client_adapter.ConnectionParams(timeout=httpx2.Timeout(_SECONDS))
        self._http = client_adapter.Client(config, params)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def answers(self) -> bool:
        """Whether there is an API at all."""
        try:
            return self._http.get("/version").is_success
        except httpx2.TransportError:
            return False

    def of_stack(self, stack: str) -> dict[Key, LiveObject]:
        """Everything that carries the labels of a stack, made by us and not by a controller."""
        selector = f"app.kubernetes.io/managed-by=ml-platform,ml-platform/stack={stack}"
        found: dict[str, LiveObject] = {}
        for group, collection, kind in self._collections():
            answer = self._http.get(
                collection, params={"labelSelector": selector}, headers={"Accept": _METADATA}
            )
            if answer.status_code != http.HTTPStatus.OK:
                continue
            for item in answer.json()["items"] or ():
                metadata = item["metadata"]
                if not metadata.get("ownerReferences"):
                    found.setdefault(metadata["uid"], _object(group, kind, collection, metadata))
        return {thing.key: thing for thing in found.values()}

    def delete(self, thing: LiveObject) -> None:
        """Delete an object and what hangs on it; what is gone is gone."""
        answer = self._http.delete(thing.path, params={"propagationPolicy": "Background"})
        if answer.status_code != http.HTTPStatus.NOT_FOUND:
            answer.raise_for_status()

    def disown(self, thing: LiveObject) -> None:
        """Let whoever applies the object next take over its fields from an earlier provider.

        Each object's fields belong to a manager whose name was chosen at random. An import chooses
        another name, and its first change would be a conflict between the two. The name without
        the random part is one that the provider takes over from.
        """
        answer = self._http.get(thing.path)
        answer.raise_for_status()
        metadata = answer.json()["metadata"]
        fields = _one_manager(metadata.get("managedFields") or [])
        version = metadata["resourceVersion"]
        body = {"metadata": {"managedFields": fields, "resourceVersion": version}}
        headers = {"Content-Type": "application/merge-patch+json"}
        self._http.patch(thing.path, json=body, headers=headers).raise_for_status()

    def _collections(self) -> Iterator[tuple[str, str, str]]:
        """Group, path and kind of everything that can be listed and deleted."""
        for root in ("/api", "/apis"):
            answer = self._http.get(root, headers={"Accept": _DISCOVERY})
            answer.raise_for_status()
            for group in answer.json()["items"]:
                yield from _listed(root, group)


def _listed(root: str, group: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    name = group["metadata"].get("name", "")
    seen: set[str] = set()
    for version in group.get("versions", ()):
        for resource in version.get("resources", ()):
            plural, kind = resource["resource"], resource["responseKind"]["kind"]
            if plural in seen or kind in _DERIVED:
                continue
            if {"list", "delete"} <= set(resource["verbs"]):
                seen.add(plural)
                parts = (root, name, version["version"], plural)
                yield name, "/".join(part for part in parts if part), kind


def _object(group: str, kind: str, collection: str, metadata: Mapping[str, Any]) -> LiveObject:
    namespace = metadata.get("namespace")
    base, _, plural = collection.rpartition("/")
    inside = f"/namespaces/{namespace}" if namespace else ""
    return LiveObject(
        group=group,
        kind=kind,
        namespace=namespace,
        name=metadata["name"],
        path=f"{base}{inside}/{plural}/{metadata['name']}",
        terminating="deletionTimestamp" in metadata,
        kept=kind in _HOLDS_DATA or (metadata.get("annotations") or {}).get(_KEEP[0]) == _KEEP[1],
        manager=next(map(_name, filter(_is_ours, metadata.get("managedFields") or ())), None),
    )


def _one_manager(entries: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """All that earlier providers have set, under the one name that a provider takes over from."""
    ours = [entry for entry in entries if _is_ours(entry)]
    others = [entry for entry in entries if not _is_ours(entry)]
    if not ours:
        return others
    fields: dict[str, Any] = {}
    for entry in ours:
        fields = _union(fields, entry.get("fieldsV1") or {})
    return [*others, {**ours[0], "manager": _MANAGER, "operation": "Update", "fieldsV1": fields}]


def _union(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    both = {name: _union(one[name], other[name]) for name in one.keys() & other.keys()}
    return {**one, **other, **both}


def _is_ours(entry: Mapping[str, Any]) -> bool:
    return _name(entry).startswith(_MANAGER) and not entry.get("subresource")


def _name(entry: Mapping[str, Any]) -> str:
    return str(entry.get("manager", ""))
