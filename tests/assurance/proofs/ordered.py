"""Graphs whose dependencies a test can state, take away, and cut."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from assurance.graph.graph import Graph, graph_of
from assurance.graph.intent import Intent
from assurance.graph.kubernetes import gvk
from assurance.graph.resource import Options, Resource
from assurance.proofs.findings import Finding, Status
from assurance.proofs.order import order
from assurance.proofs.order.relation import direct
from tests.components.manifests.samples import namespace, sample

Manifest = Mapping[str, Any]


def urn(name: str, kind: str = "thing", stack: str = "s") -> str:
    return f"urn:pulumi:{stack}::p::{kind}::{name}"


def node(name: str, kind: str = "pulumi:index:Thing", **more: Any) -> Resource:
    """A resource that is no Kubernetes object."""
    given: dict[str, Any] = {"parent": None, "provider": None, "inputs": {}, **more}
    return Resource(urn=urn(name), type=kind, name=name, **given)


def made(manifest: Manifest, *after: Resource, **more: Any) -> Resource:
    """An object, registered after others."""
    kind = gvk(manifest["apiVersion"], manifest["kind"]).token
    metadata = manifest["metadata"]
    name = f"{manifest['kind']}-{metadata.get('namespace', '')}-{metadata['name']}"
    given = {
        "parent": None,
        "provider": None,
        "dependencies": frozenset(each.urn for each in after),
        **more,
    }
    return Resource(urn=urn(name, kind), type=kind, name=name, inputs=dict(manifest), **given)


NAMESPACE = made(namespace())


def removed(resource: Resource, **options: Any) -> Resource:
    return replace(resource, options=Options(**options))


def graph(*resources: Resource, mode: Any = "warm") -> Graph:
    return graph_of(resources, stack="s", mode=mode)


def found(given: Graph, status: Status = Status.REFUTED) -> list[Finding]:
    return [f for f in order(given, Intent()).findings if f.status is status]


def said(given: Graph, status: Status = Status.REFUTED) -> set[tuple[str, str]]:
    """Rule and subject of what was found."""
    return {(f.rule.removeprefix("order/"), f.subject) for f in found(given, status)}


def users(given: Graph) -> Mapping[str, set[str]]:
    """By URN, what waits for it directly."""
    waiting: dict[str, set[str]] = {}
    for each in given.resources.values():
        for other in direct(each):
            waiting.setdefault(other, set()).add(each.urn)
    return waiting


def without(given: Graph, edges: Iterable[tuple[str, str]]) -> Graph:
    """The graph less some dependencies, of whatever sort they are."""
    resources = dict(given.resources)
    for one, other in edges:
        resources[one] = _without(resources[one], other)
    return Graph(resources=resources, stack=given.stack, mode=given.mode)


def _without(resource: Resource, other: str) -> Resource:
    with_it = resource.options.deleted_with
    return replace(
        resource,
        dependencies=resource.dependencies - {other},
        property_dependencies={
            key: urns - {other} for key, urns in resource.property_dependencies.items()
        },
        parent=None if resource.parent == other else resource.parent,
        provider=None if resource.provider == other else resource.provider,
        options=replace(resource.options, deleted_with=None if with_it == other else with_it),
    )


def cut(given: Graph, one: str, other: str) -> Graph:
    """The graph in which no path leads from one to the other any more: the last steps are gone."""
    reached = set(_reached(given, one))
    last = [(user, other) for user in users(given).get(other, ()) if user in reached | {one}]
    return without(given, last)


def _reached(given: Graph, start: str) -> Iterator[str]:
    seen, waiting = {start}, [start]
    while waiting:
        resource = given.resources.get(waiting.pop())
        for other in direct(resource) if resource else ():
            if other not in seen:
                seen.add(other)
                waiting.append(other)
                yield other


def gate(*workloads: str, after: tuple[Any, ...] = ()) -> Any:
    marks = dict.fromkeys(workloads, "f00")
    dependencies = frozenset(each.urn for each in after)
    return node("ready", "pulumi:index:Stash", inputs={"input": marks}, dependencies=dependencies)


THING = sample("Thing", "mine", api="things.example/v1")


def open_between(given: Any, needed: str, user: str) -> bool:
    """Whether it is found that nothing makes one wait for the other."""
    pair = {"user": user, "needs": needed}
    return any(f.witness == pair and f.rule != "order/removal" for f in found(given))
