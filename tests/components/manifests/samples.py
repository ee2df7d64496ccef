"""Small valid objects, one per kind, for tests to build on."""

from typing import Any

Manifest = dict[str, Any]


def sample(
    kind: str, name: str = "x", namespace: str | None = "fraud", *, api: str = "v1", **fields: Any
) -> Manifest:
    metadata: dict[str, Any] = {"name": name}
    if namespace is not None:
        metadata["namespace"] = namespace
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **fields}


def marked(manifest: Manifest, **more: object) -> Manifest:
    return {**manifest, "metadata": {**manifest["metadata"], **more}}


def namespace(name: str = "fraud") -> Manifest:
    return sample("Namespace", name, None)


def quota(**more: Any) -> Manifest:
    return sample("ResourceQuota", "quota", spec={"hard": {"pods": "5"}}, **more)


def limits(**more: Any) -> Manifest:
    item = {"type": "Container", "default": {"cpu": "500m"}}
    return sample("LimitRange", "limits", spec={"limits": [item]}, **more)


def policy(name: str = "deny", selector: Manifest | None = None, **more: Any) -> Manifest:
    spec = {"podSelector": selector or {}, "policyTypes": ["Ingress"]}
    return sample("NetworkPolicy", name, api="networking.k8s.io/v1", spec=spec, **more)


def pod_spec(**more: Any) -> Manifest:
    return {"containers": [{"name": "main", "image": "registry.test/app:1.0"}], **more}


def deployment(name: str = "api", pod: Manifest | None = None, **more: Any) -> Manifest:
    template = {"metadata": {"labels": {"app": name}}, "spec": pod or pod_spec()}
    spec = {"selector": {"matchLabels": {"app": name}}, "template": template}
    return sample("Deployment", name, api="apps/v1", spec=spec, **more)


def job(name: str = "train", **more: Any) -> Manifest:
    template = {"spec": pod_spec(restartPolicy="Never")}
    return sample("Job", name, api="batch/v1", spec={"template": template, **more})


def service(name: str = "api", kind: str = "ClusterIP", **more: Any) -> Manifest:
    spec = {"type": kind, "selector": {"app": name}, "ports": [{"port": 80}]}
    return sample("Service", name, spec=spec, **more)


def claim(name: str = "data", **more: Any) -> Manifest:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, **more}
    return sample("PersistentVolumeClaim", name, spec=spec)


def secret(name: str = "password", **fields: Any) -> Manifest:
    return sample("Secret", name, **(fields or {"stringData": {"key": "value"}}))


def role_binding(name: str, role: str, account: str, kind: str = "Role") -> Manifest:
    return sample(
        "RoleBinding",
        name,
        api="rbac.authorization.k8s.io/v1",
        roleRef={"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": role},
        subjects=[{"kind": "ServiceAccount", "name": account, "namespace": "fraud"}],
    )


def autoscaler(target: str, version: str = "v2") -> Manifest:
    spec: Manifest = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": target},
        "maxReplicas": 3,
    }
    return sample("HorizontalPodAutoscaler", target, api=f"autoscaling/{version}", spec=spec)


def crd(group: str, kind: str, plural: str) -> Manifest:
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": {"type": "object"}},
    }
    names = {"kind": kind, "plural": plural}
    spec = {"group": group, "names": names, "scope": "Namespaced", "versions": [version]}
    return sample(
        "CustomResourceDefinition",
        f"{plural}.{group}",
        None,
        api="apiextensions.k8s.io/v1",
        spec=spec,
    )


def webhook(name: str, service: str, group: str, resources: list[str]) -> Manifest:
    rule = {
        "apiGroups": [group],
        "apiVersions": ["*"],
        "operations": ["CREATE"],
        "resources": resources,
    }
    hook = {
        "name": "hook.test.example",
        "admissionReviewVersions": ["v1"],
        "sideEffects": "None",
        "clientConfig": {"service": {"namespace": "fraud", "name": service}},
        "rules": [rule],
    }
    api = "admissionregistration.k8s.io/v1"
    return sample("ValidatingWebhookConfiguration", name, None, api=api, webhooks=[hook])
