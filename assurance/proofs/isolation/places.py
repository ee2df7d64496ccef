"""Where volumes keep their data, so that two that share it are found by what they say."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, TypeVar

from assurance.graph.values import Grant
from assurance.proofs.network.selectors import SpecError

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Place:
    """A store, and how much of it."""

    kind: str
    """`nfs`, `bucket`, `csi efs.csi.aws.com`: places of two kinds are never the same."""
    store: str
    """A bucket, a server, a disk; for buckets `*` stands for any text."""
    path: str = ""
    """What lies in it; empty is all of it."""

    def __str__(self) -> str:
        """As people would point at it."""
        return f"{self.kind} {self.store}{f' at {self.path}' if self.path else ''}"

    @property
    def steps(self) -> tuple[str, ...]:
        """The path, so that a place sorts right before all that it covers."""
        return (self.path,) if self.kind in _BY_PREFIX else _names(self.path)

    def covers(self, other: "Place") -> bool:
        """Whether whoever has this has the other as well."""
        same = self.store == other.store or (_ANY in self.store and _matches(self, other))
        whole_names = self.kind not in _BY_PREFIX
        return (
            self.kind == other.kind
            and same
            and _within(other.path, self.path, whole_names=whole_names)
        )

    def meets(self, other: "Place") -> bool:
        """Whether the two may have anything in common."""
        both = self.kind == other.kind and _ANY in self.store and _ANY in other.store
        return self.covers(other) or other.covers(self) or (both and _may_match(self, other))


NODE = "files of nodes"
_ANY = "*"
_BY_PREFIX = {"bucket", "secret"}
"""Stores without folders: `team-a` is the beginning of `team-ab/model` as well."""


def _matches(wide: Place, narrow: Place) -> bool:
    return wide.kind in _BY_PREFIX and fnmatchcase(narrow.store, wide.store)


def _may_match(one: Place, other: Place) -> bool:
    """Whether two patterns can match one text, as far as their beginnings and ends say."""
    (head, _, _), (start, _, _) = one.store.partition(_ANY), other.store.partition(_ANY)
    (_, _, tail), (_, _, end) = one.store.rpartition(_ANY), other.store.rpartition(_ANY)
    begin = head.startswith(start) or start.startswith(head)
    return begin and (tail.endswith(end) or end.endswith(tail))


def _within(inner: str, outer: str, *, whole_names: bool) -> bool:
    if not whole_names:
        return inner.startswith(outer.rstrip(_ANY))
    return _names(inner)[: len(_names(outer))] == _names(outer)


def _names(path: str) -> tuple[str, ...]:
    return tuple(name for name in path.split("/") if name)


def meetings(placed: Iterable[tuple[Place, T]]) -> Iterator[tuple[T, list[T]]]:
    """Each thing with those before it whose places meet its own."""
    stores: dict[tuple[str, str], list[tuple[Place, T]]] = defaultdict(list)
    wide: list[tuple[Place, T]] = []
    for place, thing in placed:
        if _ANY in place.store + place.path:
            wide.append((place, thing))
        else:
            stores[place.kind, place.store].append((place, thing))
    for alike in stores.values():
        above: list[tuple[Place, T]] = []
        for place, thing in sorted(alike, key=lambda each: each[0].steps):
            while above and not above[-1][0].covers(place):
                above.pop()
            yield thing, [other for _, other in above]
            above.append((place, thing))
    others = [each for alike in stores.values() for each in alike]
    for place, thing in wide:
        yield thing, [other for there, other in others if place.meets(there)]
        others.append((place, thing))


def place_of(grant: Grant) -> Place:
    """What a grant is about."""
    return Place(kind=grant.kind, store=grant.name, path=grant.prefix)


_SYSTEM = (
    *("/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/proc", "/root", "/run", "/sbin", "/sys"),
    *("/usr", "/var/lib", "/var/run"),
)
"""Directories by which whoever has them has the node."""


def of_system(local: Any) -> bool:
    """Whether a `local` source is more than a disk with a place of its own."""
    if not isinstance(local, Mapping):
        return False
    path = Place(kind=NODE, store="", path=_word(local, "path"))
    return any(path.meets(Place(kind=NODE, store="", path=own)) for own in _SYSTEM)


_SOURCES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "awsElasticBlockStore": (("volumeID",), ""),
    "azureDisk": (("diskURI",), ""),
    "azureFile": (("secretNamespace", "secretName", "shareName"), ""),
    "cephfs": (("monitors",), "path"),
    "cinder": (("volumeID",), ""),
    "fc": (("targetWWNs", "wwids", "lun"), ""),
    "gcePersistentDisk": (("pdName",), ""),
    "glusterfs": (("endpointsNamespace", "endpoints"), "path"),
    "hostPath": ((), "path"),
    "iscsi": (("targetPortal", "iqn", "lun"), ""),
    "local": ((), "path"),
    "nfs": (("server",), "path"),
    "portworxVolume": (("volumeID",), ""),
    "quobyte": (("registry", "volume"), ""),
    "rbd": (("monitors", "pool", "image"), ""),
    "scaleIO": (("system", "volumeName"), ""),
    "vsphereVolume": (("volumePath",), ""),
}
"""By source of a volume: what names its store, and what the place within it."""
_ON_NODE = {"hostPath", "local"}

_BUCKETS = ("bucketName", "bucket", "bucket_name", "containerName", "container", "blobContainer")
_SHARES = (("server", "share"), ("source",), ("storageAccount", "shareName"), ("shareName",))
_PREFIXES = ("prefix", "subDir", "subPath", "subdir", "path")
_OPTIONS = ("prefix", "only-dir", "only_dir", "subdirectory")


def places(source: Mapping[str, Any]) -> Iterator[Place]:
    """Where a volume of a pod, or a PersistentVolume's spec, keeps its data."""
    for kind, (names, path) in _SOURCES.items():
        stated = source.get(kind)
        if isinstance(stated, Mapping):
            words = [_word(stated, name) for name in names]
            where = _word(stated, path) if path else ""
            node = kind in _ON_NODE
            yield Place(
                kind=NODE if node else kind,
                store="any node" if node else " ".join(words),
                path=where,
            )
        elif stated is not None:
            message = f"{kind} is not known"
            raise SpecError(message)
    csi = source.get("csi")
    if isinstance(csi, Mapping):
        yield _csi(csi, source.get("mountOptions") or ())
    elif csi is not None:
        message = "csi is not known"
        raise SpecError(message)


