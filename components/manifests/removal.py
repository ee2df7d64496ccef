"""How objects go. Pure.

A namespace takes what it holds with it. So an object in a namespace of ours is `deleted_with` it:
on destroy, and when a team goes, the engine deletes one Namespace and waits for it, instead of
asking for every object and waiting for each. An object that goes alone, while its namespace stays,
is deleted as ever: `deleted_with` counts only where both go in one run.

Explicitly deleted, before their namespace, are

* what makes pods. Pods go first, while the policies around them still stand; and a namespace that
  still holds pods is looked at again only after half of their grace period, so that it takes longer
  to go with them than without;
* what has effects that a controller must still undo: Services of type LoadBalancer, Ingresses,
  every custom resource, whatever carries finalizers. They are gone, finalizers and all, before
  anything that they depend on goes, so nothing with cloud side effects outlives its controller;
* whatever uses one of those: users go before what they use;
* what lives in a namespace that is not ours, or that is kept.

Kept on the cluster (`retain_on_delete`) is what data hangs on: claims, CRDs (with a CRD go all
objects of its kind, whoever made them), and whatever says `helm.sh/resource-policy: keep`. A claim
still goes with its namespace: a team that is removed is gone. What was kept is taken back by
import, not by creating it again. What only stands in for something holds no data.
"""

from collections.abc import Mapping
from typing import Any

from components.manifests.keys import ObjectKey
from components.manifests.provenance import ASSUMES

KEEP = ("helm.sh/resource-policy", "keep")
"""The annotation by which charts, and people, say that an object outlives its release."""

_HOLDS_DATA = frozenset(
    {("", "PersistentVolumeClaim"), ("apiextensions.k8s.io", "CustomResourceDefinition")}
)
_GOES_QUIETLY = frozenset(
    {
        ("", "ConfigMap"),
        ("", "LimitRange"),
        ("", "PersistentVolumeClaim"),
        ("", "ResourceQuota"),
        ("", "Secret"),
        ("", "Service"),
        ("", "ServiceAccount"),
        ("autoscaling", "HorizontalPodAutoscaler"),
        ("coordination.k8s.io", "Lease"),
        ("networking.k8s.io", "NetworkPolicy"),
        ("policy", "PodDisruptionBudget"),
        ("rbac.authorization.k8s.io", "Role"),
        ("rbac.authorization.k8s.io", "RoleBinding"),
    }
)
"""Kinds that leave nothing behind when their namespace goes."""


def is_kept(key: ObjectKey, manifest: Mapping[str, Any]) -> bool:
    """Whether the object stays on the cluster when the program no longer names it."""
    annotations = manifest["metadata"].get("annotations") or {}
    if ASSUMES in annotations:
        return False
    name, value = KEEP
    return (key.group, key.kind) in _HOLDS_DATA or annotations.get(name) == value


def goes_with_namespace(key: ObjectKey, manifest: Mapping[str, Any]) -> bool:
    """Whether deleting its namespace undoes everything that the object has brought about."""
    if (key.group, key.kind) not in _GOES_QUIETLY or manifest["metadata"].get("finalizers"):
        return False
    balanced = (manifest.get("spec") or {}).get("type") == "LoadBalancer"
    return not (key.kind == "Service" and balanced)
