"""What is registered on one cluster so far, arranged by the questions that order asks."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from components.manifests.acting import Acting
from components.manifests.keys import Manifest, ObjectKey
from components.manifests.references import pod_labels, template_of

_LIMITS = frozenset({("", "ResourceQuota"), ("", "LimitRange")})
_WEBHOOKS = frozenset({"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"})
_ADMISSION = frozenset({"MutatingAdmissionPolicyBinding", "ValidatingAdmissionPolicyBinding"})

_MAKERS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("bitnami.com", "SealedSecret"): (),
    ("cert-manager.io", "Certificate"): ("secretName",),
    ("external-secrets.io", "ExternalSecret"): ("target", "name"),
}
"""Kinds that bring about a Secret, and where their spec names it; else it has their own name."""

Kind = tuple[str, str]
"""Group and kind."""


def _lists() -> "defaultdict[Any, list[Any]]":
    return defaultdict(list)


@dataclass(slots=True)
class Index:
    """Grows by `add`; reads are dictionary look-ups, so that order costs the same at any size."""

    keys: set[ObjectKey] = field(default_factory=set)
    crds: dict[Kind, tuple[ObjectKey, str]] = field(default_factory=dict)
    """By the kind they define: the CRD and the kind's plural."""
    limits: dict[str, list[ObjectKey]] = field(default_factory=_lists)
    """ResourceQuotas and LimitRanges by namespace."""
    counts: dict[str, list[tuple[ObjectKey, frozenset[str]]]] = field(default_factory=_lists)
    """ResourceQuotas by namespace, with what they count, in their own words."""
    policies: dict[str, list[tuple[ObjectKey, Mapping[str, Any]]]] = field(default_factory=_lists)
    """NetworkPolicies by namespace, with the pods that they select."""
    bindings: dict[tuple[str, str], list[ObjectKey]] = field(default_factory=_lists)
    """What gives a ServiceAccount its rights, by the account's namespace and name."""
    webhooks: dict[str, list[tuple[ObjectKey, frozenset[str]]]] = field(default_factory=_lists)
    """Webhook configurations by API group, with the resources that they judge."""
    admission: list[ObjectKey] = field(default_factory=list)
    """What makes an admission policy bite."""
    services: dict[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    """Selectors of Services by namespace and name."""
    pods: dict[str, list[tuple[ObjectKey, Mapping[str, str]]]] = field(default_factory=_lists)
    """What makes pods, by namespace, with the pods' labels."""
    made: dict[ObjectKey, ObjectKey] = field(default_factory=dict)
    """By the Secret that it brings about, a custom resource."""
    acting: Acting = field(default_factory=Acting)

    def add(self, key: ObjectKey, manifest: Manifest) -> None:
        """Take note of an object."""
        self.keys.add(key)
        self.acting.add(key, manifest)
        namespace = key.namespace or ""
        template = template_of(key, manifest)
        if template is not None:
            self.pods[namespace].append((key, pod_labels(template)))
        elif (key.group, key.kind) in _LIMITS:
            self.limits[namespace].append(key)
            hard = (manifest.get("spec") or {}).get("hard") or {}
            self.counts[namespace].append((key, frozenset(hard)))
        elif key.kind == "NetworkPolicy":
            selector = (manifest.get("spec") or {}).get("podSelector") or {}
            self.policies[namespace].append((key, selector))
        elif key.kind == "Service" and not key.group:
            self.services[namespace, key.name] = (manifest.get("spec") or {}).get("selector") or {}
        else:
            self._add_rarer(key, manifest)

    def _add_rarer(self, key: ObjectKey, manifest: Manifest) -> None:
        if key.kind in {"RoleBinding", "ClusterRoleBinding"}:
            for subject in manifest.get("subjects") or ():
                if subject["kind"] == "ServiceAccount":
                    place = subject.get("namespace") or key.namespace or ""
                    self.bindings[place, subject["name"]].append(key)
        elif key.kind == "CustomResourceDefinition":
            spec = manifest["spec"]
            names = spec["names"]
            self.crds[spec["group"], names["kind"]] = (key, names["plural"])
        elif (key.group, key.kind) in _MAKERS:
            self.made[_made_by(key, manifest)] = key
        elif key.kind in _ADMISSION:
            self.admission.append(key)
        elif key.kind in _WEBHOOKS:
            self._add_webhooks(key, manifest)

    def _add_webhooks(self, key: ObjectKey, manifest: Manifest) -> None:
        for hook in manifest.get("webhooks") or ():
            for rule in hook.get("rules") or ():
                resources = frozenset(rule.get("resources") or ())
                for group in rule.get("apiGroups") or ():
                    self.webhooks[group].append((key, resources))

    def behind(self, namespace: str, service: str) -> list[ObjectKey]:
        """A Service and whatever makes the pods behind it, as far as they are registered."""
        selector = self.services.get((namespace, service))
        if selector is None:
            return []
        found = [ObjectKey(kind="Service", namespace=namespace, name=service)]
        if selector:
            found += [
                key
                for key, labels in self.pods[namespace]
                if all(labels.get(name) == value for name, value in selector.items())
            ]
        return found


def _made_by(key: ObjectKey, manifest: Manifest) -> ObjectKey:
    found: Any = manifest.get("spec")
    for step in _MAKERS[key.group, key.kind]:
        found = (found or {}).get(step)
    name = found if isinstance(found, str) else key.name
    return ObjectKey(kind="Secret", namespace=key.namespace, name=name)
