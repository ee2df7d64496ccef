"""A fifth provider, written without touching components/: a cloud that exists nowhere."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Any, ClassVar
from unittest.mock import patch

import pulumi

from assurance.graph.graph import Graph
from assurance.graph.readers.recording import Mode, Program, record
from assurance.graph.values import Endpoint, Grant, Port
from components.config import PlatformConfig, Stack
from components.config.draft import Draft
from components.config.faults import Problem
from components.config.rules import broken_rules
from components.tenancy.section import TeamConfig
from providers.config import ExistingConfig
from providers.config.section import EVERYTHING
from providers.config.zones import ZoneConfig
from providers.contract import (
    IDENTITY,
    Cache,
    CacheRequest,
    Cluster,
    ClusterFacts,
    ClusterProvider,
    Database,
    DatabaseRequest,
    Identity,
    ObjectStore,
    ObjectStoreRequest,
    Registry,
    RegistryRequest,
    SecretStore,
    SecretStoreRequest,
    Zone,
    ZoneWriter,
)
from providers.kubernetes import Access, kubernetes_provider

ROOT = Path(__file__).parents[2]
CLIENT = "azure.workload.identity/client-id"
"""An annotation that the isolation proof knows, on a cloud that it does not."""

CLUSTER: dict[str, Any] = {
    "provider": "existing",
    "capabilities": ["network-policy", "volumes"],
    "pools": {"general": {"cpu": 16, "memory": "64Gi", "min": 3}},
    "addresses": {
        "pods": ["10.0.0.0/18", "10.0.64.0/18"],
        "services": ["172.20.0.0/16"],
        "nodes": ["10.0.0.0/18", "10.0.64.0/18"],
    },
}
"""Pods have addresses of the nodes' own subnets, as on the clouds that do without an overlay."""


class FakeConfig(ExistingConfig):
    """A cluster of that cloud."""

    brings: ClassVar[frozenset[str]] = EVERYTHING
    zone: ClassVar[ZoneConfig | None] = ZoneConfig(name="ml.example.com")


@dataclass
class Asked:
    """What a program has asked the cloud for."""

    requests: list[Any] = field(default_factory=list)
    identities: dict[str, tuple[Grant, ...]] = field(default_factory=dict)


