"""Stacks of generated objects: in teams' namespaces, in others, and in some that nobody shows."""

from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from random import Random
from typing import Any

from assurance.graph.graph import Graph, graph_of
from assurance.graph.resource import Marker, Resource, Secret
from assurance.guardrails.rules import ALL
from tests.assurance.guardrails.corpus import cases
from tests.assurance.guardrails.planted import planted
from tests.assurance.guardrails.samples import Manifest
from tests.policies.wire import resource

LEVEL = "pod-security.kubernetes.io/enforce"
HOMES: dict[str, dict[str, str]] = {
    "baseline": {"ml-platform/team": "baseline", LEVEL: "baseline"},
    "restricted": {"ml-platform/team": "restricted", LEVEL: "restricted"},
    "platform": {"ml-platform/namespace-class": "platform", LEVEL: "privileged"},
}
ELSEWHERE = "elsewhere"
"""A namespace of another stack."""
_CLUSTER_WIDE = ("Namespace", "ClusterRole", "ClusterRoleBinding")


def homes() -> list[Manifest]:
    """The namespaces themselves."""
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}
        for name, labels in HOMES.items()
    ]


def in_(home: str, manifest: Manifest, name: str) -> Manifest:
    """The manifest under a name of its own, in a namespace if it belongs into one."""
    made = deepcopy(manifest)
    made["metadata"] = {**made.get("metadata", {}), "name": name}
    if made["kind"] not in _CLUSTER_WIDE:
        made["metadata"]["namespace"] = home
    return made


@cache
def bad() -> dict[str, tuple[Manifest, ...]]:
    """For each guardrail an object that it refuses, in each team's namespace or in `default`."""
    cases = planted()
    manifests = {rule.name: cases[rule.name].manifest for rule in ALL}
    unmasked = deepcopy(manifests["pod-security-proc-mount-restricted"])
    del unmasked["spec"]["hostUsers"]  # no API server takes such a pod, so nobody else plants it
    manifests["pod-security-proc-mount"] = unmasked
    return {
        rule: tuple(in_(home, manifest, f"{rule}-{home}") for home in _homes(rule))
        for rule, manifest in manifests.items()
    }


def _homes(rule: str) -> tuple[str, ...]:
    return ("default",) if "default-namespace" in rule else ("baseline", "restricted")


def stack(seed: int, count: int) -> Graph:
    """So many generated objects among their namespaces, some with holes in what is known."""
    rng = Random(seed)
    return graph_of(_resources(rng, seed, count), stack="test", mode="warm")


def _resources(rng: Random, seed: int, count: int) -> Iterator[Resource]:
    yield from map(resource, homes())
    for number, case in enumerate(cases(seed, count)):
        home = rng.choice([*HOMES, ELSEWHERE, "default"])
        made = resource(in_(home, case.manifest, f"case-{number}"))
        if rng.random() < 0.2:
            made = resource(made.inputs, inputs=holed(rng, made.inputs))
        yield made


def holed(rng: Random, manifest: Any) -> Any:
    """The same, with one value that is not known or secret."""
    made = deepcopy(dict(manifest))
    inner, key = rng.choice([*_spots(made), (made, "spec")])
    was = inner.get(key) if isinstance(inner, dict) else inner[key]
    inner[key] = rng.choice((Marker.UNKNOWN, Marker.SECRET_UNKNOWN, Secret(was)))
    return made


def _spots(value: Any) -> Iterator[tuple[Any, Any]]:
    below = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in list(below):
        if key not in {"apiVersion", "kind", "metadata"}:
            yield value, key
        if isinstance(item, dict | list) and key != "metadata":
            yield from _spots(item)
