"""`from_stack`: the cluster of another stack of this project, for a stack that adds only teams."""

from collections.abc import Mapping
from typing import Any

import pulumi

from providers.config import PlatformReference
from providers.config.secrets import secret
from providers.contract import Cluster, ClusterProvider, cluster_facts
from providers.existing import InCluster
from providers.kubernetes import Access, kubernetes_provider


class ReferencedCluster(pulumi.ComponentResource, InCluster):
    """A cluster that another stack owns; what the cloud has was already taken up there."""

    cluster: Cluster

    def __init__(
        self,
        name: str,
        published: Mapping[str, Any],
        kubeconfig: pulumi.Output[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        facts = cluster_facts().validate_python(published["cluster"])
        intent = {"intent": facts.to_json()}
        super().__init__("ml-platform:providers:ReferencedCluster", name, intent, opts)
        access = Access(kubeconfig=kubeconfig, identifier=facts.name)
        self.cluster = Cluster(
            facts=facts,
            kubernetes=kubernetes_provider(f"{name}-kubernetes", access, self),
            kubeconfig=kubeconfig,
            published=published,
        )
        self.register_outputs(intent)


async def referenced_cluster(
    name: str, config: PlatformReference, opts: pulumi.ResourceOptions | None
) -> ReferencedCluster:
    """Await what the other stack has published; plain values even in a preview."""
    full = f"{pulumi.get_organization()}/{pulumi.get_project()}/{config.from_stack}"
    reference = pulumi.StackReference(full)
    published = (await reference.get_output_details("facts")).value
    if published is None:
        message = (
            f"stack {config.from_stack} has published no platform yet. "
            f"Deploy it first: mlp up --stack {config.from_stack}"
        )
        raise pulumi.RunError(message)
    given = secret("kubeconfig")
    theirs: pulumi.Output[str] = pulumi.Output.secret(reference.get_output("kubeconfig"))
    return ReferencedCluster(name, published, theirs if given is None else given, opts)


_: type[ClusterProvider] = ReferencedCluster
