"""What one object names in another: pure readings of manifests that have passed validation."""

from collections.abc import Iterator, Mapping
from typing import Any

from assurance.graph.operators import stated
from assurance.graph.values import plural
from components.manifests.keys import Manifest, ObjectKey

Reference = tuple[str, str, str]
"""Group, kind, name."""

TEMPLATES = {
    ("", "Pod"): (),
    ("", "ReplicationController"): ("spec", "template"),
    ("apps", "DaemonSet"): ("spec", "template"),
    ("apps", "Deployment"): ("spec", "template"),
    ("apps", "ReplicaSet"): ("spec", "template"),
    ("apps", "StatefulSet"): ("spec", "template"),
    ("batch", "CronJob"): ("spec", "jobTemplate", "spec", "template"),
    ("batch", "Job"): ("spec", "template"),
}
"""Where the built-in kinds keep their pod template."""
_BARE = {("serving.kserve.io", "InferenceService"): ("spec", "predictor")}
"""Where custom kinds of ours keep a pod's spec, with labels beside its other fields."""

_BY_OPERATORS = frozenset({"DaemonSet", "Deployment", "StatefulSet"})


def template_of(key: ObjectKey, manifest: Manifest) -> Mapping[str, Any] | None:
    """The pod template of an object that makes pods."""
    kind = key.group, key.kind
    if kind in TEMPLATES:
        return _at(manifest, TEMPLATES[kind])
    if kind in _BARE:
        spec = _at(manifest, _BARE[kind])
        own = _at(manifest, ("metadata", "labels"))
        return {"metadata": {"labels": {**own, **(spec.get("labels") or {})}}, "spec": spec}
    made = (each for each in stated(manifest) if each["kind"] in _BY_OPERATORS)
    return next((_at(each, ("spec", "template")) for each in made), None)


def pod_place(group: str, kind: str) -> tuple[str, ...]:
    """Where such an object keeps its pods' spec."""
    bare = _BARE.get((group, kind))
    return bare if bare is not None else (*TEMPLATES[group, kind], "spec")


def _at(manifest: Mapping[str, Any], path: tuple[str, ...]) -> Mapping[str, Any]:
    found: Any = manifest
    for step in path:
        found = found.get(step) or {}
    there: Mapping[str, Any] = found
    return there


def pod_labels(template: Mapping[str, Any]) -> Mapping[str, str]:
    """The labels that the template's pods will carry."""
    labels: Mapping[str, str] = (template.get("metadata") or {}).get("labels") or {}
    return labels


def counted_as(key: ObjectKey) -> frozenset[str]:
    """What a ResourceQuota calls objects of this kind when it counts them."""
    if (key.group, key.kind) == ("", "ResourceQuota"):
        return frozenset()  # it would wait for the others, and they for it
    resource = plural(key.kind)
    if key.group:
        return frozenset({f"count/{resource}.{key.group}"})
    return frozenset({resource, f"count/{resource}"})


def service_account(template: Mapping[str, Any]) -> str:
    """As whom the template's pods run."""
    return str((template.get("spec") or {}).get("serviceAccountName") or "default")


def pod_references(template: Mapping[str, Any]) -> Iterator[Reference]:
    """Everything that pods of this template cannot start without."""
    spec: Mapping[str, Any] = template.get("spec") or {}
    yield "", "ServiceAccount", service_account(template)
    for secret in _items(spec, "imagePullSecrets"):
        yield "", "Secret", secret.get("name") or ""
    if name := spec.get("priorityClassName"):
        yield "scheduling.k8s.io", "PriorityClass", name
    if name := spec.get("runtimeClassName"):
        yield "node.k8s.io", "RuntimeClass", name
    for volume in _items(spec, "volumes"):
        yield from _volume_references(volume)
    for field in ("initContainers", "containers"):
        for container in _items(spec, field):
            yield from _container_references(container)


def selects(selector: Mapping[str, Any] | None, labels: Mapping[str, str]) -> bool:
    """Whether a label selector matches; an empty one matches everything."""
    selector = selector or {}
    wanted = selector.get("matchLabels") or {}
    if any(labels.get(key) != value for key, value in wanted.items()):
        return False
    return all(_meets(rule, labels) for rule in selector.get("matchExpressions") or ())


def _meets(rule: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    value, values = labels.get(rule["key"]), rule.get("values") or ()
    match rule["operator"]:
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case _:
            return value is None


def _volume_references(volume: Mapping[str, Any]) -> Iterator[Reference]:
    if secret := volume.get("secret"):
        yield "", "Secret", secret.get("secretName") or ""
    if config := volume.get("configMap"):
        yield "", "ConfigMap", config.get("name") or ""
    if claim := volume.get("persistentVolumeClaim"):
        yield "", "PersistentVolumeClaim", claim["claimName"]
    if driver := volume.get("csi"):
        yield "", "Secret", (driver.get("nodePublishSecretRef") or {}).get("name") or ""
    for source in _items(volume.get("projected") or {}, "sources"):
        for field, kind in (("secret", "Secret"), ("configMap", "ConfigMap")):
            if named := source.get(field):
                yield "", kind, named.get("name") or ""


def _container_references(container: Mapping[str, Any]) -> Iterator[Reference]:
    sources = [
        *_items(container, "envFrom"),
        *(variable.get("valueFrom") or {} for variable in _items(container, "env")),
    ]
    for source in sources:
        for field, kind in (
            ("secretRef", "Secret"),
            ("secretKeyRef", "Secret"),
            ("configMapRef", "ConfigMap"),
            ("configMapKeyRef", "ConfigMap"),
        ):
            if named := source.get(field):
                yield "", kind, named.get("name") or ""


def _items(value: Mapping[str, Any], field: str) -> list[Mapping[str, Any]]:
    return [item for item in value.get(field) or () if item]
