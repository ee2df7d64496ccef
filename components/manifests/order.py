"""What must be on the cluster before what, and therefore gone after it. Pure.

* A Namespace follows the admission policies that judge what goes in; a namespaced object follows
  its Namespace; a custom resource its CRD, the webhooks that judge it and who acts upon it, as
  somebody has to undo what it brought about.
* Whatever makes pods follows what bounds them (ResourceQuota, LimitRange, the NetworkPolicies that
  select its pods), what they name (ServiceAccount, Secrets, ConfigMaps, claims, classes) and the
  bindings that give them their rights. Custom resources make pods that we cannot see, so they
  follow their namespace's bounds as well.
* A Secret that a custom resource brings about is there once that resource is; a route follows its
  Gateway and its Services, a Gateway its class and its certificates.
* A binding follows its role, an autoscaler its target, a claim its class and its namespace's
  bounds, a policy's binding the policy, a webhook or an aggregated API the Service and the workload
  that answer for it.
* Whatever a quota counts follows the quota: it counts nothing until it stands.
* A StatefulSet follows the Service that names its pods. Nothing else follows a workload's own
  Service: whoever awaited that would wait for what comes later.

Edges stay few: what another edge implies is left out.
"""

import heapq
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from components.manifests.index import Index
from components.manifests.keys import Manifest, ObjectKey
from components.manifests.references import (
    counted_as,
    pod_labels,
    pod_references,
    selects,
    service_account,
    template_of,
)

_ADMISSION = "admissionregistration.k8s.io"
_RBAC = "rbac.authorization.k8s.io"
_STORAGE = "storage.k8s.io"
_GATEWAY = "gateway.networking.k8s.io"


class CycleError(Exception):
    """Objects that wait for each other."""

    def __init__(self, cycle: list[ObjectKey]) -> None:
        self.cycle = cycle
        super().__init__(" → ".join(str(key) for key in cycle))


def dependencies(key: ObjectKey, manifest: Manifest, index: Index) -> tuple[ObjectKey, ...]:
    """What of the registered objects must come before this one."""
    wanted = (index.made.get(other, other) for other in _needed(key, manifest, index))
    found = {other for other in wanted if other in index.keys}
    found.discard(key)
    namespace = namespace_of(key)
    implied = any(other.namespace == key.namespace for other in found)
    if namespace in index.keys and not implied:
        found.add(namespace)
    return tuple(sorted(found))


def namespace_of(key: ObjectKey) -> ObjectKey | None:
    """The Namespace that an object lives in."""
    return ObjectKey(kind="Namespace", name=key.namespace) if key.namespace else None


def ordered(edges: Mapping[ObjectKey, Iterable[ObjectKey]]) -> list[ObjectKey]:
    """The keys, each after what it depends on; among equals by name, however they came in."""
    waiting = {key: {other for other in others if other in edges} for key, others in edges.items()}
    users: dict[ObjectKey, list[ObjectKey]] = {key: [] for key in edges}
    for key, others in waiting.items():
        for other in others:
            users[other].append(key)
    ready = [key for key, others in waiting.items() if not others]
    heapq.heapify(ready)
    result = []
    while ready:
        key = heapq.heappop(ready)
        result.append(key)
        for user in users[key]:
            waiting[user].discard(key)
            if not waiting[user]:
                heapq.heappush(ready, user)
    if len(result) < len(edges):
        raise CycleError(_cycle({key: others for key, others in waiting.items() if others}))
    return result


def _cycle(stuck: Mapping[ObjectKey, set[ObjectKey]]) -> list[ObjectKey]:
    """One cycle among objects of which each waits for another."""
    path = [min(stuck)]
    while True:
        following = min(other for other in stuck[path[-1]] if other in stuck)
        if following in path:
            return [*path[path.index(following) :], following]
        path.append(following)


def _needed(key: ObjectKey, manifest: Manifest, index: Index) -> Iterator[ObjectKey]:
    template = template_of(key, manifest)
    if template is not None:
        yield from _pod_needs(key, template, index)
    reading = _READINGS.get((key.group, key.kind))
    if reading is not None:
        yield from reading(key, manifest, index)
    counted = counted_as(key)
    yield from (quota for quota, hard in index.counts[key.namespace or ""] if hard & counted)
    defined = index.crds.get((key.group, key.kind))
    if defined is not None:
        yield from _custom_needs(key, *defined, index)


def _pod_needs(key: ObjectKey, template: Mapping[str, Any], index: Index) -> Iterator[ObjectKey]:
    namespace = key.namespace or ""
    yield from index.limits[namespace]
    labels = pod_labels(template)
    yield from (policy for policy, chosen in index.policies[namespace] if selects(chosen, labels))
    yield from index.bindings[namespace, service_account(template)]
    for group, kind, name in pod_references(template):
        scope = None if group else namespace
        yield ObjectKey(group=group, kind=kind, namespace=scope, name=name)


def _custom_needs(key: ObjectKey, crd: ObjectKey, plural: str, index: Index) -> Iterator[ObjectKey]:
    yield crd
    for group in (key.group, "*"):
        for hook, resources in index.webhooks[group]:
            if {plural, "*", "*/*"} & resources:
                yield hook
    yield from index.acting.upon(key.group, plural)
    if key.namespace:
        yield from index.limits[key.namespace]
        yield from (policy for policy, chosen in index.policies[key.namespace] if not chosen)


def _admission(_: ObjectKey, __: Manifest, index: Index) -> Iterator[ObjectKey]:
    yield from index.admission


