"""What KServe's controller would make of a model, where its pods run nothing: a sandbox. Pure."""

from assurance.graph.pod_owners import STANDS_FOR
from components.manifests import Manifest
from components.manifests.provenance import ASSUMES
from components.serving.kserve import PIN

_BESIDE = frozenset({"labels", "maxReplicas", "minReplicas", "scaleMetric", "scaleTarget"})
"""Of a predictor: what is no part of a pod's spec."""
_HTTP = 80


def stand_ins(service: Manifest) -> list[Manifest]:
    """The Deployment and the Service of an InferenceService, without what scales them."""
    metadata, predictor = service["metadata"], service["spec"]["predictor"]
    name = metadata["name"]
    app = {"app": f"isvc.{name}-predictor"}
    labels = {
        **metadata.get("labels", {}),
        **predictor["labels"],
        **app,
        "component": "predictor",
        "serving.kserve.io/inferenceservice": name,
    }
    named = {
        "name": f"{name}-predictor",
        "labels": metadata.get("labels", {}),
        "annotations": {ASSUMES: PIN.label, STANDS_FOR: f"InferenceService/{name}"},
    }
    spec = {key: value for key, value in predictor.items() if key not in _BESIDE}
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": named,
        "spec": {
            "replicas": predictor["minReplicas"],
            "selector": {"matchLabels": app},
            "template": {"metadata": {"labels": labels}, "spec": spec},
        },
    }
    ports = predictor["containers"][0]["ports"]
    service_of = {
        "selector": app,
        "ports": [_port(number, each) for number, each in enumerate(ports)],
    }
    return [
        deployment,
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {**named, "annotations": {ASSUMES: PIN.label}},
            "spec": service_of,
        },
    ]


def _port(place: int, declared: Manifest) -> Manifest:
    """KServe puts a container's first port at 80, and the others where they are."""
    number = declared["containerPort"]
    port = {"name": declared["name"], "port": number if place else _HTTP, "targetPort": number}
    return {**port, "protocol": declared["protocol"]}
