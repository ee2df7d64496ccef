"""Which components a platform has, and how they meet."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, assert_never

import pulumi

from assurance.graph.codec import encode
from assurance.graph.intent_maps import NAMESPACE, intent_map
from assurance.graph.values import CLASS, Endpoint
from assurance.levels import Levels, LevelsError, levels_at, levels_path
from components import machine
from components.charts.chart import Definitions, DefinitionsArgs
from components.charts.helm import Target
from components.charts.obtaining import Obtained, Store, obtain
from components.config import ConfigError, Fault, PlatformConfig, Stack
from components.core import platform_parts, sections_of
from components.credentials import Shared
from components.facts import PlatformFacts, cluster_intent
from components.gateway.facts import gateway_facts
from components.managed import Managed, managed
from components.manifests import Manifest, adopt, register
from components.parts import Demand, Part, Site
from components.parts.component import PlatformPart, PlatformPartArgs
from components.parts.intent import part_intent
from components.parts.network import part_policies
from components.parts.ports import Wanted, clashes, wanted_by
from components.parts.priority import prioritised, priority_classes
from components.pins import pins
from components.security.guardrails import Guardrails, GuardrailsArgs
from components.serving.kserve import serving_facts
from components.tenancy.grants import needed, team_grants
from components.tenancy.namespace import pod_security_labels
from components.tenancy.rbac import team_cluster_roles
from providers.config import PlatformReference
from providers.contract import Cluster, ClusterProvider, Identify, nobody


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
    demands: Mapping[str, Demand] = field(default_factory=dict)
    """What each of this stack's teams asks for."""
    identify: Identify = nobody
    """How a ServiceAccount becomes somebody in the cloud: the provider's verb."""


