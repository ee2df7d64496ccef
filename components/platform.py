"""Which components a platform has, and how they meet."""

import json
from dataclasses import dataclass
from typing import assert_never

import pulumi

from components.config import PlatformConfig
from components.facts import PlatformFacts
from components.manifests import Manifest, register
from components.tenancy.intent import NAMESPACE
from components.tenancy.rbac import team_cluster_roles
from providers.config import PlatformReference
from providers.contract import Cluster


@dataclass(frozen=True, kw_only=True, slots=True)
class PlatformArgs:
    """The stack file's choices, and the cluster to carry them out on."""

    config: PlatformConfig
    cluster: Cluster


class Platform(pulumi.ComponentResource):
    """What every team stands on."""

    facts: PlatformFacts

    def __init__(
        self, name: str, args: PlatformArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        self.facts = platform_facts(args.config, args.cluster)
        intent = {"intent": platform_intent(self.facts)}
        super().__init__("ml-platform:platform:Platform", name, intent, on(args.cluster, opts))
        register(self, platform_manifests(intent["intent"]), origin="platform")
        self.register_outputs(intent)


def platform(
    name: str, config: PlatformConfig | PlatformReference, cluster: Cluster
) -> PlatformFacts:
    """Build the platform, or learn of the one that another stack has built."""
    match config:
        case PlatformConfig():
            return Platform(name, PlatformArgs(config=config, cluster=cluster)).facts
        case PlatformReference():
            return PlatformFacts.from_json(cluster.published or {})
        case _:
            assert_never(config)


def on(cluster: Cluster, opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
    """Options under which everything below goes to this cluster."""
    here = pulumi.ResourceOptions(providers={"kubernetes": cluster.kubernetes})
    return pulumi.ResourceOptions.merge(opts, here)


def platform_facts(config: PlatformConfig, cluster: Cluster) -> PlatformFacts:
    """What teams are told."""
    return PlatformFacts(
        cluster=cluster.facts,
        team_defaults=config.teams,
        endpoints={endpoint.name: endpoint for endpoint in cluster.facts.endpoints},
    )


def platform_intent(facts: PlatformFacts) -> dict[str, object]:
    """What proofs may know of the platform: its endpoints."""
    return {"endpoints": facts.to_json()["endpoints"]}


def platform_manifests(intent: object) -> list[Manifest]:
    """The platform's own namespace, closed; the roles that members get; the intent, readable."""
    return [
        {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {
                "name": NAMESPACE,
                "labels": {
                    "ml-platform/namespace-class": "platform",
                    "pod-security.kubernetes.io/enforce": "restricted",
                    "pod-security.kubernetes.io/enforce-version": "v1.35",
                },
            },
        },
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": "default-deny", "namespace": NAMESPACE},
            "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
        },
        *team_cluster_roles(),
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "intent-platform", "namespace": NAMESPACE},
            "data": {"intent": json.dumps(intent, sort_keys=True)},
        },
    ]
