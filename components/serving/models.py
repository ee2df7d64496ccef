"""From a team's model to what serves it. Pure.

The pods are written out in full: what a webhook or a runtime would add to them later, no proof
could judge before it runs.
"""

from collections.abc import Iterator
from typing import Any

from assurance.graph.values import bytes_of, format_bytes, format_millicores, millicores_of
from components.config.faults import Fault
from components.config.wording import one_of
from components.manifests import Manifest
from components.serving.facts import ServingFacts
from components.serving.model_section import Environment, EnvironmentConfig, ModelConfig
from components.serving.names import model_key, service_of
from components.serving.roads import ENVIRONMENT, model_monitor, model_route, model_service
from components.serving.runtime import DISK_LIMIT, fetch, pod_security, triton, volumes, with_models
from components.serving.stand_in import stand_in
from components.storage.section import OBJECT_STORE
from components.tenancy.labels import came_from, workload_labels
from components.tenancy.namespace import DISK
from components.tenancy.workloads.containers import gpu_type
from components.tenancy.workloads.environment import fact_about
from components.tenancy.workloads.objects import service_account
from components.tenancy.workloads.pods import placement, spread
from components.tenancy.workloads.routes import access_faults
from components.tenancy.workloads.surroundings import Surroundings

API = "serving.kserve.io/v1beta1"
VERSION = "ml-platform/model-version"
_MODE = {
    "serving.kserve.io/autoscalerClass": "hpa",
    "serving.kserve.io/deploymentMode": "Standard",
}
"""Said rather than left to KServe, which would write it in and so differ from what is asked for."""
_LIMIT_PER_REQUEST = 2


def model_faults(name: str, config: ModelConfig, around: Surroundings) -> Iterator[Fault]:
    """What a model expects of its cluster and is not there."""
    key = model_key(around.team, name)
    if config.pool is not None and config.pool not in around.pools:
        message = one_of(sorted(around.pools), config.pool, of="the cluster's pools")
        yield Fault(file="", line=None, key=f"{key}.pool", message=message)
    if config.route is not None:
        for below, message in access_faults(config.route, around.gateway):
            at = f"{key}.route.{below}" if below else f"{key}.route"
            yield Fault(file="", line=None, key=at, message=message)


def model_manifests(
    name: str, config: ModelConfig, around: Surroundings, serving: ServingFacts
) -> list[Manifest]:
    """A ServiceAccount, what serves each environment, the way there, and who looks after it."""
    objects = [service_account(name, around.identities.get(name))]
    for environment, asked in config.environments():
        spec = predictor(name, config, (environment, asked), (around, serving))
        service = _inference_service(name, environment, spec)
        objects += [service, model_service(name, environment)]
        if serving.simulated:
            objects.append(stand_in(service))
        if asked.replicas.min > 1:
            objects.append(_budget(name, environment))
    objects += model_route(name, config, around.team, around.gateway)
    if around.scraped:
        objects.append(model_monitor(name))
    return [described(each, name, around.team) for each in objects]


def described(manifest: Manifest, model: str, team: str) -> Manifest:
    """The object in its team's namespace, with the labels and the origin of its model."""
    metadata = manifest["metadata"]
    annotations = {**metadata.get("annotations", {}), **came_from(model_key(team, model))}
    labels = {**metadata.get("labels", {}), **workload_labels(team, model)}
    placed = {**metadata, "namespace": team, "labels": labels, "annotations": annotations}
    return {**manifest, "metadata": placed}


