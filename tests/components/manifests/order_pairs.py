"""Pairs of objects of which the first has to come before the second."""

import json
from typing import Any

from assurance.graph.operators import MAKES
from tests.components.manifests.samples import (
    Manifest,
    autoscaler,
    claim,
    crd,
    deployment,
    job,
    limits,
    marked,
    namespace,
    pod_spec,
    policy,
    quota,
    role_binding,
    sample,
    secret,
    service,
    webhook,
)


def account(name: str = "runner", **fields: Any) -> Manifest:
    return sample("ServiceAccount", name, **fields)


def role(name: str = "reader", kind: str = "Role") -> Manifest:
    scope = "fraud" if kind == "Role" else None
    return sample(kind, name, scope, api="rbac.authorization.k8s.io/v1", rules=[])


def config(name: str) -> Manifest:
    return sample("ConfigMap", name, data={})


def cluster_wide(kind: str, name: str, api: str, **fields: Any) -> Manifest:
    return sample(kind, name, None, api=api, **fields)


def counting(*names: str) -> Manifest:
    return {**quota(), "spec": {"hard": dict.fromkeys(names, "5")}}


def stateful_set(name: str = "db") -> Manifest:
    spec = {**deployment(name)["spec"], "serviceName": name}
    return sample("StatefulSet", name, api="apps/v1", spec=spec)


STORAGE_CLASS = cluster_wide("StorageClass", "fast", "storage.k8s.io/v1", provisioner="x")
PRIORITY = cluster_wide("PriorityClass", "high", "scheduling.k8s.io/v1", value=1)
RUNTIME = cluster_wide("RuntimeClass", "kata", "node.k8s.io/v1", handler="kata")
ADMISSION = "admissionregistration.k8s.io/v1"
VAP = cluster_wide("ValidatingAdmissionPolicy", "p", ADMISSION, spec={})
VAP_BINDING = cluster_wide(
    "ValidatingAdmissionPolicyBinding", "b", ADMISSION, spec={"policyName": "p"}
)
THING = sample("Thing", "mine", api="things.example/v1")


THING_CRD = crd("things.example", "Thing", "things")
INGRESS_CLASS = cluster_wide("IngressClass", "nginx", "networking.k8s.io/v1", spec={})
INGRESS = sample("Ingress", api="networking.k8s.io/v1", spec={"ingressClassName": "nginx"})
API_SERVICE = cluster_wide(
    "APIService",
    "v1.things.example",
    "apiregistration.k8s.io/v1",
    spec={
        "group": "things.example",
        "version": "v1",
        "groupPriorityMinimum": 1,
        "versionPriority": 1,
        "service": {"namespace": "fraud", "name": "api"},
    },
)


def making(workload: Manifest) -> Manifest:
    """Of which an operator makes a workload."""
    made = json.dumps([workload])
    return marked(THING, annotations={MAKES: made})


def env_from(**source: object) -> Manifest:
    return pod_spec() | {"containers": [{"name": "main", "env": [{"name": "A", **source}]}]}


def volume(**source: object) -> Manifest:
    return pod_spec(volumes=[{"name": "v", **source}])


def using(pod: Manifest) -> Manifest:
    return deployment(pod=pod)


