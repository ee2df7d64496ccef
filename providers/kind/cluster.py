"""The kind cluster as a component."""

from typing import Any

import pulumi
from pulumi.dynamic import Resource

from assurance.graph.values import Capability
from providers.config import KindConfig
from providers.contract import Cluster, ClusterFacts, ClusterProvider
from providers.existing import InCluster
from providers.kind.document import document, pools
from providers.kind.provider import KindProvider
from providers.kubernetes import Access, kubernetes_provider


class KindNodes(Resource, module="kind", name="Cluster"):
    """The containers of a cluster, and what was made around them."""

    kubeconfig: pulumi.Output[str]

    def __init__(
        self, name: str, args: dict[str, Any], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        # None is unknown until the cluster stands; an empty text would be known, and mean the
        # cluster that the person happens to be logged in to.
        props = {**args, "kubeconfig": None}
        secret = pulumi.ResourceOptions(additional_secret_outputs=["kubeconfig"])
        super().__init__(KindProvider(), name, props, pulumi.ResourceOptions.merge(opts, secret))


class KindCluster(pulumi.ComponentResource, InCluster):
    """A cluster of containers on this machine."""

    cluster: Cluster

    def __init__(
        self, name: str, config: KindConfig, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        facts = cluster_facts(config)
        intent = {"intent": facts.to_json()}
        super().__init__("ml-platform:providers:KindCluster", name, intent, opts)
        args = node_args(facts.name, config)
        nodes = KindNodes(f"{name}-nodes", args, pulumi.ResourceOptions(parent=self))
        access = Access(kubeconfig=nodes.kubeconfig, identifier=facts.name, forgettable=True)
        self.cluster = Cluster(
            facts=facts,
            kubernetes=kubernetes_provider(f"{name}-kubernetes", access, self),
            kubeconfig=nodes.kubeconfig,
        )
        self.register_outputs(intent)


def node_args(name: str, config: KindConfig) -> dict[str, Any]:
    """What the cluster is made from; plain values."""
    return {
        "name": name,
        "document": document(config),
        "node": config.node.model_dump(),
        "capacity": {pool: {w.gpu_type: w.gpu} for pool, w in config.pools.items() if w.gpu},
        "network": str(config.networks.nodes),
        "registry": config.registry,
        "mirrors": dict(config.mirrors),
    }


def cluster_facts(config: KindConfig) -> ClusterFacts:
    """What can be known of the cluster before it exists."""
    gpu = {Capability.GPU} if any(workers.gpu for workers in config.pools.values()) else set()
    return ClusterFacts(
        name=f"{pulumi.get_project()}-{pulumi.get_stack()}",
        version=config.version,
        storage_class=config.storage_class,
        pools=pools(config),
        addresses=config.address_plan(),
        capabilities=frozenset({Capability.NETWORK_POLICY, Capability.VOLUMES, *gpu}),
        endpoints=tuple(e.endpoint(name) for name, e in sorted(config.endpoints.items())),
    )


_: type[ClusterProvider] = KindCluster