def predictor(
    name: str,
    config: ModelConfig,
    environment: tuple[Environment, EnvironmentConfig],
    place: tuple[Surroundings, ServingFacts],
) -> Manifest:
    """The pods of one environment, as KServe takes them: a pod's spec, with bounds beside it."""
    purpose, asked = environment
    around, serving = place
    version = asked.version or config.version
    resources = _resources(config, around)
    identity = around.identities.get(name)
    known = dict(identity.pod_labels) if identity is not None else {}
    source = _source(name, config, version, around)
    return {
        "minReplicas": asked.replicas.min,
        "maxReplicas": asked.replicas.max or asked.replicas.min,
        "scaleMetric": "cpu",
        "scaleTarget": asked.replicas.cpu_target,
        "labels": {
            **known,
            **workload_labels(around.team, name),
            ENVIRONMENT: purpose,
            VERSION: version,
        },
        "serviceAccountName": name,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": pod_security(),
        "initContainers": [fetch(serving.registry, source, _credentials(config, around))],
        "containers": [with_models(triton(serving.registry, resources))],
        "volumes": volumes(),
        "topologySpreadConstraints": spread(
            {"serving.kserve.io/inferenceservice": service_of(name, purpose)}
        ),
        **placement(config.pool, config.resources.gpu, around),
    }


def _inference_service(name: str, environment: Environment, spec: Manifest) -> Manifest:
    metadata = {
        "name": service_of(name, environment),
        "labels": {ENVIRONMENT: environment},
        "annotations": _MODE,
    }
    return {
        "apiVersion": API,
        "kind": "InferenceService",
        "metadata": metadata,
        "spec": {"predictor": spec},
    }


def _budget(name: str, environment: Environment) -> Manifest:
    """One pod at a time may be drained."""
    selector = {"serving.kserve.io/inferenceservice": service_of(name, environment)}
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": service_of(name, environment)},
        "spec": {
            "maxUnavailable": 1,
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
            "selector": {"matchLabels": selector},
        },
    }


def _resources(config: ModelConfig, around: Surroundings) -> Manifest:
    """All amounts: what is left out, KServe would fill in its own way."""
    usual = ModelConfig.model_fields["resources"].default
    stated = config.resources
    cpu, memory = stated.cpu or usual.cpu, stated.memory or usual.memory
    limits: dict[str, Any] = {
        "cpu": format_millicores(millicores_of(cpu) * _LIMIT_PER_REQUEST),
        "memory": format_bytes(bytes_of(memory) * _LIMIT_PER_REQUEST),
        "disk": DISK_LIMIT,
        **{str(resource): amount for resource, amount in stated.limits.items()},
    }
    limits[DISK] = limits.pop("disk")
    if stated.gpu:
        limits[gpu_type(config.pool, around)] = str(stated.gpu)
    requests = {"cpu": cpu, "memory": memory, DISK: stated.disk or usual.disk}
    return {"requests": requests, "limits": limits}


def _source(name: str, config: ModelConfig, version: str, around: Surroundings) -> str:
    """What is fetched: a folder of the bucket, by the URL that its store's own protocol has."""
    stored = config.storage
    if stored.bucket is None:
        return f"{(stored.uri or '').rstrip('/')}/{version}"
    endpoint = around.endpoints[OBJECT_STORE]
    bucket = f"s3://{stored.bucket}" if endpoint.namespace else around.buckets[stored.bucket]
    return f"{bucket}/{around.team}/{config.folder(name)}{version}"


def _credentials(config: ModelConfig, around: Surroundings) -> list[Manifest]:
    """In the cloud the pod's identity opens the bucket; in the cluster, what the team was given."""
    if config.storage.bucket is None or not around.endpoints[OBJECT_STORE].namespace:
        return []
    told: list[Manifest] = [
        {"name": "AWS_DEFAULT_REGION", "value": "us-east-1"},
        {"name": "AWS_ENDPOINT_URL", "value": fact_about(around.endpoints[OBJECT_STORE], "url")},
    ]
    account = around.accounts.get(OBJECT_STORE)
    if account is not None:
        told += [
            _secret("AWS_ACCESS_KEY_ID", account.secret, "user"),
            _secret("AWS_SECRET_ACCESS_KEY", account.secret, "password"),
        ]
    return told


def _secret(variable: str, secret: str, key: str) -> Manifest:
    return {"name": variable, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}
