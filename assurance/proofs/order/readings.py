"""What an object names in others, kind by kind."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from assurance.graph.kubernetes import KubernetesObject
from assurance.proofs.order.pods import storage_class
from assurance.proofs.order.wants import Want, items, mapping, want

ADMISSION = "admissionregistration.k8s.io"
GATEWAY = "gateway.networking.k8s.io"
NETWORKING = "networking.k8s.io"
RBAC = "rbac.authorization.k8s.io"
_ROUTES = ("GRPCRoute", "HTTPRoute", "TCPRoute", "TLSRoute", "UDPRoute")

Reading = Callable[[KubernetesObject], Iterator[Want]]


def named(item: KubernetesObject) -> Iterator[Want]:
    """What an object itself names; pods and whoever judges it are seen to elsewhere."""
    reading = _READINGS.get((item.gvk.group, item.gvk.kind))
    if reading is not None:
        yield from reading(item)


def _spec(item: KubernetesObject) -> Mapping[str, Any]:
    return mapping(item.manifest.get("spec"))


def _role(item: KubernetesObject) -> Iterator[Want]:
    role = mapping(item.manifest.get("roleRef"))
    place = item.namespace if role.get("kind") == "Role" else None
    group = role.get("apiGroup") or RBAC  # as the API server does
    yield want("rights", str(group), str(role.get("kind")), (place, role.get("name")))


def _target(item: KubernetesObject) -> Iterator[Want]:
    target = mapping(_spec(item).get("scaleTargetRef"))
    group, _, _ = str(target.get("apiVersion") or "").rpartition("/")
    yield want("reference", group, str(target.get("kind")), (item.namespace, target.get("name")))


def _claim(item: KubernetesObject) -> Iterator[Want]:
    yield from storage_class(_spec(item))
    volume = _spec(item).get("volumeName")
    if volume:
        yield want("reference", "", "PersistentVolume", (None, volume))


def _stateful_set(item: KubernetesObject) -> Iterator[Want]:
    """The API documentation: its Service must exist before the StatefulSet."""
    service = _spec(item).get("serviceName")
    if service:
        yield want("reference", "", "Service", (item.namespace, service))
    for template in items(_spec(item).get("volumeClaimTemplates")):
        yield from storage_class(template.get("spec"))


def _account(item: KubernetesObject) -> Iterator[Want]:
    for secret in items(item.manifest.get("imagePullSecrets")):
        yield want("reference", "", "Secret", (item.namespace, secret.get("name")))


def _token(item: KubernetesObject) -> Iterator[Want]:
    if item.manifest.get("type") == "kubernetes.io/service-account-token":
        notes = mapping(mapping(item.manifest.get("metadata")).get("annotations"))
        name = notes.get("kubernetes.io/service-account.name")
        yield want("reference", "", "ServiceAccount", (item.namespace, name))


def _policy(item: KubernetesObject) -> Iterator[Want]:
    kind = item.gvk.kind.removesuffix("Binding")
    yield want("reference", ADMISSION, kind, (None, _spec(item).get("policyName")))


def _ingress(item: KubernetesObject) -> Iterator[Want]:
    spec = _spec(item)
    if spec.get("ingressClassName"):
        place = (None, spec["ingressClassName"])
        yield want("class", NETWORKING, "IngressClass", place, lasting=True)
    rules = (mapping(rule.get("http")) for rule in items(spec.get("rules")))
    paths = (path.get("backend") for rule in rules for path in items(rule.get("paths")))
    for backend in (spec.get("defaultBackend"), *paths):
        service = mapping(mapping(backend).get("service")).get("name")
        if service:
            yield want("route", "", "Service", (item.namespace, service))
    for tls in items(spec.get("tls")):
        if tls.get("secretName"):
            yield want("reference", "", "Secret", (item.namespace, tls["secretName"]))


def _gateway(item: KubernetesObject) -> Iterator[Want]:
    place = (None, _spec(item).get("gatewayClassName"))
    yield want("class", GATEWAY, "GatewayClass", place, lasting=True)
    for listener in items(_spec(item).get("listeners")):
        for secret in items(mapping(listener.get("tls")).get("certificateRefs")):
            if secret.get("kind", "Secret") == "Secret":
                home = secret.get("namespace", item.namespace)
                yield want("reference", "", "Secret", (home, secret.get("name")))


def _route(item: KubernetesObject) -> Iterator[Want]:
    parents, rules = items(_spec(item).get("parentRefs")), items(_spec(item).get("rules"))
    backends = (backend for rule in rules for backend in items(rule.get("backendRefs")))
    for rule, group, kind, references in (
        ("reference", GATEWAY, "Gateway", parents),
        ("route", "", "Service", backends),
    ):
        for one in references:
            if (one.get("group", group), one.get("kind", kind)) == (group, kind):
                home = one.get("namespace", item.namespace)
                yield want(rule, group, kind, (home, one.get("name")))


def _webhook(item: KubernetesObject) -> Iterator[Want]:
    for hook in items(item.manifest.get("webhooks")):
        yield from _service(mapping(hook.get("clientConfig")).get("service"))


def _api(item: KubernetesObject) -> Iterator[Want]:
    yield from _service(_spec(item).get("service"))


def conversion(definition: KubernetesObject) -> Iterator[Want]:
    """Who converts between the versions of a CRD's kind: wanted by its objects, not by itself."""
    hook = mapping(mapping(_spec(definition).get("conversion")).get("webhook"))
    yield from _service(mapping(hook.get("clientConfig")).get("service"))


def _service(service: Any) -> Iterator[Want]:
    if isinstance(service, Mapping):
        place = (service.get("namespace"), service.get("name"))
        yield want("backend", "", "Service", place, lasting=True)


_READINGS: Mapping[tuple[str, str], Reading] = {
    ("", "PersistentVolume"): _claim,
    ("", "PersistentVolumeClaim"): _claim,
    ("", "Secret"): _token,
    ("", "ServiceAccount"): _account,
    (ADMISSION, "MutatingAdmissionPolicyBinding"): _policy,
    (ADMISSION, "MutatingWebhookConfiguration"): _webhook,
    (ADMISSION, "ValidatingAdmissionPolicyBinding"): _policy,
    (ADMISSION, "ValidatingWebhookConfiguration"): _webhook,
    ("apiregistration.k8s.io", "APIService"): _api,
    ("apps", "StatefulSet"): _stateful_set,
    ("autoscaling", "HorizontalPodAutoscaler"): _target,
    (NETWORKING, "Ingress"): _ingress,
    (GATEWAY, "Gateway"): _gateway,
    **{(GATEWAY, kind): _route for kind in _ROUTES},
    (RBAC, "ClusterRoleBinding"): _role,
    (RBAC, "RoleBinding"): _role,
}
