"""Whether Kubernetes would take an object, decided without a cluster. Pure.

Beyond the schema: names, scope, values that are no YAML, Outputs where only plain values may stand,
and fields that belong to the cluster. Every fault is reported, not the first.
"""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pulumi

from assurance.graph.values import Gvk, dotted
from components.manifests import kinds
from components.manifests.custom import KINDS, CustomKind
from components.manifests.keys import Manifest, gvk_of
from components.manifests.schemas import (
    VERSION,
    built_in,
    custom_validator,
    definitions,
    is_namespaced,
    validator,
)
from components.manifests.secrecy import encoding_faults, veiled
from components.manifests.wording import Path, did_you_mean, shown, worded
from components.manifests.workloads import workload_faults

Found = tuple[Path, str]

_DOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_RBAC = "rbac.authorization.k8s.io"
_OF_THE_CLUSTER = (
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "uid",
)
_SCALARS = frozenset({str, int, bool, type(None)})


def faults(manifest: Manifest, custom: Mapping[Gvk, CustomKind] = KINDS) -> list[Found]:
    """Everything that is wrong with one object, by path; secret values are in no message."""
    if type(manifest) is not dict:
        return [((), f"expected a mapping, got {shown(manifest)}")]
    seen = veiled(manifest)
    if not _is_plain(seen):
        return list(_not_plain(seen, ()))
    gvk = gvk_of(seen)
    if gvk not in custom and gvk not in built_in():
        return [_unknown_kind(gvk, seen, custom)]
    metadata = seen.get("metadata")
    if not isinstance(metadata, dict):
        return [(("metadata",), f"expected a mapping with a name, got {shown(metadata)}")]
    found = [
        *_schema_faults(gvk, seen, custom),
        *_name_faults(gvk, metadata),
        *_scope_faults(gvk, metadata, custom),
        *(
            (("metadata", field), "belongs to the cluster; leave it out")
            for field in _OF_THE_CLUSTER
            if metadata.get(field) is not None
        ),
        *encoding_faults(manifest),
    ]
    if not found:
        found += workload_faults(gvk.group, gvk.kind, seen)
    return sorted(found, key=lambda fault: dotted(fault[0]))


def _schema_faults(
    gvk: Gvk, manifest: Manifest, custom: Mapping[Gvk, CustomKind]
) -> Iterator[Found]:
    kind = custom.get(gvk)
    compiled = custom_validator(kind) if kind else validator(gvk)
    if compiled.is_valid(manifest):
        return
    schema = kind.schema if kind else {"$defs": definitions()}
    for error in compiled.iter_errors(manifest):
        yield from worded(error, schema)


def _name_faults(gvk: Gvk, metadata: Mapping[str, Any]) -> Iterator[Found]:
    name = metadata.get("name")
    path = ("metadata", "name")
    if name is None:
        why = "; generateName cannot be tracked from one run to the next"
        yield path, f"missing{why if 'generateName' in metadata else ''}"
    elif isinstance(name, str):
        expected = _expected_name(gvk, name)
        if expected:
            yield path, f"expected {expected}, got {shown(name)}"


def _expected_name(gvk: Gvk, name: str) -> str | None:
    """What the name should have been, where it is not."""
    sort = gvk.group, gvk.kind
    if gvk.group == _RBAC:
        fits = name not in {"", ".", ".."} and "/" not in name and "%" not in name
        return None if fits else "a name without / and %"
    label = sort in kinds.LABEL_NAMED
    longest = 63 if label else kinds.NAME_LENGTH.get(sort, 253)
    pattern = _LABEL if label else _DOMAIN
    if len(name) <= longest and pattern.fullmatch(name):
        return None
    letters = "a-z, 0-9 and -" if label else "a-z, 0-9, - and ."
    return f"at most {longest} of {letters}, a letter or digit at both ends"


def _scope_faults(
    gvk: Gvk, metadata: Mapping[str, Any], custom: Mapping[Gvk, CustomKind]
) -> Iterator[Found]:
    namespace = metadata.get("namespace")
    path = ("metadata", "namespace")
    if not is_namespaced(gvk, custom):
        if namespace is not None:
            yield path, f"a {gvk.kind} belongs to the whole cluster; leave it out"
    elif namespace is None:
        yield path, f"missing; a {gvk.kind} lives in a namespace"
    elif isinstance(namespace, str) and not (len(namespace) <= 63 and _LABEL.fullmatch(namespace)):  # noqa: PLR2004 - RFC 1123
        yield path, f"expected the name of a namespace, got {shown(namespace)}"


def _unknown_kind(gvk: Gvk, manifest: Manifest, custom: Mapping[Gvk, CustomKind]) -> Found:
    known = {*built_in(), *custom}
    versions = sorted(other.api_version for other in known if other.kind == gvk.kind)
    if not isinstance(manifest.get("kind"), str) or not gvk.kind:
        return ("kind",), f"expected the object's kind, got {shown(manifest.get('kind'))}"
    if gvk.kind.endswith("List") and "items" in manifest:
        return ("kind",), f"{gvk.kind} is many objects; give each of its items by itself"
    if versions:
        got = shown(manifest.get("apiVersion"))
        return ("apiVersion",), f"expected {' or '.join(versions)} for {gvk.kind}, got {got}"
    near = did_you_mean(gvk.kind, (other.kind for other in sorted(known)))
    return (
        ("kind",),
        f"{gvk} is no kind of Kubernetes {VERSION}, and no custom kind that is known here{near}",
    )


def _is_plain(value: Any) -> bool:
    """Whether it is made of what YAML is made of."""
    kind = type(value)
    if kind in _SCALARS:
        return True
    if kind is dict:
        return all(type(key) is str and _is_plain(item) for key, item in value.items())
    if kind is list:
        return all(map(_is_plain, value))
    if kind is float:
        return math.isfinite(value)
    return isinstance(value, str)


def _not_plain(value: Any, path: Path) -> Iterator[Found]:
    if isinstance(value, pulumi.Output):
        yield (
            path,
            "expected a plain value, got an Output; only values in a Secret's data may be one",
        )
    elif type(value) is dict:
        for key, item in value.items():
            if not isinstance(key, str):
                yield (*path, str(key)), f"expected text as a key, got {type(key).__name__}"
            yield from _not_plain(item, (*path, str(key)))
    elif type(value) is list:
        for index, item in enumerate(value):
            yield from _not_plain(item, (*path, index))
    elif not _is_plain(value):
        yield path, f"expected what YAML can hold, got {type(value).__name__}"