def _role(key: ObjectKey, manifest: Manifest, _: Index) -> Iterator[ObjectKey]:
    role = manifest["roleRef"]
    scope = key.namespace if role["kind"] == "Role" else None
    yield ObjectKey(group=_RBAC, kind=role["kind"], namespace=scope, name=role["name"])


def _target(key: ObjectKey, manifest: Manifest, _: Index) -> Iterator[ObjectKey]:
    target = manifest["spec"]["scaleTargetRef"]
    group = (target.get("apiVersion") or "").rpartition("/")[0]
    yield ObjectKey(group=group, kind=target["kind"], namespace=key.namespace, name=target["name"])


def _claim(key: ObjectKey, manifest: Manifest, index: Index) -> Iterator[ObjectKey]:
    yield from _class(key, manifest, index)
    yield from index.limits[key.namespace or ""]


def _class(_: ObjectKey, manifest: Manifest, __: Index) -> Iterator[ObjectKey]:
    name = (manifest.get("spec") or {}).get("storageClassName")
    if name:
        yield ObjectKey(group=_STORAGE, kind="StorageClass", name=name)


def _stateful_set(key: ObjectKey, manifest: Manifest, index: Index) -> Iterator[ObjectKey]:
    service = manifest["spec"].get("serviceName") or ""
    yield ObjectKey(kind="Service", namespace=key.namespace, name=service)
    for claim in manifest["spec"].get("volumeClaimTemplates") or ():
        yield from _class(key, claim, index)


def _account_secrets(key: ObjectKey, manifest: Manifest, _: Index) -> Iterator[ObjectKey]:
    for secret in manifest.get("imagePullSecrets") or ():
        yield ObjectKey(kind="Secret", namespace=key.namespace, name=secret.get("name") or "")


def _token(key: ObjectKey, manifest: Manifest, _: Index) -> Iterator[ObjectKey]:
    if manifest.get("type") == "kubernetes.io/service-account-token":
        annotations = manifest["metadata"].get("annotations") or {}
        name = annotations.get("kubernetes.io/service-account.name") or ""
        yield ObjectKey(kind="ServiceAccount", namespace=key.namespace, name=name)


def _gateway(key: ObjectKey, manifest: Manifest, _: Index) -> Iterator[ObjectKey]:
    spec = manifest["spec"]
    yield ObjectKey(group=_GATEWAY, kind="GatewayClass", name=spec["gatewayClassName"])
    for listener in spec["listeners"]:
        for secret in (listener.get("tls") or {}).get("certificateRefs") or ():
            yield ObjectKey(kind="Secret", namespace=key.namespace, name=secret["name"])


def _gateway_class(_: ObjectKey, manifest: Manifest, __: Index) -> Iterator[ObjectKey]:
    if named := manifest["spec"].get("parametersRef"):
        yield ObjectKey(
            group=named["group"],
            kind=named["kind"],
            namespace=named.get("namespace"),
            name=named["name"],
        )


def _route(key: ObjectKey, manifest: Manifest, _: Index) -> Iterator[ObjectKey]:
    for parent in manifest["spec"].get("parentRefs") or ():
        place = parent.get("namespace") or key.namespace
        yield ObjectKey(group=_GATEWAY, kind="Gateway", namespace=place, name=parent["name"])
    for rule in manifest["spec"].get("rules") or ():
        for backend in rule.get("backendRefs") or ():
            place = backend.get("namespace") or key.namespace
            yield ObjectKey(kind="Service", namespace=place, name=backend["name"])


def _ingress_class(_: ObjectKey, manifest: Manifest, __: Index) -> Iterator[ObjectKey]:
    name = (manifest.get("spec") or {}).get("ingressClassName")
    if name:
        yield ObjectKey(group="networking.k8s.io", kind="IngressClass", name=name)


def _policy(key: ObjectKey, manifest: Manifest, _: Index) -> Iterator[ObjectKey]:
    name = (manifest.get("spec") or {}).get("policyName") or ""
    yield ObjectKey(group=_ADMISSION, kind=key.kind.removesuffix("Binding"), name=name)


def _backends(_: ObjectKey, manifest: Manifest, index: Index) -> Iterator[ObjectKey]:
    for hook in manifest.get("webhooks") or ():
        service = (hook.get("clientConfig") or {}).get("service")
        if service:
            yield from index.behind(service["namespace"], service["name"])


def _api_backend(_: ObjectKey, manifest: Manifest, index: Index) -> Iterator[ObjectKey]:
    service = (manifest.get("spec") or {}).get("service") or {}
    yield from index.behind(service.get("namespace") or "", service.get("name") or "")


_READINGS = {
    ("", "Namespace"): _admission,
    ("", "PersistentVolumeClaim"): _claim,
    ("", "PersistentVolume"): _class,
    ("", "Secret"): _token,
    ("", "ServiceAccount"): _account_secrets,
    (_ADMISSION, "MutatingAdmissionPolicyBinding"): _policy,
    (_ADMISSION, "MutatingWebhookConfiguration"): _backends,
    (_ADMISSION, "ValidatingAdmissionPolicyBinding"): _policy,
    (_ADMISSION, "ValidatingWebhookConfiguration"): _backends,
    ("apiregistration.k8s.io", "APIService"): _api_backend,
    ("apps", "StatefulSet"): _stateful_set,
    (_GATEWAY, "Gateway"): _gateway,
    (_GATEWAY, "GatewayClass"): _gateway_class,
    (_GATEWAY, "HTTPRoute"): _route,
    ("autoscaling", "HorizontalPodAutoscaler"): _target,
    ("networking.k8s.io", "Ingress"): _ingress_class,
    (_RBAC, "ClusterRoleBinding"): _role,
    (_RBAC, "RoleBinding"): _role,
}
"""By group and kind: what an object of it names."""
