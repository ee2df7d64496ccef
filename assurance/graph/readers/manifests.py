"""A folder or a file of plain YAML and JSON becomes a graph; what cannot be read is named."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from assurance.graph.annotations import assumption, config_key
from assurance.graph.graph import Graph, graph_of
from assurance.graph.kubernetes import gvk
from assurance.graph.readers.documents import Found, Place, documents
from assurance.graph.resource import Origin, Resource, Secret

_SUFFIXES = {".yaml", ".yml", ".json"}
_CHART = "Chart.yaml"
_RENDER = "a Helm chart: render it first (helm template NAME DIR), and give what comes out"
_LARGEST = 256 * 2**20
_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_FOR_TOOLS = {
    "apiserver.config.k8s.io": "the API server's own settings",
    "audit.k8s.io": "the API server's own settings",
    "client.authentication.k8s.io": "a client's settings",
    "kind.x-k8s.io": "for kind",
    "kubeadm.k8s.io": "for kubeadm",
    "kubelet.config.k8s.io": "the kubelet's own settings",
    "kubeproxy.config.k8s.io": "kube-proxy's own settings",
    "kubescheduler.config.k8s.io": "the scheduler's own settings",
    "kustomize.config.k8s.io": "for kustomize: render it first (kubectl kustomize DIR)",
    "skaffold": "for skaffold",
}
"""Groups whose documents are for a tool, not for the API server."""


class ManifestsError(Exception):
    """A file that cannot be read, or two that describe one object."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """What somebody who knows the kinds says of a manifest."""

    text: str
    fatal: bool = False
    """The cluster would not take it, so it is left out."""


def _raise(fault: str) -> NoReturn:
    raise ManifestsError(fault)


@dataclass(frozen=True, kw_only=True, slots=True)
class Listener:
    """Who is told what happened to a document; a fault ends the reading unless somebody listens."""

    passed_over: Callable[[str], None] = lambda _note: None
    """What is no manifest."""
    left_out: Callable[[str], None] = _raise
    """What should be one, and cannot be read."""
    remark: Callable[[Mapping[str, Any]], Remark | None] = lambda _manifest: None


def read_manifests(
    path: Path, *, name: str | None = None, listener: Listener | None = None
) -> Graph:
    """Every object in a file, or in a folder and below it."""
    if not path.exists():
        message = f"{path}: expected a folder of manifests, or a file; there is nothing"
        raise ManifestsError(message)
    stack = name or path.resolve().stem
    told = listener or Listener()
    reading = _Reading(stack, told)
    files = list(_files(path, told))
    if not files:
        nothing = f"no file in it ends in {', '.join(sorted(_SUFFIXES))}"
        message = f"{path}: {_RENDER if (path / _CHART).is_file() else nothing}"
        raise ManifestsError(message)
    for file, shown in files:
        reading.file(file, shown)
    return graph_of(reading.resources, stack=stack, mode="manifests")


class _Reading:
    """Collects resources, file by file."""

    def __init__(self, stack: str, listener: Listener) -> None:
        self.resources: list[Resource] = []
        self._stack, self._told = stack, listener
        self._seen: dict[tuple[str, ...], Place] = {}

    def file(self, path: Path, shown: str) -> None:
        """Every object of one file."""
        try:
            if path.stat().st_size > _LARGEST:
                self._told.left_out(f"{shown}: larger than {_LARGEST // 2**20} MiB: split it")
                return
            raw = path.read_bytes()
        except OSError as error:
            self._told.left_out(f"{shown}: cannot be read: {error.strerror}")
            return
        for found in documents(raw, shown, self._refuse):
            self._take(found)

    def _refuse(self, place: Place, why: str) -> None:
        self._told.left_out(f"{place.whole}: left out: {why}")

    def _take(self, found: Found) -> None:
        if (why := _no_manifest(found.value)) is not None:
            self._told.passed_over(f"{found.place.whole}: passed over: {why}")
            return
        if (why := _fault(found.value)) is not None:
            self._refuse(found.place, why)
            return
        remark = self._told.remark(found.value)
        if remark is not None and remark.fatal:
            self._refuse(found.place, remark.text)
            return
        resource = _resource(found, self._stack)
        other = self._seen.setdefault(_identity(found.value), found.place)
        if other is not found.place:
            kind = found.value["kind"]
            self._refuse(found.place, f"{kind} {resource.name} is already described in {other}")
            return
        if remark is not None:
            self._told.passed_over(f"{found.place.whole}: {remark.text}")
        self.resources.append(resource)


def _files(path: Path, told: Listener) -> Iterator[tuple[Path, str]]:
    """The file itself; of a folder what may hold manifests, hidden files and charts apart."""
    if not path.is_dir():
        yield path, "standard input" if str(path) == "/dev/stdin" else path.name
        return

    def unreadable(error: OSError) -> None:
        told.left_out(f"{error.filename}: cannot be read: {error.strerror}")

    for top, folders, names in os.walk(path, onerror=unreadable):
        here = Path(top)
        for name in _unvisited(here, folders, names):
            told.passed_over(f"{(here / name).relative_to(path)}: passed over: hidden, or a link")
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if _CHART in names:
            told.passed_over(f"{here.relative_to(path)}: passed over: {_RENDER}")
            folders.clear()
            continue
        for name in sorted(names):
            file = here / name
            if file.suffix in _SUFFIXES and not name.startswith(".") and file.is_file():
                yield file, str(file.relative_to(path))


def _unvisited(here: Path, folders: Iterable[str], names: Iterable[str]) -> Iterator[str]:
    """What others would read, kubectl among them: that it is not judged, is said."""
    for name in sorted(folders):
        if name != ".git" and (name.startswith(".") or (here / name).is_symlink()):
            yield name
    for name in sorted(names):
        if name.startswith(".") and Path(name).suffix in _SUFFIXES:
            yield name


def _no_manifest(value: Any) -> str | None:
    """Why a document is not meant for the API server, if it is not."""
    if not isinstance(value, Mapping):
        return "expected a mapping"
    for key in ("apiVersion", "kind"):
        if not isinstance(value.get(key), str) or not value[key]:
            return f"no {key}, so no Kubernetes object"
    group = gvk(value["apiVersion"], value["kind"]).group
    if group in _FOR_TOOLS:
        return f"{value['kind']} is {_FOR_TOOLS[group]}"
    if (value["apiVersion"], value["kind"]) == ("v1", "Config"):
        return "a kubeconfig"
    return None


def _fault(manifest: Mapping[str, Any]) -> str | None:
    """Why an object could not be sent to an API server, if it could not."""
    kind, metadata = manifest["kind"], manifest.get("metadata")
    if not isinstance(metadata, Mapping):
        return f"{kind}: expected metadata with a name"
    name = metadata.get("name", metadata.get("generateName"))
    for key, word in (("name", name), ("namespace", metadata.get("namespace") or "")):
        if word is None or word == {}:
            return f"{kind}: expected metadata.{key}, got nothing"
        if not isinstance(word, str):
            return f"{kind}: metadata.{key}: expected text, got {word!r}; write '{word}' in quotes"
        if any(sign in word for sign in ("{{", "${", "$(")):
            return f"{kind}: metadata.{key} is a template ({word[:40]}): render it first"
    return None if name else f"{kind}: expected metadata.name, got nothing"


def _identity(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    kind = gvk(manifest["apiVersion"], manifest["kind"])
    return kind.group, kind.kind, _path(manifest)


def _path(manifest: Mapping[str, Any]) -> str:
    metadata = manifest["metadata"]
    name = metadata.get("name") or f"{metadata['generateName']}*"
    namespace = metadata.get("namespace")
    return f"{namespace}/{name}" if namespace else str(name)


def _resource(found: Found, stack: str) -> Resource:
    manifest = found.value
    kind = gvk(manifest["apiVersion"], manifest["kind"]).token
    name = _path(manifest)
    return Resource(
        urn=f"urn:pulumi:{stack}::manifests::{kind}::{name}",
        type=kind,
        name=name,
        parent=None,
        provider=None,
        inputs=_hidden(manifest),
        origin=Origin(config=config_key(manifest), source=str(found.place)),
        assumed=assumption(manifest),
    )


def _hidden(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a Secret holds is kept, and never shown; kubectl's copy of it neither."""
    if (manifest["apiVersion"], manifest["kind"]) != ("v1", "Secret"):
        return manifest
    hidden = {k: Secret(v) if k in {"data", "stringData"} else v for k, v in manifest.items()}
    metadata = manifest["metadata"]
    notes = metadata.get("annotations")
    if isinstance(notes, Mapping) and _APPLIED in notes:
        hidden["metadata"] = metadata | {
            "annotations": {**notes, _APPLIED: Secret(notes[_APPLIED])}
        }
    return hidden
