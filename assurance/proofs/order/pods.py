"""What a pod cannot start without."""

from collections.abc import Iterator, Mapping
from typing import Any

from assurance.graph.pods import PodTemplate
from assurance.proofs.order.wants import Want, items, mapping, want

_SOURCES = (
    ("secretRef", "Secret"),
    ("secretKeyRef", "Secret"),
    ("configMapRef", "ConfigMap"),
    ("configMapKeyRef", "ConfigMap"),
)


def service_account(pod: PodTemplate) -> str:
    """As whom it runs; the older field counts where the newer is not set."""
    spec = pod.spec
    return str(spec.get("serviceAccountName") or spec.get("serviceAccount") or "default")


def pod_wants(pod: PodTemplate) -> Iterator[Want]:
    """Everything that its spec names; what is optional is not wanted."""
    spec, place = pod.spec, pod.namespace
    yield want("reference", "", "ServiceAccount", (place, service_account(pod)))
    for field, group, kind in (
        ("priorityClassName", "scheduling.k8s.io", "PriorityClass"),
        ("runtimeClassName", "node.k8s.io", "RuntimeClass"),
    ):
        if spec.get(field):
            yield want("class", group, kind, (None, spec[field]))
    for secret in items(spec.get("imagePullSecrets")):
        yield from _named(place, "Secret", secret)
    for claim in items(spec.get("resourceClaims")):
        for field, kind in (
            ("resourceClaimName", "ResourceClaim"),
            ("resourceClaimTemplateName", "ResourceClaimTemplate"),
        ):
            if claim.get(field):
                yield want("reference", "resource.k8s.io", kind, (place, claim[field]))
    for volume in items(spec.get("volumes")):
        yield from _volume(place, volume)
    for field in ("initContainers", "containers"):
        for container in items(spec.get(field)):
            yield from _container(place, container)


def _volume(place: Any, volume: Mapping[str, Any]) -> Iterator[Want]:
    yield from _named(place, "Secret", volume.get("secret"), "secretName")
    yield from _named(place, "ConfigMap", volume.get("configMap"))
    yield from _named(
        place, "PersistentVolumeClaim", volume.get("persistentVolumeClaim"), "claimName"
    )
    yield from _named(place, "Secret", mapping(volume.get("csi")).get("nodePublishSecretRef"))
    template = mapping(mapping(volume.get("ephemeral")).get("volumeClaimTemplate"))
    yield from storage_class(template.get("spec"))
    for source in items(mapping(volume.get("projected")).get("sources")):
        yield from _named(place, "Secret", source.get("secret"))
        yield from _named(place, "ConfigMap", source.get("configMap"))


def _container(place: Any, container: Mapping[str, Any]) -> Iterator[Want]:
    variables = (mapping(each.get("valueFrom")) for each in items(container.get("env")))
    for source in (*items(container.get("envFrom")), *variables):
        for field, kind in _SOURCES:
            yield from _named(place, kind, source.get(field))


def _named(place: Any, kind: str, reference: Any, field: str = "name") -> Iterator[Want]:
    named = mapping(reference)
    if named.get(field) and named.get("optional") is not True:
        yield want("reference", "", kind, (place, named[field]))


def storage_class(spec: Any) -> Iterator[Want]:
    """The class that a claim names; one that names none takes the cluster's default."""
    name = mapping(spec).get("storageClassName")
    if name:
        yield want("class", "storage.k8s.io", "StorageClass", (None, name))
