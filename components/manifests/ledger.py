"""What this program has put on a cluster, and how that cluster is reached.

Kept with the cluster's provider resource itself, so it lives exactly as long as the program does:
two programs in one process never see each other's objects, and two clusters of one program are told
apart.
"""

from dataclasses import dataclass, field

import pulumi

from assurance.graph.values import Gvk
from components.manifests.index import Index
from components.manifests.keys import ObjectKey
from providers.contract import Cluster

_ANY = Gvk(group="", version="v1", kind="Namespace").token
_ATTRIBUTE = "_ml_platform_ledger"


@dataclass(slots=True)
class Ledger:
    """One cluster's."""

    index: Index = field(default_factory=Index)
    resources: dict[ObjectKey, pulumi.CustomResource] = field(default_factory=dict)
    quiet: set[ObjectKey] = field(default_factory=set)
    """Objects without a delete of their own: their namespace takes them along, or they are kept."""
    kept: set[ObjectKey] = field(default_factory=set)
    named: dict[tuple[int, str, str], ObjectKey] = field(default_factory=dict)
    """Objects by component, type and logical name: what a URN is made of."""
    missed: dict[ObjectKey, ObjectKey] = field(default_factory=dict)
    """Namespaces and CRDs that were not there when an object needed them, with that object."""
    gates: dict[int, int] = field(default_factory=dict)
    """How many readiness gates each component has."""
    kubeconfig: pulumi.Output[str] | None = None
    context: str | None = None


def adopt(cluster: Cluster) -> None:
    """Enter what its provider has put there, and let readiness gates reach it by themselves."""
    ledger = _kept_with(cluster.kubernetes)
    ledger.kubeconfig = cluster.kubeconfig
    ledger.context = cluster.context
    if cluster.volumes is not None and cluster.facts.storage_class is not None:
        key = ObjectKey(
            group="storage.k8s.io", kind="StorageClass", name=cluster.facts.storage_class
        )
        ledger.index.keys.add(key)
        ledger.resources[key] = cluster.volumes


def ledger_of(component: pulumi.Resource) -> Ledger:
    """The ledger of the cluster that a component's children go to."""
    provider = component.get_provider(_ANY)
    if provider is None:
        message = (
            f"component {component.pulumi_resource_name} has no Kubernetes provider; give it "
            "ResourceOptions(providers={'kubernetes': cluster.kubernetes})"
        )
        raise RuntimeError(message)
    return _kept_with(provider)


def _kept_with(provider: pulumi.ProviderResource) -> Ledger:
    ledger: Ledger = vars(provider).setdefault(_ATTRIBUTE, Ledger())
    return ledger
