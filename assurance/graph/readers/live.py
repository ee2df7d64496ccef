"""A running cluster becomes a graph: by lists alone, and without the content of any Secret."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from assurance.graph.annotations import assumption, config_key
from assurance.graph.graph import Graph, graph_of
from assurance.graph.intent_json import Statement
from assurance.graph.intent_maps import is_intent_map, statement_of
from assurance.graph.readers.live_api import (
    METADATA,
    NAMES,
    PLAIN,
    Ask,
    RefusedError,
    Served,
    Unread,
    pages,
    served,
)
from assurance.graph.readers.live_owned import Item, judged
from assurance.graph.resource import Marker, Origin, Resource

_AT_ONCE = 8
_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_MOMENT = ("creationTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid")
_CONTENT = ("data", "roleRef", "rules", "spec", "subjects", "webhooks")
"""Where kinds keep what proofs look at."""
_SECRETS, _CONFIG_MAPS = ("", "secrets"), ("", "configmaps")
_NAMESPACES = "/api/v1/namespaces"


@dataclass(frozen=True, kw_only=True, slots=True)
class Live:
    """A cluster, as far as it could be read."""

    graph: Graph
    statements: tuple[Statement, ...]
    """The intent that stands on the cluster."""
    stacks: tuple[str, ...]
    """The stacks that have written it."""
    unread: tuple[Unread, ...]
    kinds: int
    through_owners: int
    """Objects that are judged as what they were made from."""


def read_live(ask: Ask, name: str) -> Live:
    """Everything that proofs look at; what may not be listed stands in the graph as unknown."""
    kinds, unread = served(ask)
    items: list[Item] = []
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        for kind, answer in zip(
            kinds, pool.map(lambda kind: _listed(ask, kind), kinds), strict=True
        ):
            if isinstance(answer, Unread):
                unread.append(answer)
            else:
                items += (Item(kind=kind, manifest=manifest) for manifest in answer)
    kept = judged(items)
    resources = [_resource(item, name) for item in kept]
    resources += (_unknown(each.kind, name) for each in unread if each.kind is not None)
    maps = [item.manifest for item in items if _is_intent(item)]
    whole = [ask(f"{_NAMESPACES}/{_space(m)}/configmaps/{_name(m)}", {}, PLAIN) for m in maps]
    labels = (manifest["metadata"].get("labels") or {} for manifest in maps)
    return Live(
        graph=graph_of(resources, stack=name, mode="live"),
        statements=tuple(map(statement_of, whole)),
        stacks=tuple(sorted({label["ml-platform/stack"] for label in labels})),
        unread=tuple(unread),
        kinds=len(kinds),
        through_owners=len(items) - len(kept),
    )


def _listed(ask: Ask, kind: Served) -> list[dict[str, Any]] | Unread:
    """All objects of a kind, in no more detail than proofs need."""
    try:
        if (kind.gvk.group, kind.plural) == _SECRETS:
            return list(_secrets(ask, kind))
        named = (kind.gvk.group, kind.plural) == _CONFIG_MAPS
        read = pages(ask, kind.path, METADATA if named else PLAIN)
        return [_manifest(item, kind) for page in read for item in page.get("items") or ()]
    except RefusedError as error:
        return Unread(what=str(kind), reason=str(error), kind=kind)


def _secrets(ask: Ask, kind: Served) -> Iterator[dict[str, Any]]:
    """Names and types only: even a Secret's annotations may repeat what is in it."""
    for page in pages(ask, _NAMESPACES, METADATA):
        for namespace in (item["metadata"]["name"] for item in page.get("items") or ()):
            for table in pages(ask, f"{_NAMESPACES}/{namespace}/{kind.plural}", NAMES):
                columns = [column["name"] for column in table["columnDefinitions"]]
                for row in table.get("rows") or ():
                    cells = dict(zip(columns, row["cells"], strict=False))
                    yield {
                        "apiVersion": "v1",
                        "kind": "Secret",
                        "metadata": {"name": cells["Name"], "namespace": namespace},
                        "type": cells["Type"],
                        "data": Marker.SECRET_UNKNOWN,
                    }


def _manifest(item: Mapping[str, Any], kind: Served) -> dict[str, Any]:
    """What somebody asked for, without the cluster's own notes; lists do not repeat the kind."""
    metadata = dict(item["metadata"])
    metadata.pop("managedFields", None)
    notes = metadata.get("annotations")
    if notes and _APPLIED in notes:
        metadata["annotations"] = {k: v for k, v in notes.items() if k != _APPLIED}
    read = {"apiVersion": kind.gvk.api_version, "kind": kind.gvk.kind}
    return {**item, **read, "metadata": metadata}


def _asked_for(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without the node that a pod was put on: who chose it, the cluster does not say."""
    conditions = (manifest.get("status") or {}).get("conditions") or ()
    if manifest["kind"] != "Pod" or not any(c.get("type") == "PodScheduled" for c in conditions):
        return manifest
    spec = {key: value for key, value in manifest["spec"].items() if key != "nodeName"}
    return {**manifest, "spec": spec}


def _resource(item: Item, stack: str) -> Resource:
    manifest = {k: v for k, v in _asked_for(item.manifest).items() if k != "status"}
    metadata = {k: v for k, v in manifest["metadata"].items() if k not in _MOMENT}
    status = item.manifest.get("status")
    kind = item.kind.gvk.token
    path = f"{metadata['namespace']}/{metadata['name']}" if "namespace" in metadata else None
    return Resource(
        urn=f"urn:pulumi:{stack}::live::{kind}::{path or metadata['name']}",
        type=kind,
        name=path or metadata["name"],
        parent=None,
        provider=None,
        inputs={**manifest, "metadata": metadata},
        outputs={"status": status} if status else {},
        origin=Origin(config=config_key(manifest)),
        assumed=assumption(manifest),
    )


def _unknown(kind: Served, stack: str) -> Resource:
    """An object of which nothing is known, for any number of them."""
    metadata = {
        "name": Marker.UNKNOWN,
        **({"namespace": Marker.UNKNOWN} if kind.namespaced else {}),
    }
    read = {"apiVersion": kind.gvk.api_version, "kind": kind.gvk.kind, "metadata": metadata}
    token = kind.gvk.token
    return Resource(
        urn=f"urn:pulumi:{stack}::live::{token}::(not listed)",
        type=token,
        name="(not listed)",
        parent=None,
        provider=None,
        inputs={**dict.fromkeys(_CONTENT, Marker.UNKNOWN), **read},
    )


def _is_intent(item: Item) -> bool:
    is_map = (item.kind.gvk.group, item.kind.plural) == _CONFIG_MAPS
    return is_map and is_intent_map(_space(item.manifest), _name(item.manifest))


def _space(manifest: Mapping[str, Any]) -> str | None:
    namespace: str | None = manifest["metadata"].get("namespace")
    return namespace


def _name(manifest: Mapping[str, Any]) -> str:
    return str(manifest["metadata"]["name"])
