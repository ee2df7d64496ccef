"""Which components a platform has, and how they meet."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, assert_never

import pulumi

from assurance.graph.intent_maps import NAMESPACE, intent_map
from assurance.graph.values import Capability
from assurance.levels import Levels, LevelsError, levels_at, levels_path
from components.charts.charts import Charts, ChartsArgs
from components.config import ConfigError, Fault, PlatformConfig, Stack
from components.facts import PlatformFacts
from components.managed import Managed, managed
from components.manifests import Manifest, adopt, register
from components.releases import chart_releases
from components.security.guardrails import Guardrails, GuardrailsArgs
from components.tenancy.rbac import team_cluster_roles
from providers.config import PlatformReference
from providers.contract import Cluster, ClusterProvider


@dataclass(frozen=True, kw_only=True, slots=True)
class PlatformArgs:
    """The stack file's choices, and the cluster to carry them out on."""

    config: PlatformConfig
    cluster: Cluster
    managed: Managed
    """What the cloud looks after."""
    levels: Levels
    """How strictly each rule is held to."""
    project: Path
    """Where the stack file lies."""


class Platform(pulumi.ComponentResource):
    """What every team stands on."""

    facts: PlatformFacts

    def __init__(
        self, name: str, args: PlatformArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        self.facts = platform_facts(args.config, args.cluster, args.managed)
        intent = {"intent": platform_intent(self.facts, args.config)}
        super().__init__("ml-platform:platform:Platform", name, intent, on(args.cluster, opts))
        guardrails = args.config.security.guardrails
        if guardrails is not None:
            wanted = GuardrailsArgs(config=guardrails, levels=args.levels)
            Guardrails(f"{name}-guardrails", wanted, pulumi.ResourceOptions(parent=self))
        adopt(args.cluster)
        if releases := chart_releases(args.config):
            charts = ChartsArgs(
                config=args.config.charts,
                releases=releases,
                version=self.facts.cluster.version,
                project=args.project,
            )
            Charts(f"{name}-charts", charts, pulumi.ResourceOptions(parent=self))
        objects = platform_manifests(intent["intent"], cluster_intent(self.facts))
        register(self, objects, origin="platform")
        self.register_outputs(intent)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A platform that stands, wherever it was built."""

    facts: PlatformFacts
    outputs: Mapping[str, Any]
    """What its stack publishes: the facts, and what people ask for by name."""


def platform(name: str, stack: Stack, provider: ClusterProvider) -> Standing:
    """Build the platform, or learn of the one that another stack has built."""
    match stack.platform:
        case PlatformConfig():
            levels, brought = _levels(stack), managed(stack.platform, provider)
            args = PlatformArgs(
                config=stack.platform,
                cluster=provider.cluster,
                managed=brought,
                levels=levels,
                project=stack.directory,
            )
            facts, outputs = Platform(name, args).facts, brought.outputs
        case PlatformReference():
            facts, outputs = PlatformFacts.from_json(provider.cluster.published or {}), {}
        case _:
            assert_never(stack.platform)
    return Standing(facts=facts, outputs={"facts": facts.to_json(), **outputs})


def _levels(stack: Stack) -> Levels:
    try:
        return levels_at(levels_path(stack.directory, stack.name))
    except LevelsError as error:
        faults = str(error).splitlines()
        raise ConfigError([Fault(file="", line=None, key="", message=f) for f in faults]) from None


def on(cluster: Cluster, opts: pulumi.ResourceOptions | None) -> pulumi.ResourceOptions:
    """Options under which everything below goes to this cluster."""
    here = pulumi.ResourceOptions(providers={"kubernetes": cluster.kubernetes})
    return pulumi.ResourceOptions.merge(opts, here)


def platform_facts(config: PlatformConfig, cluster: Cluster, brought: Managed) -> PlatformFacts:
    """What teams are told."""
    endpoints = (*cluster.facts.endpoints, *brought.endpoints)
    metrics = {Capability.METRICS} if config.metrics is not None else set()
    capabilities = cluster.facts.capabilities | metrics
    return PlatformFacts(
        cluster=replace(cluster.facts, capabilities=capabilities),
        team_defaults=config.teams,
        endpoints={endpoint.name: endpoint for endpoint in endpoints},
        buckets=brought.buckets,
    )


def platform_intent(facts: PlatformFacts, config: PlatformConfig) -> dict[str, Any]:
    """What proofs may know of the platform: endpoints, where images come from, overcommitment."""
    guardrails = config.security.guardrails
    return {
        "endpoints": facts.to_json()["endpoints"],
        "buckets": dict(facts.buckets),
        "overcommit": config.overcommit.model_dump(),
        "registries": list(guardrails.registries) if guardrails else [],
    }


def cluster_intent(facts: PlatformFacts) -> dict[str, Any]:
    """What proofs go by of the cluster, whichever stack it belongs to."""
    stated = facts.cluster.to_json()
    return {key: stated[key] for key in ("addresses", "capabilities", "endpoints", "pools")}


def platform_manifests(intent: Mapping[str, Any], cluster: Mapping[str, Any]) -> list[Manifest]:
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
        intent_map("platform", "platform", intent),
        intent_map("cluster", "cluster", cluster),
    ]