PAIRS = {
    "a namespace before what is in it": (namespace(), config("c")),
    "a quota before pods": (quota(), deployment()),
    "a limit range before pods": (limits(), job()),
    "a quota before the services that it counts": (counting("services"), service("front")),
    "a quota before the secrets that it counts": (counting("count/secrets"), secret()),
    "a quota before what it counts by group": (
        counting("count/ingresses.networking.k8s.io"),
        INGRESS,
    ),
    "a stateful set's service before it": (service("db"), stateful_set()),
    "a quota before claims": (quota(), claim()),
    "a quota before custom resources": (quota(), THING),
    "default-deny before pods": (policy(), deployment()),
    "default-deny before custom resources": (policy(), THING),
    "a policy before the pods it selects": (
        policy("p", {"matchExpressions": [{"key": "app", "operator": "In", "values": ["api"]}]}),
        deployment(),
    ),
    "a policy before the pods that an operator makes": (
        policy("p", {"matchLabels": {"app": "made"}}),
        making(deployment("made")),
    ),
    "a secret before pods that an operator makes": (
        secret("s"),
        making(deployment("made", pod_spec(imagePullSecrets=[{"name": "s"}]))),
    ),
    "a service account before its pods": (account(), using(pod_spec(serviceAccountName="runner"))),
    "the default service account before pods that name none": (account("default"), deployment()),
    "rights before the pods that have them": (
        role_binding("rb", "reader", "runner"),
        using(pod_spec(serviceAccountName="runner")),
    ),
    "a secret before pods that read it into a variable": (
        secret("s"),
        using(env_from(valueFrom={"secretKeyRef": {"name": "s", "key": "k"}})),
    ),
    "a config map before pods that read it into a variable": (
        config("c"),
        using(env_from(valueFrom={"configMapKeyRef": {"name": "c", "key": "k"}})),
    ),
    "a secret before pods that read all of it": (
        secret("s"),
        using({"containers": [{"name": "m", "envFrom": [{"secretRef": {"name": "s"}}]}]}),
    ),
    "a secret before init containers that read it": (
        secret("s"),
        using(
            pod_spec(
                initContainers=[{"name": "i", "envFrom": [{"secretRef": {"name": "s"}}]}],
            )
        ),
    ),
    "a secret before pods that mount it": (
        secret("s"),
        using(volume(secret={"secretName": "s"})),
    ),
    "a config map before pods that mount it": (config("c"), using(volume(configMap={"name": "c"}))),
    "a secret before pods that project it": (
        secret("s"),
        using(volume(projected={"sources": [{"secret": {"name": "s"}}]})),
    ),
    "a claim before pods that mount it": (
        claim("d"),
        using(volume(persistentVolumeClaim={"claimName": "d"})),
    ),
    "a pull secret before pods that pull with it": (
        secret("s"),
        using(pod_spec(imagePullSecrets=[{"name": "s"}])),
    ),
    "a pull secret before the account that carries it": (
        secret("s"),
        account(imagePullSecrets=[{"name": "s"}]),
    ),
    "an account before its token": (
        account(),
        {
            **secret("token", type="kubernetes.io/service-account-token"),
            "metadata": {
                "name": "token",
                "namespace": "fraud",
                "annotations": {"kubernetes.io/service-account.name": "runner"},
            },
        },
    ),
    "a priority before its pods": (PRIORITY, using(pod_spec(priorityClassName="high"))),
    "a runtime before its pods": (RUNTIME, using(pod_spec(runtimeClassName="kata"))),
    "a role before its binding": (role(), role_binding("rb", "reader", "runner")),
    "a cluster role before its binding": (
        role(kind="ClusterRole"),
        role_binding("rb", "reader", "runner", kind="ClusterRole"),
    ),
    "a workload before its autoscaler": (deployment(), autoscaler("api")),
    "a storage class before its claims": (STORAGE_CLASS, claim(storageClassName="fast")),
    "a crd before its objects": (THING_CRD, THING),
    "an admission policy before its binding": (VAP, VAP_BINDING),
    "an admission policy's binding before any namespace": (VAP_BINDING, namespace("churn")),
    "a webhook's service before the webhook": (
        service(),
        webhook("w", "api", "things.example", ["things"]),
    ),
    "a webhook's workload before the webhook": (
        deployment(),
        webhook("w", "api", "things.example", ["things"]),
    ),
    "a webhook before the objects it judges": (
        webhook("w", "api", "things.example", ["things"]),
        THING,
    ),
    "an aggregated api's workload before it": (deployment(), API_SERVICE),
    "an ingress class before its ingresses": (INGRESS_CLASS, INGRESS),
}
AROUND = [namespace(), service(), deployment(), THING_CRD]