class FakeCloud(pulumi.ComponentResource):
    """Every verb makes something, so that a test can see what it was asked for."""

    cluster: Cluster

    def __init__(self, name: str, config: FakeConfig, asked: Asked) -> None:
        facts = ClusterFacts(
            name="fake",
            version="1.35",
            pools=tuple(pool.pool(key) for key, pool in config.pools.items()),
            addresses=config.address_plan(),
            capabilities=config.capabilities,
            endpoints=(at(IDENTITY, 80, "169.254.170.23/32"),),
        )
        super().__init__("ml-platform:providers:FakeCloud", name, {"intent": facts.to_json()})
        kubeconfig = pulumi.Output.secret("{}")
        access = Access(kubeconfig=kubeconfig, identifier="fake")
        self.cluster = Cluster(
            facts=facts,
            kubernetes=kubernetes_provider(f"{name}-kubernetes", access, self),
            kubeconfig=kubeconfig,
        )
        self._asked = asked
        self.register_outputs({})

    def object_store(self, request: ObjectStoreRequest) -> ObjectStore | None:
        self._asked.requests.append(request)
        urls = {name: f"fake://company-{name}" for name in request.buckets}
        # As S3 is reached: any public address, and the cluster's own ranges are none.
        return ObjectStore(endpoint=at("anything", 443, "0.0.0.0/0", scheme="https"), buckets=urls)

    def database(self, request: DatabaseRequest) -> Database | None:
        self._asked.requests.append(request)
        subnets = ("10.0.200.0/24", "10.0.201.0/24", "10.0.202.0/24")
        server = self._made("database", "main")
        endpoint = at("anything", 5432, *subnets, scheme="postgresql")
        return Database(endpoint=endpoint, administrator=server.id)

    def cache(self, request: CacheRequest) -> Cache | None:
        self._asked.requests.append(request)
        return Cache(endpoint=at("anything", 6379, "10.0.203.0/24"))

    def registry(self, request: RegistryRequest) -> Registry | None:
        self._asked.requests.append(request)
        return Registry(host=self._made("registry", "images").id)

    def secret_store(self, request: SecretStoreRequest) -> SecretStore | None:
        self._asked.requests.append(request)
        names = {"/".join(each): "-".join(each) for each in request.secrets}
        provider = {"aws": {"service": "SecretsManager", "region": "nowhere-1"}}
        endpoint = at("platform.secret-store", 443, "10.0.204.0/24", scheme="https")
        return SecretStore(endpoint=endpoint, provider=provider, names=names)

    def zone(self) -> Zone | None:
        self._asked.requests.append("zone")
        return Zone(
            name="ml.example.com",
            id="fake:zone/ml.example.com",
            endpoint=at("platform.zone", 443, "10.0.205.0/24", scheme="https"),
            solver={"route53": {"hostedZoneID": "Z1", "region": "nowhere-1"}},
            writer=ZoneWriter(cloud="fake", settings={"fake.json": "{}"}),
        )

    def identity(self, service_account: str, grants: tuple[Grant, ...]) -> Identity:
        self._asked.identities[service_account] = grants
        role = self._made("role", service_account.replace("/", "-"))
        return Identity(
            annotations={CLIENT: role.id}, pod_labels={"fake.example/use": "true"}, after=(role,)
        )

    def _made(self, kind: str, name: str) -> pulumi.CustomResource:
        here = pulumi.ResourceOptions(parent=self)
        return pulumi.CustomResource(f"fake:index:{kind}", f"cluster-{kind}-{name}", {}, here)


_: type[ClusterProvider] = FakeCloud


def at(name: str, port: int, *networks: str, scheme: str = "http") -> Endpoint:
    """Addresses off the cluster."""
    return Endpoint(
        name=name,
        cidrs=tuple(map(ip_network, networks)),
        ports=(Port(number=port),),
        host="store.example.com" if scheme == "https" else None,
        scheme=scheme,
    )


def stack_of(platform: Mapping[str, Any], teams: Mapping[str, Any], **addresses: Any) -> Stack:
    """The stack that these words describe, on that cloud."""
    plan = {**CLUSTER["addresses"], **addresses}
    cluster = FakeConfig.model_validate({**CLUSTER, "addresses": plan})
    return Stack(
        name="test",
        platform=PlatformConfig.model_validate({**platform, "cluster": cluster}),
        teams={
            name: TeamConfig.model_validate_json(json.dumps(words)) for name, words in teams.items()
        },
        waivers=(),
        secrets={},
        directory=ROOT,
    )


def problems(stack: Stack) -> list[Problem]:
    """What the stack file's rules say of it."""
    draft = Draft(name="test", platform=stack.platform, teams=stack.teams, pools=(), endpoints=())
    return broken_rules(draft)


def recorded(stack: Stack, mode: Mode) -> tuple[Graph, Asked]:
    """The unmodified program on that cloud, and what it has asked the cloud for."""
    asked = Asked()
    program = Program(
        directory=ROOT,
        stack="test",
        project="ml-platform",
        secret_keys=frozenset({"ml-platform:kubeconfig"}),
    )
    with _on(stack, asked):
        return record(program, mode), asked


@contextmanager
def _on(stack: Stack, asked: Asked) -> Iterator[None]:
    """As if providers/ had one more module, and the stack file chose it."""

    async def provision(name: str, config: FakeConfig) -> FakeCloud:
        await asyncio.sleep(0)
        return FakeCloud(name, config, asked)

    with patch("components.config.load", lambda _: stack), patch("providers.provision", provision):
        yield
