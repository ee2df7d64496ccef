"""The Kubernetes provider resource, made alike for every cluster."""

from dataclasses import dataclass

import pulumi
import pulumi_kubernetes as kubernetes

QPS = 500
"""At the provider's own limit of 50 requests a second, 300 objects wait for each other."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """How a cluster is reached."""

    kubeconfig: pulumi.Input[str]
    identifier: str
    """Known before the cluster exists, so that a new kubeconfig never replaces everything on it."""
    context: str | None = None
    forgettable: bool = False
    """Where nothing answers any more, nothing is left: a refresh forgets all that was there."""
    after: tuple[pulumi.Resource, ...] = ()
    """What must be there before anything is made on the cluster."""


def kubernetes_provider(
    name: str, access: Access, parent: pulumi.Resource | None
) -> kubernetes.Provider:
    """One explicit provider per stack; the default one is disabled in the stack file."""
    return kubernetes.Provider(
        name,
        kubeconfig=access.kubeconfig,
        context=access.context,
        cluster_identifier=access.identifier,
        enable_server_side_apply=True,
        delete_unreachable=access.forgettable or None,
        kube_client_settings=kubernetes.KubeClientSettingsArgs(qps=QPS, burst=2 * QPS),
        opts=pulumi.ResourceOptions(parent=parent, depends_on=access.after or None),
    )
