"""The namespaces of a part, with what bounds a container there. Pure."""

from collections.abc import Iterator

from assurance.graph.values import CLASS
from components.manifests import Manifest
from components.parts.part import PartNamespace
from components.tenancy.namespace import pod_security_labels


def namespace_manifests(namespace: PartNamespace) -> Iterator[Manifest]:
    """The namespace and its LimitRange: no container there is without a request and a limit."""
    yield _namespace(namespace)
    yield _limits(namespace)


def _namespace(namespace: PartNamespace) -> Manifest:
    labels = {
        **namespace.labels,
        CLASS: "platform",
        **pod_security_labels(namespace.pod_security),
    }
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": namespace.name, "labels": labels},
    }


def _limits(namespace: PartNamespace) -> Manifest:
    amounts = namespace.container.resources()
    limits = {
        "type": "Container",
        "defaultRequest": amounts["requests"],
        "default": amounts["limits"],
    }
    return {
        "apiVersion": "v1",
        "kind": "LimitRange",
        "metadata": {"name": "containers", "namespace": namespace.name},
        "spec": {"limits": [limits]},
    }
