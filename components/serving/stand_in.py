"""What KServe's controller would make of a model, where its pods run nothing: a sandbox. Pure."""

from assurance.graph.stand_ins import STANDS_FOR
from components.manifests import Manifest
from components.manifests.provenance import ASSUMES
from components.serving.kserve import PIN

_BESIDE = frozenset({"labels", "maxReplicas", "minReplicas", "scaleMetric", "scaleTarget"})
"""Of a predictor: what is no part of a pod's spec."""


def stand_in(service: Manifest) -> Manifest:
    """The Deployment of an InferenceService, without what scales it."""
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
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": named,
        "spec": {
            "replicas": predictor["minReplicas"],
            "selector": {"matchLabels": app},
            "template": {"metadata": {"labels": labels}, "spec": spec},
        },
    }
