"""Who bounds, closes in or judges an object: what must be in force before it arrives."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.pods import PodTemplate
from assurance.graph.values import TEAM
from assurance.proofs.network.selectors import EVERYTHING, Selector, SpecError, selector
from assurance.proofs.order.given import CLUSTER_WIDE
from assurance.proofs.order.pods import service_account
from assurance.proofs.order.readings import ADMISSION, NETWORKING, RBAC
from assurance.proofs.order.wants import Key, items, mapping
from assurance.proofs.order.world import World, labels_of, may_match

Found = tuple[str, KubernetesObject, bool]
"""A rule, what comes first, and whether it must also stay."""

_HOOKS = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
_ARRIVING = {"*", "CREATE"}
_SERVICE_COUNTS = {"services.loadbalancers": "LoadBalancer", "services.nodeports": "NodePort"}
_CLAIM_COUNTS = ("persistentvolumeclaims", "requests.storage")


class Judges:
    """Answers for one object at a time."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._policies: dict[str, list[tuple[Selector, KubernetesObject]]] = {}
        self._bindings: defaultdict[tuple[str, str], list[KubernetesObject]] = defaultdict(list)
        self._hooks: defaultdict[tuple[str, str], list[tuple[KubernetesObject, Any]]]
        self._hooks = defaultdict(list)
        for item in world.objects:
            if item.gvk.group == RBAC and item.gvk.kind.endswith("Binding"):
                self._bind(item)
            elif item.gvk.group == ADMISSION and item.gvk.kind in _HOOKS:
                self._hook(item)
        self._admission = [
            item
            for item in world.objects
            if item.gvk.group == ADMISSION
            and item.gvk.kind.endswith("PolicyBinding")
            and _judges_within(item, world)
        ]
        """Policies judge whatever a namespace holds, so they come before the namespace."""

    def of(self, item: KubernetesObject) -> Iterator[Found]:
        """Everything that must be in force before an object."""
        place = str(item.namespace or "")
        pods = self._world.pods_of(item)
        yield from self._counted(item, place, pods=bool(pods))
        for pod in pods:
            closing = [p for chosen, p in self._policies_of(place) if chosen.matches(pod.labels)]
            shut = any(map(_lets_nobody_in, closing))
            for policy in closing:
                if not (shut and (_lets_in(policy) or _lets_out_to_another(policy, item))):
                    yield "policy", policy, True
            for binding in self._bindings.get((place, service_account(pod)), ()):
                yield "rights", binding, False
        yield from self._judged(item, pods)
        if (item.gvk.group, item.gvk.kind) == ("", "Namespace"):
            for binding in self._admission:
                yield "webhook", binding, False

    def _counted(self, item: KubernetesObject, place: str, *, pods: bool) -> Iterator[Found]:
        """Quotas and limits that count it, or the pods that it makes."""
        claims = item.gvk.kind in {"PersistentVolumeClaim", "StatefulSet"}
        if pods or claims:
            for limits in self._world.of("", "LimitRange", place):
                yield "bounds", limits, pods
        for quota in self._world.of("", "ResourceQuota", place):
            hard = mapping(mapping(quota.manifest.get("spec")).get("hard"))
            if pods or self._counts(hard, item):
                yield "bounds", quota, pods

    def _counts(self, hard: Mapping[str, Any], item: KubernetesObject) -> bool:
        group, kind = item.gvk.group, item.gvk.kind
        name = self._world.plural(item)
        names = {f"count/{name}.{group}" if group else f"count/{name}"}
        if not group:
            names.add(name)
        if kind == "PersistentVolumeClaim":
            names.update(_CLAIM_COUNTS)
            names.update(key for key in hard if ".storageclass.storage.k8s.io/" in key)
        if kind == "Service" and not group:
            way = mapping(item.manifest.get("spec")).get("type")
            names.update(key for key, counted in _SERVICE_COUNTS.items() if counted == way)
        return kind != "ResourceQuota" and not names.isdisjoint(hard)

    def _policies_of(self, place: str) -> list[tuple[Selector, KubernetesObject]]:
        if place not in self._policies:
            found = self._world.of(NETWORKING, "NetworkPolicy", place)
            self._policies[place] = [(_pods_of(policy), policy) for policy in found]
        return self._policies[place]

    def _judged(self, item: KubernetesObject, pods: list[PodTemplate]) -> Iterator[Found]:
        """Webhooks that are asked about it, or about the pods that it makes."""
        arriving = [((item.gvk.group, self._world.plural(item)), labels_of(item.manifest))]
        arriving += [(("", "pods"), pod.labels) for pod in pods]
        for (group, resource), labels in arriving:
            for key in ((group, resource), (group, "*"), ("*", resource), ("*", "*")):
                for config, hook in self._hooks.get(key, ()):
                    if config is not item and self._asked(hook, item, labels):
                        yield "webhook", config, False

    def _asked(self, hook: Mapping[str, Any], item: KubernetesObject, labels: Any) -> bool:
        if item.gvk.group == ADMISSION:
            return False  # the API server never asks webhooks about webhooks
        place = item.name if item.gvk.kind == "Namespace" else item.namespace
        chosen = hook.get("namespaceSelector")
        if chosen and place and not may_match(chosen, self._world.namespace_labels(str(place))):
            return False
        return may_match(hook.get("objectSelector"), labels)

    def _bind(self, item: KubernetesObject) -> None:
        for subject in items(item.manifest.get("subjects")):
            if subject.get("kind") == "ServiceAccount":
                place = str(subject.get("namespace") or item.namespace or "")
                self._bindings[place, str(subject.get("name"))].append(item)

    def _hook(self, item: KubernetesObject) -> None:
        for hook in items(item.manifest.get("webhooks")):
            for rule in items(hook.get("rules")):
                if _ARRIVING.isdisjoint(map(str, rule.get("operations") or ())):
                    continue
                for group in rule.get("apiGroups") or ():
                    for resource in rule.get("resources") or ():
                        key = (str(group), "*" if resource == "*/*" else str(resource))
                        self._hooks[key].append((item, hook))


