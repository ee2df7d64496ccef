"""CRDs made from our own schemas, for a cluster where the real ones are not at hand. Pure."""

from collections.abc import Mapping
from typing import Any

from assurance.graph.values import Gvk, plural
from components.manifests.custom.kind import CustomKind
from components.manifests.keys import Manifest

_EMPTY = frozenset({"minItems", "properties", "required"})
"""Words of a schema that say nothing where they are empty."""


def definition_name(gvk: Gvk) -> str:
    """As the API server names it: `certificates.cert-manager.io`."""
    return f"{plural(gvk.kind)}.{gvk.group}"


def stub_definition(gvk: Gvk, kind: CustomKind) -> Manifest:
    """A CRD that accepts what our schema accepts."""
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": definition_name(gvk), "annotations": _approval(gvk.group)},
        "spec": {
            "group": gvk.group,
            "scope": "Namespaced" if kind.namespaced else "Cluster",
            "names": {
                "kind": gvk.kind,
                "listKind": f"{gvk.kind}List",
                "plural": plural(gvk.kind),
                "singular": gvk.kind.lower(),
            },
            "versions": [
                {
                    "name": gvk.version,
                    "served": True,
                    "storage": True,
                    "schema": {"openAPIV3Schema": structural(kind.schema)},
                    "subresources": {"status": {}},
                }
            ],
        },
    }


def _approval(group: str) -> dict[str, str]:
    """The API server asks who has approved of a kind in one of Kubernetes' own groups."""
    if not group.endswith((".k8s.io", ".kubernetes.io")):
        return {}
    return {"api-approved.kubernetes.io": "unapproved, stands in for the real one in a sandbox"}


def structural(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The same schema as a CRD may spell it.

    `additionalProperties: false` may not stand beside `properties` there: the API server prunes
    what is not listed. What says nothing is left out, as the API server does not keep it.
    """
    plain = {key: value for key, value in schema.items() if not _left_out(key, value)}
    beyond = schema.get("additionalProperties")
    if "properties" in plain:
        plain["properties"] = {k: structural(v) for k, v in plain["properties"].items()}
    elif isinstance(beyond, Mapping):
        plain["additionalProperties"] = structural(beyond)
    if "items" in plain:
        plain["items"] = structural(plain["items"])
    return plain


def _left_out(key: str, value: Any) -> bool:
    return key == "additionalProperties" or (key in _EMPTY and not value)
