"""Keeping secret what is secret: the values in a Secret are secret inputs, and nobody prints them.

Whatever looks at a Secret's manifest (validation, order, messages) gets `veiled()` in its place, so
that no code path has a value that it could show.
"""

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any

import pulumi

from components.manifests.keys import Manifest

FIELDS = ("data", "stringData")


def is_secret(manifest: Mapping[str, Any]) -> bool:
    """Whether it is a core Secret."""
    return manifest.get("kind") == "Secret" and manifest.get("apiVersion") == "v1"


def veiled(manifest: Manifest) -> Manifest:
    """The same object without its secret values; what is wrong with their types stays visible.

    A ServiceAccount may say who it is in a cloud, which only the cloud knows.
    """
    if manifest.get("kind") == "ServiceAccount":
        return _without_outputs(manifest)
    if not is_secret(manifest):
        return manifest
    hidden = {field: _veil(manifest[field]) for field in FIELDS if field in manifest}
    return {**manifest, **hidden}


def sealed(manifest: Manifest) -> Manifest:
    """The same object with every secret value as a secret Output; its keys stay readable."""
    if not is_secret(manifest):
        return manifest
    secret = {
        field: {key: pulumi.Output.secret(value) for key, value in manifest[field].items()}
        for field in FIELDS
        if manifest.get(field)
    }
    return {**manifest, **secret}


def encoding_faults(manifest: Manifest) -> Iterator[tuple[tuple[str, str], str]]:
    """Values of `data` that are not base64, which the API server would refuse after a preview."""
    data = manifest.get("data")
    if not is_secret(manifest) or not isinstance(data, dict):
        return
    for key, value in data.items():
        if isinstance(value, str) and not _is_base64(value):
            yield ("data", str(key)), "expected base64; plain text belongs in stringData"


def _veil(values: Any) -> Any:
    if not isinstance(values, dict):
        return values if isinstance(values, pulumi.Output) else _blank(values)
    return {key: _blank(value) for key, value in values.items()}


def _without_outputs(manifest: Manifest) -> Manifest:
    metadata = manifest.get("metadata")
    stated = metadata.get("annotations") if isinstance(metadata, dict) else None
    if not isinstance(metadata, dict) or not isinstance(stated, dict):
        return manifest
    known = {k: "" if isinstance(v, pulumi.Output) else v for k, v in stated.items()}
    return {**manifest, "metadata": {**metadata, "annotations": known}}


def _blank(value: Any) -> Any:
    """A value of the same type that says nothing."""
    if isinstance(value, str | pulumi.Output):
        return ""
    if value is None or isinstance(value, bool):
        return None if value is None else False
    for plain in (int, float, list, dict):
        if isinstance(value, plain):
            return plain()
    return object()


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text.replace("\n", ""), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True