def _judges_within(binding: KubernetesObject, world: World) -> bool:
    """Whether it may judge what lives in a namespace; one that says nothing judges everything."""
    spec = mapping(binding.manifest.get("spec"))
    kind = binding.gvk.kind.removesuffix("Binding")
    policy = world.by_key.get(Key(ADMISSION, kind, "", str(spec.get("policyName"))))
    stated = mapping(policy.manifest.get("spec")).get("matchConstraints") if policy else None
    for given in (spec.get("matchResources"), stated):
        groups = {
            str(group)
            for rule in items(mapping(given).get("resourceRules"))
            for group in rule.get("apiGroups") or ("*",)
        }
        if groups and groups <= CLUSTER_WIDE:
            return False
    return True


def _lets_nobody_in(policy: KubernetesObject) -> bool:
    spec = mapping(policy.manifest.get("spec"))
    return "Ingress" in (spec.get("policyTypes") or ()) and spec.get("ingress") in (None, [])


def _lets_in(policy: KubernetesObject) -> bool:
    """It only opens what another one closes: whoever comes later may bring it, and take it away."""
    spec = mapping(policy.manifest.get("spec"))
    return spec.get("policyTypes") == ["Ingress"] and bool(spec.get("ingress"))


def _lets_out_to_another(policy: KubernetesObject, item: KubernetesObject) -> bool:
    """It only opens, and for a team that came later, whom these pods are asked to call."""
    spec = mapping(policy.manifest.get("spec"))
    asking = labels_of(policy.manifest).get(TEAM)
    opens = spec.get("policyTypes") == ["Egress"] and bool(spec.get("egress"))
    return opens and asking not in (None, labels_of(item.manifest).get(TEAM))


def _pods_of(policy: KubernetesObject) -> Selector:
    """The pods that a policy selects; all, where that cannot be read."""
    try:
        return selector(mapping(policy.manifest.get("spec")).get("podSelector"))
    except SpecError:
        return EVERYTHING
