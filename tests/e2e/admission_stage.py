"""The same namespaces on the sandbox and offline, and whether both say the same to an object."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from assurance.graph.intent import Intent
from assurance.graph.kubernetes import KubernetesObject, object_of
from assurance.graph.values import quantity
from assurance.proofs.admission import quotas
from assurance.proofs.admission.amounts import plus, rounded
from assurance.proofs.admission.arrival import Arrival, arrive
from assurance.proofs.admission.faults import Fault
from assurance.proofs.admission.lines import Line, lines
from assurance.proofs.admission.pods import defaulted
from assurance.proofs.admission.quotas import Quota, charged_to, exceeded
from assurance.proofs.admission.security import judged, verdicts
from assurance.proofs.admission.world import Namespace, World, world_of
from operations.sandbox import Sandbox
from tests.assurance.proofs.admission_narrow import NARROW, narrow
from tests.assurance.proofs.admission_settings import CLASSES, Manifest, Setting, setting
from tests.assurance.proofs.worlds import graph, resource
from tests.e2e.admission_server import Admission, Reply
from tests.e2e.cluster import Kubectl, eventually

SEED = 20260202
LAST = "admission-last"
NOBODY = Intent()
Amounts = Mapping[str, Decimal]


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """Namespaces on the cluster, and the same offline."""

    server: Admission
    settings: tuple[Setting, ...]
    world: World
    used: Mapping[tuple[str, str], Amounts]
    """What each quota says is used, by namespace and name."""


def used_of(server: Admission, spaces: Iterable[str]) -> dict[tuple[str, str], Amounts]:
    found: dict[tuple[str, str], Amounts] = {}
    for space in spaces:
        for each in server.get("ResourceQuota", space):
            used = each.get("status", {}).get("used", {})
            amounts = {key: quantity(value) for key, value in used.items()}
            found[space, each["metadata"]["name"]] = amounts
    return found


def settled(server: Admission, spaces: Iterable[str]) -> bool:
    """Every quota's usage has been counted; keys that nothing counts never are."""
    for space in spaces:
        for each in server.get("ResourceQuota", space):
            status = each.get("status", {})
            keys = set(status.get("hard", ())) - {"nvidia.com/gpu"}
            if status.get("hard") != each["spec"]["hard"] or keys - set(status.get("used", ())):
                return False
    return True


def last() -> tuple[Manifest, ...]:
    """Made after all others: once they bite, the others do too."""
    metadata = {"name": "last", "namespace": LAST}
    limits = [{"type": "Container", "max": {"cpu": "3"}}]
    return (
        {
            "apiVersion": "v1",
            "kind": "LimitRange",
            "metadata": metadata,
            "spec": {"limits": limits},
        },
        {
            "apiVersion": "v1",
            "kind": "ResourceQuota",
            "metadata": metadata,
            "spec": {"hard": {"secrets": "0"}},
        },
    )


def world_for(settings: Sequence[Setting]) -> World:
    return world_of(graph(*CLASSES, *(it for each in settings for it in each.manifests)))


def a_number_of(count: int, name: str) -> tuple[Setting, ...]:
    """Narrow ones first, then random ones."""
    rng = Random(SEED + count)
    few = (narrow(number, f"admission-{name}-n{number}") for number in range(len(NARROW)))
    return (*few, *(setting(rng, f"admission-{name}-{number}") for number in range(count)))


def stage_for(server: Admission, kubectl: Kubectl, settings: tuple[Setting, ...]) -> Stage:
    spaces = [each.name for each in settings]
    kubectl.apply(*(each.namespace for each in settings))
    kubectl.apply(*(it for each in settings for it in each.accounts))
    eventually(lambda: all(map(server.ready, spaces)))
    kubectl.apply(*(it for each in settings for it in each.governance))
    eventually(lambda: settled(server, spaces))
    kubectl.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": LAST}}, *last())
    bare = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a", "namespace": LAST}}
    probe = {**bare, "kind": "Pod", "spec": {"containers": [{"name": "c", "image": "i"}]}}
    eventually(lambda: server.attempt(bare).status == 403)
    eventually(lambda: "resources" in str(server.attempt(probe).body.get("spec")))
    kubectl("delete", "namespace", LAST, "--wait=false")
    return Stage(
        server=server,
        settings=settings,
        world=world_for(settings),
        used=used_of(server, spaces),
    )


@contextmanager
def staged(sandbox: Sandbox, kubectl: Kubectl, settings: tuple[Setting, ...]) -> Iterator[Stage]:
    """Namespaces and classes on the sandbox, for as long as they are looked at."""
    try:
        kubectl.apply(*CLASSES)
        with Admission(sandbox.kubeconfig) as server:
            yield stage_for(server, kubectl, settings)
    finally:
        kubectl("delete", "namespace", "--wait=false", *(each.name for each in settings))
        for each in CLASSES:
            kubectl("delete", each["kind"], each["metadata"]["name"], "--ignore-not-found")


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """The offline decision about one object."""

    reasons: tuple[str, ...]
    """All of them; empty where it is let in."""
    faults: tuple[Fault, ...] = ()
    over: tuple[tuple[str, Amounts], ...] = ()
    """Quotas that are exceeded, and by what that was asked."""
    arrival: Arrival | None = None
    doubts: tuple[str, ...] = ()
    line: Line | None = None


