"""What a model runs in: Triton, as hard as `restricted` asks and a little harder. Pure."""

from collections.abc import Mapping
from typing import Any

from components.manifests import Manifest

RUNTIME = "triton-onnx"
"""Its name, as teams and KServe call it."""
CONTAINER = "kserve-container"
"""KServe knows by this name which container answers."""
HTTP, GRPC, METRICS = 8080, 9000, 8002
METRICS_PORT = "metrics"
USER = 1000
MODELS = "/mnt/models"
_VOLUME, _SCRATCH = "models", "scratch"
_MODELS_ROOM, _SCRATCH_ROOM = "10Gi", "1Gi"
DISK_LIMIT = "12Gi"
"""What both volumes may take together, and as much again as scratch for logs."""
_WRITABLE = "/tmp"  # noqa: S108 - the container's own, a volume

# renovate: datasource=docker depName=nvcr.io/nvidia/tritonserver
_TRITON = ("nvcr.io", "nvidia/tritonserver:25.04-py3")
# renovate: datasource=docker depName=kserve/storage-initializer
_FETCH = ("docker.io", "kserve/storage-initializer:v0.20.0")


def triton(registry: str | None, resources: Mapping[str, Any]) -> Manifest:
    """The container that answers; where its models come from is for others to say."""
    ready = {"httpGet": {"path": "/v2/health/ready", "port": HTTP}}
    alive = {"httpGet": {"path": "/v2/health/live", "port": HTTP}}
    return {
        "name": CONTAINER,
        "image": _image(_TRITON, registry),
        "args": [
            "tritonserver",
            f"--model-repository={MODELS}",
            f"--http-port={HTTP}",
            f"--grpc-port={GRPC}",
            f"--metrics-port={METRICS}",
        ],
        "ports": [
            {"name": "http", "containerPort": HTTP, "protocol": "TCP"},
            {"name": "grpc", "containerPort": GRPC, "protocol": "TCP"},
            {"name": METRICS_PORT, "containerPort": METRICS, "protocol": "TCP"},
        ],
        "resources": resources,
        "securityContext": _hardened(),
        "readinessProbe": {**ready, "periodSeconds": 5, "failureThreshold": 3},
        "livenessProbe": {**alive, "periodSeconds": 10, "failureThreshold": 6},
        "volumeMounts": [_mount(_SCRATCH, _WRITABLE)],
    }


def with_models(container: Manifest) -> Manifest:
    """The same, with what `fetch` has brought."""
    mounts = [_mount(_VOLUME, MODELS, read_only=True), *container["volumeMounts"]]
    return {**container, "volumeMounts": mounts}


def fetch(registry: str | None, source: str, env: list[Manifest]) -> Manifest:
    """The container that brings the model from where it is stored, before the other one starts."""
    return {
        "name": "fetch",
        "image": _image(_FETCH, registry),
        "args": [source, MODELS],
        **({"env": env} if env else {}),
        "resources": {
            "requests": {"cpu": "100m", "memory": "128Mi"},
            "limits": {"cpu": "500m", "memory": "512Mi"},
        },
        "securityContext": _hardened(),
        "volumeMounts": [_mount(_VOLUME, MODELS), _mount(_SCRATCH, _WRITABLE)],
    }


def volumes() -> list[Manifest]:
    """Where the model lies while it is served, and where the server may write."""
    return [{"name": _VOLUME, "emptyDir": {"sizeLimit": _MODELS_ROOM}}, _scratch()]


def pod_security() -> Manifest:
    """What `restricted` wants of a pod."""
    return {
        "runAsNonRoot": True,
        "runAsUser": USER,
        "fsGroup": USER,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def serving_runtime(registry: str | None) -> Manifest:
    """The same container for InferenceServices that somebody else writes and names it in."""
    resources = {
        "requests": {"cpu": "500m", "memory": "1Gi"},
        "limits": {"cpu": "1", "memory": "2Gi"},
    }
    return {
        "apiVersion": "serving.kserve.io/v1alpha1",
        "kind": "ClusterServingRuntime",
        "metadata": {"name": RUNTIME},
        "spec": {
            "supportedModelFormats": [{"name": "onnx", "version": "1", "autoSelect": True}],
            "protocolVersions": ["v2", "grpc-v2"],
            "containers": [triton(registry, resources)],
            "volumes": [_scratch()],
        },
    }


def _scratch() -> Manifest:
    return {"name": _SCRATCH, "emptyDir": {"sizeLimit": _SCRATCH_ROOM}}


def _image(image: tuple[str, str], registry: str | None) -> str:
    host, name = image
    return f"{registry or host}/{name}"


def _hardened() -> Manifest:
    """Per container as well: KServe keeps what a container says of itself."""
    return {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def _mount(name: str, path: str, *, read_only: bool = False) -> Manifest:
    mount: dict[str, Any] = {"name": name, "mountPath": path}
    return {**mount, "readOnly": True} if read_only else mount