def _csi(csi: Mapping[str, Any], options: Any) -> Place:
    """A bucket or a share if the attributes name one, else the handle itself."""
    driver, attributes = _word(csi, "driver"), csi.get("volumeAttributes") or {}
    if not isinstance(attributes, Mapping):
        message = "csi.volumeAttributes is not known"
        raise SpecError(message)
    prefix = next((_word(attributes, key) for key in _PREFIXES if key in attributes), "")
    prefix = prefix or _option(options)
    for key in _BUCKETS:
        if key in attributes:
            return Place(kind="bucket", store=_word(attributes, key), path=prefix)
    for keys in _SHARES:
        if set(keys) <= set(attributes):
            store = " ".join(_word(attributes, key) for key in keys)
            return Place(kind=f"share of {driver}", store=store, path=prefix)
    handle = _word(csi, "volumeHandle")
    store, _, path = handle.partition(":") if driver == "efs.csi.aws.com" else (handle, "", "")
    return Place(kind=f"csi {driver}", store=store, path=path.replace(":", "/"))


def _option(options: Any) -> str:
    """`prefix team-a/`, `--prefix=team-a/`, `only-dir=team-a`."""
    if not isinstance(options, list | tuple) or not all(isinstance(o, str) for o in options):
        message = "mountOptions is not known"
        raise SpecError(message)
    for option in options:
        for part in str(option).split(","):
            name, _, value = part.strip().lstrip("-").replace("=", " ", 1).partition(" ")
            if name in _OPTIONS:
                return value.strip()
    return ""


def _word(stated: Mapping[str, Any], key: str) -> str:
    value = stated.get(key)
    several = value if isinstance(value, list | tuple) else ("" if value is None else value,)
    if all(isinstance(one, str | int | float) for one in several):
        return ",".join(sorted(map(str, several)))
    message = f"{key} is not known"
    raise SpecError(message)
