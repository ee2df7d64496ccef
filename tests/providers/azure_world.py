"""A cluster on Azure with everything that a platform may ask of it, recorded in this process."""

import contextvars
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from assurance.graph.graph import Graph, graph_of
from assurance.graph.readers.recording import Mode
from assurance.graph.readers.recording.economy import frugal, unheard
from assurance.graph.readers.recording.monitor import RecordingEngine, RecordingMonitor
from assurance.graph.readers.recording.program import Program, _configure, _execute, no_references
from assurance.graph.readers.recording.registered import resources
from assurance.graph.values import Access, Grant
from providers.aks import AksCluster
from providers.config import AksConfig
from providers.contract import (
    Cache,
    CacheRequest,
    Database,
    DatabaseRequest,
    Identity,
    ObjectStore,
    ObjectStoreRequest,
    Registry,
    RegistryRequest,
    Zone,
)
from tests.providers.azure_keys import KEYS

GI = 2**30
GRANTS = (
    Grant(access=Access.READ, kind="bucket", name="datasets", prefix="shared/"),
    Grant(access=Access.WRITE, kind="bucket", name="models", prefix="fraud/", by="api"),
    Grant(access=Access.READ, kind="secret", name="database-administrator"),
)
IDENTITIES: Mapping[str, Sequence[Grant]] = {
    "fraud/api": GRANTS,
    "ads/shop": (Grant(access=Access.WRITE, kind="bucket", name="models"),),
}


@dataclass(frozen=True)
class World:
    """What was registered, and what the verbs gave back."""

    graph: Graph
    config: AksConfig
    store: ObjectStore
    database: Database
    cache: Cache
    registry: Registry
    zone: Zone | None
    identities: Mapping[str, Identity]


def configured(**keys: Any) -> AksConfig:
    return AksConfig.model_validate({**KEYS, **keys})


def world(
    mode: Mode = "cold",
    *,
    stack: str = "prod",
    buckets: tuple[str, ...] = ("models", "datasets"),
    database: DatabaseRequest | None = None,
    identities: Mapping[str, Sequence[Grant]] = IDENTITIES,
    **keys: Any,
) -> World:
    """Build it; its exceptions are the test's."""
    config = configured(**keys)
    asked = database or DatabaseRequest(version="17", cpu=4000, memory=16 * GI, storage=200 * GI)
    monitor = RecordingMonitor(
        stack=stack, project="ml-platform", cold=mode == "cold", references=no_references
    )
    given: dict[str, Any] = {}

    def main() -> None:
        cluster = AksCluster("cluster", config)
        given["store"] = cluster.object_store(ObjectStoreRequest(buckets=buckets))
        given["database"] = cluster.database(asked)
        given["cache"] = cluster.cache(CacheRequest(memory=2 * GI))
        given["registry"] = cluster.registry(RegistryRequest(repositories=("fraud/api",)))
        given["zone"] = cluster.zone()
        given["identities"] = {
            account: cluster.identity(account, tuple(grants))
            for account, grants in identities.items()
        }

    def run() -> None:
        here = Program(directory=Path.cwd(), stack=stack, project="ml-platform")
        _configure(here, monitor, RecordingEngine(lambda _: None))
        with unheard(), frugal(None):
            _execute(main)

    contextvars.copy_context().run(run)
    found = resources(monitor.registered.values(), Path.cwd())
    return World(graph=graph_of(found, stack=stack, mode=mode), config=config, **given)


def usual(mode: Mode = "cold") -> World:
    """With nothing about it changed: made once for all tests."""
    return _made(mode)


_made = cache(world)