def item_of(manifest: Manifest) -> KubernetesObject:
    found = object_of(resource(manifest))
    assert found
    return found


def expected(world: World, used: Mapping[str, Amounts], manifest: Manifest) -> Expected:
    """What the API server should say to an object, given what its quotas have been charged."""
    namespace = world.namespace(manifest["metadata"]["namespace"])
    if manifest["kind"] == "Pod":
        return expected_of_pod(world, namespace, used, manifest)
    line = next(iter(lines(namespace, [item_of(manifest)], [], world, NOBODY)))
    if line.doubt:
        return Expected(reasons=(), doubts=(line.doubt,))
    over = tuple(too_much(namespace.quotas, line, used))
    reasons = [*(fault.rule for fault in line.faults), *("quota" for _ in over)]
    return Expected(reasons=tuple(reasons), faults=line.faults, over=over, line=line)


def expected_of_pod(
    world: World, namespace: Namespace, used: Mapping[str, Amounts], manifest: Manifest
) -> Expected:
    [template] = graph(manifest).pods()
    arrival = arrive(template, world)
    if arrival.pod is None:
        return Expected(reasons=(), doubts=tuple(d.message for d in arrival.doubts))
    pod = arrival.pod
    mine = [quota for quota in namespace.quotas if quota.about_pod(pod)]
    line = next(iter(lines(namespace, [], [arrival], world, NOBODY)))
    security = [
        it for it in judged(arrival, verdicts(arrival, world), world) if isinstance(it, Fault)
    ]
    silent = [fault for quota in mine for fault in quotas.unstated(quota, pod)]
    over = tuple(too_much(mine, line, used))
    faults = [*arrival.faults, *security, *silent]
    return Expected(
        reasons=(*(fault.rule for fault in faults), *("quota" for _ in over)),
        faults=tuple(faults),
        over=over,
        arrival=arrival,
        line=line,
    )


def too_much(
    quotas: Sequence[Quota], line: Line, used: Mapping[str, Amounts]
) -> Iterator[tuple[str, Amounts]]:
    for quota in quotas:
        if line.about(quota):
            asked = charged_to(quota, line.each)
            total = plus(used[quota.name], asked)
            beyond = {key: asked[key] for key in asked if total[key] > quota.hard[key]}
            told = list(exceeded(quota, line.each, used[quota.name]))
            assert bool(told) is bool(beyond)
            if beyond:
                yield quota.name, beyond


def agree(manifest: Manifest, reply: Reply, mine: Expected) -> None:
    """The same decision, for the same reason, about the same amounts."""
    told = f"{manifest}\nserver: {reply.status} {reply.message}\noffline: {mine.reasons}"
    missing = [d.rule for d in mine.arrival.doubts] if mine.arrival else []
    first = min([*missing, *mine.reasons], key=ORDER.index, default="")
    assert reply.reason == first, told
    if reply.reason == "limit-range":
        ranges = {fault.witness["LimitRange"] for fault in mine.faults if fault.rule == first}
        assert any(reply.bounds == bounds(mine.faults, name) for name in ranges), told
    elif reply.reason == "quota":
        name, asked = reply.exceeded
        assert (name, asked) in mine.over, f"{told}\n{mine.over}"
    elif reply.accepted and mine.arrival:
        same_pod(reply.body["spec"], mine.arrival, told)


ORDER = (
    "service-account",
    "priority-class",
    "runtime-class",
    "invalid-pod",
    "limit-range",
    "pod-security",
    "pod-overhead",
    "quota-must-specify",
    "quota",
)
"""Plugins that change pods, then validation, then those that only judge; each refuses at once."""


def bounds(faults: Iterable[Fault], name: str) -> set[str]:
    return {f.witness["bound"] for f in faults if f.witness.get("LimitRange") == name}


def same_pod(spec: Mapping[str, Any], arrival: Arrival, told: str) -> None:
    """What the server would store is what the model says: every amount of every container.

    Whatever is stored is read with the API's own defaults once more.
    """
    assert arrival.pod
    pod = defaulted(arrival.pod)
    for key, mine in (("containers", pod.containers), ("initContainers", pod.inits)):
        for theirs, container in zip(spec.get(key, []), mine, strict=True):
            stated = theirs.get("resources", {})
            for kind in ("requests", "limits"):
                assert numbers(stated.get(kind, {})) == getattr(container, kind), told
    whole = spec.get("resources", {})
    assert numbers(whole.get("requests", {})) == pod.requests, told
    assert numbers(whole.get("limits", {})) == pod.limits, told
    assert numbers(spec.get("overhead", {})) == (pod.overhead or {}), told
    assert spec.get("priorityClassName", "") == pod.priority_class, told
    assert spec["serviceAccountName"] == pod.account, told


def numbers(given: Mapping[str, str]) -> dict[str, Decimal]:
    return rounded({name: quantity(value) for name, value in given.items()})