class Platform(pulumi.ComponentResource):
    """What every team stands on."""

    facts: PlatformFacts
    shared: tuple[Shared, ...]
    """What teams log in with."""

    def __init__(
        self, name: str, args: PlatformArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        parts = platform_parts(args.config, _site(args))
        self._identify = args.identify
        charts = _charts(args, parts)
        _refuse_clashes(parts, charts)
        self.facts = platform_facts(args.config, args.cluster, args.managed, parts)
        intent = {"intent": platform_intent(self.facts, args.config, parts)}
        super().__init__("ml-platform:platform:Platform", name, intent, on(args.cluster, opts))
        beneath = pulumi.ResourceOptions(parent=self)
        guardrails = args.config.security.guardrails
        if guardrails is not None:
            wanted = GuardrailsArgs(config=guardrails, levels=args.levels)
            Guardrails(f"{name}-guardrails", wanted, beneath)
        adopt(args.cluster)
        objects = platform_manifests(intent["intent"], cluster_intent(self.facts))
        register(self, objects, origin="platform")
        self.shared = tuple(self._parts(name, parts, charts))
        self.register_outputs(intent)

    def _parts(
        self, name: str, parts: tuple[Part, ...], charts: Mapping[str, Obtained]
    ) -> Iterator[Shared]:
        endpoints = {**self.facts.endpoints, **scraped(parts)}
        policies = part_policies(parts, endpoints, self.facts.cluster.addresses)
        beneath = pulumi.ResourceOptions(parent=self)
        definitions = {
            part.key: tuple(d for r in part.releases for d in charts[r.name].definitions)
            for part in parts
        }
        if any(definitions.values()):
            Definitions(f"{name}-definitions", DefinitionsArgs(definitions=definitions), beneath)
        known: list[Shared] = []
        for part in parts:
            own = {place.name for place in part.namespaces}
            wanted = PlatformPartArgs(
                part=part,
                policies=tuple(policies[part.key]),
                charts=charts,
                shared=tuple(each.manifest for each in known if each.team in own),
                identify=self._identify,
            )
            made = PlatformPart(part.key.replace(".", "-").replace("_", "-"), wanted, beneath)
            known += made.shared
            yield from made.shared


def _site(args: PlatformArgs) -> Site:
    known = (*args.cluster.facts.endpoints, *args.managed.endpoints)
    return Site(
        cluster=args.cluster.facts,
        sections=sections_of(args.config),
        endpoints={endpoint.name: endpoint for endpoint in known},
        secret_provider=args.managed.secret_provider,
        zone=args.managed.zone,
        teams=tuple(args.demands),
        demands=args.demands,
    )


def _charts(args: PlatformArgs, parts: tuple[Part, ...]) -> Mapping[str, Obtained]:
    """Every chart's objects, by the release's name."""
    folder = machine.directory() / "charts"
    store = Store(config=args.config.charts, project=args.project, folder=folder)
    target = Target(version=args.cluster.facts.version, apis=())
    releases = [release for part in parts for release in part.releases]
    _refuse_overlays_of_nothing(args.config, {release.name for release in releases})
    return {
        name: replace(each, objects=tuple(map(prioritised, each.objects)))
        for name, each in obtain(releases, store, target).items()
    }


def _refuse_overlays_of_nothing(config: PlatformConfig, names: Collection[str]) -> None:
    known = ", ".join(sorted(names)) or "none"
    faults = [
        Fault(
            file="",
            line=None,
            key=f"platform.charts.values.{name}",
            message=f"expected the release of a section, which are {known}, got {name}",
        )
        for name in config.charts.values
        if name not in names
    ]
    if faults:
        raise ConfigError(faults)


def _refuse_clashes(parts: tuple[Part, ...], charts: Mapping[str, Obtained]) -> None:
    """What two parts cannot both have, before anything is registered."""
    faults = clashes(wanted for part in parts for wanted in _node_ports(part, charts))
    if faults:
        raise ConfigError(faults)


def _node_ports(part: Part, charts: Mapping[str, Obtained]) -> Iterator[Wanted]:
    for objects in (part.objects, *(charts[r.name].objects for r in part.releases)):
        yield from wanted_by(part.key, objects)
    for port in part.node_ports:
        yield Wanted(port=port, by=part.key, key=part.key)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A platform that stands, wherever it was built."""

    facts: PlatformFacts
    outputs: Mapping[str, Any]
    """What its stack publishes: the facts, and what people ask for by name."""
    shared: tuple[Shared, ...] = ()
    """What this stack's teams log in with."""


def platform(name: str, stack: Stack, provider: ClusterProvider) -> Standing:
    """Build the platform, or learn of the one that another stack has built."""
    match stack.platform:
        case PlatformConfig():
            asked = demands(stack)
            levels, brought = _levels(stack), managed(stack.platform, provider, asked)
            args = PlatformArgs(
                config=stack.platform,
                cluster=provider.cluster,
                managed=brought,
                levels=levels,
                project=stack.directory,
                demands=asked,
                identify=provider.identity,
            )
            made = Platform(name, args)
            facts, outputs, shared = made.facts, brought.outputs, made.shared
        case PlatformReference():
            facts, outputs = PlatformFacts.from_json(provider.cluster.published or {}), {}
            shared = ()
        case _:
            assert_never(stack.platform)
    return Standing(facts=facts, outputs={"facts": facts.to_json(), **outputs}, shared=shared)


def demands(stack: Stack) -> dict[str, Demand]:
    """What each of its teams asks for."""
    return {
        name: Demand(
            needs=needed(name, team),
            grants=team_grants(name, team),
            secrets=frozenset(team.external_secrets),
        )
        for name, team in stack.teams.items()
    }


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


def platform_facts(
    config: PlatformConfig, cluster: Cluster, brought: Managed, parts: tuple[Part, ...] = ()
) -> PlatformFacts:
    """What teams are told."""
    own = (endpoint for part in parts for endpoint in part.endpoints)
    endpoints = (*cluster.facts.endpoints, *brought.endpoints, *own)
    own_buckets = {name: url for part in parts for name, url in part.buckets.items()}
    capabilities = cluster.facts.capabilities.union(*(part.capabilities for part in parts))
    return PlatformFacts(
        cluster=replace(cluster.facts, capabilities=capabilities),
        team_defaults=config.teams,
        endpoints={endpoint.name: endpoint for endpoint in endpoints},
        serving=serving_facts(config.serving, simulated=cluster.facts.simulated),
        gateway=None if config.gateway is None else gateway_facts(config.gateway),
        secrets=None if config.secrets is None else config.secrets.kind,
        secret_names=brought.secret_names,
        zone=brought.zone,
        callers={caller.name: caller for part in parts for caller in part.callers},
        buckets={**brought.buckets, **own_buckets},
    )


def scraped(parts: tuple[Part, ...]) -> dict[str, Endpoint]:
    """Where metrics are: what monitoring needs, and nobody else may."""
    return {endpoint.name: endpoint for part in parts for endpoint in part.scraped}


def platform_intent(
    facts: PlatformFacts, config: PlatformConfig, parts: tuple[Part, ...] = ()
) -> dict[str, Any]:
    """What proofs may know of the platform: what it offers and needs, where images come from."""
    guardrails = config.security.guardrails
    return {
        "endpoints": {**facts.to_json()["endpoints"], **encode(scraped(parts))},
        "buckets": dict(facts.buckets),
        "zones": {facts.zone.name: facts.zone.id} if facts.zone else {},
        "overcommit": config.overcommit.model_dump(),
        "registries": list(guardrails.registries) if guardrails else [],
        "parts": {part.key: encode(part_intent(part)) for part in parts},
        "pins": encode(pins(config, facts.cluster.version, parts)),
    }


def platform_manifests(intent: Mapping[str, Any], cluster: Mapping[str, Any]) -> list[Manifest]:
    """The platform's own namespace, closed; members' roles, classes of priority; the intent."""
    return [
        {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {
                "name": NAMESPACE,
                "labels": {CLASS: "platform", **pod_security_labels("restricted")},
            },
        },
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": "default-deny", "namespace": NAMESPACE},
            "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
        },
        *team_cluster_roles(),
        *priority_classes(),
        intent_map("platform", "platform", intent),
        intent_map("cluster", "cluster", cluster),
    ]
