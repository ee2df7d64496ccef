"""register(): the one way any Kubernetes object enters the program."""

from assurance.graph.values import Gvk
from components.manifests.faults import Fault, InvalidManifest
from components.manifests.keys import Manifest, ObjectKey
from components.manifests.ledger import adopt
from components.manifests.register import Registered, register
from components.manifests.validation import faults
from components.manifests.waiting import Wait

__all__ = [
    "Fault",
    "Gvk",
    "InvalidManifest",
    "Manifest",
    "ObjectKey",
    "Registered",
    "Wait",
    "adopt",
    "faults",
    "register",
]
