"""Each pod as it will be once admission has changed it, and why it would be refused."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from assurance.graph.pods import PodTemplate
from assurance.graph.values import dotted
from assurance.proofs.admission.amounts import UnreadableError, give_up, mapping, plain
from assurance.proofs.admission.faults import Doubt, Fault
from assurance.proofs.admission.limit_ranges import contested, refused_pod, with_defaults
from assurance.proofs.admission.pods import Pod, defaulted, read_pod
from assurance.proofs.admission.validity import invalid
from assurance.proofs.admission.world import Namespace, World, overhead_of

_OWN = ("", "apps", "batch")
"""Groups of the kinds whose pods Kubernetes itself starts."""
_STRICT_ACCOUNT = "kubernetes.io/enforce-mountable-secrets"
_KNOWN = "make it known before the deployment, or state it"


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """One template's pods at the API server."""

    template: PodTemplate
    namespace: Namespace
    stated: Pod | None = None
    """As the template has it."""
    pod: Pod | None = None
    """As it will be; None where that is not known."""
    faults: tuple[Fault, ...] = ()
    """In the API server's own order: it gives the first."""
    doubts: tuple[Doubt, ...] = ()


@dataclass(slots=True)
class _Told:
    faults: list[Fault] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    def fault(self, rule: str, message: str, remedy: str, **witness: Any) -> None:
        self.faults.append(Fault(rule=rule, message=message, remedy=remedy, witness=witness))

    def missing(self, rule: str, message: str, remedy: str, *, known: bool) -> None:
        """What is not in the graph: a fault only if nobody else may have made it."""
        if known:
            self.fault(rule, message, remedy)
        else:
            self.doubts.append(Doubt(rule=rule, message=message, remedy=remedy))


def arrive(template: PodTemplate, world: World) -> Arrival:
    """What becomes of the pods of a template, quota and Pod Security aside."""
    if not isinstance(template.namespace, str | None):
        return Arrival(
            template=template,
            namespace=Namespace(name="not known"),
            doubts=(_unknown("metadata.namespace is not known"),),
        )
    namespace = world.namespace(template.namespace)
    try:
        stated = _read(template)
        told = _Told()
        pod = _changed(stated, namespace, world, told)
        _account(pod, template, namespace, world, told)
    except UnreadableError as error:
        return Arrival(template=template, namespace=namespace, doubts=(_unknown(str(error)),))
    told.faults += [*invalid(pod), *refused_pod(pod, namespace.ranges), *_unfounded(pod, world)]
    return Arrival(
        template=template,
        namespace=namespace,
        stated=stated,
        pod=pod,
        faults=tuple(told.faults),
        doubts=tuple(told.doubts),
    )


def _unknown(words: str) -> Doubt:
    return Doubt(rule="not-evaluated", message=words, remedy=_KNOWN)


def spec_place(template: PodTemplate) -> str:
    """Where in the owner's manifest the pod's spec stands; some kinds hold it bare."""
    found: Any = template.owner.manifest
    for step in template.path:
        found = found[step]
    return dotted(template.path if found is template.spec else (*template.path, "spec"))


def _read(template: PodTemplate) -> Pod:
    if template.unknown:
        give_up(template.unknown[0])
    place = spec_place(template)
    pod = read_pod(template.spec, place)
    if not pod.containers:
        give_up(f"{place}.containers", "is empty: its operator adds what it runs")
    return pod


def _changed(stated: Pod, namespace: Namespace, world: World, told: _Told) -> Pod:
    """What the API and the admission plugins that change pods make of it, in their order."""
    for unread in namespace.unread_ranges:
        give_up(f"{unread.item}:", unread.why)
    pod = defaulted(stated)
    for words in contested(pod, namespace.defaults):
        give_up("what it requests", f"is not known: {words}")
    pod = with_defaults(pod, namespace.defaults)
    pod = _with_priority(pod, world, told)
    return _with_overhead(pod, world, told)


def _account(
    pod: Pod, template: PodTemplate, namespace: Namespace, world: World, told: _Told
) -> None:
    """An operator may make the account of its pods itself; Kubernetes' own controllers do not."""
    account = namespace.accounts.get(pod.account)
    alone = namespace.described and template.owner.gvk.group in _OWN
    if account is None and (pod.account != "default" or world.complete):
        told.missing(
            "service-account",
            f"no ServiceAccount {namespace.name}/{pod.account} is there, and without it no pod "
            "is let in: its controller retries, and nobody is told",
            "create it, or correct serviceAccountName",
            known=alone or world.complete,
        )
    metadata = mapping((account or {}).get("metadata"), f"ServiceAccount {pod.account} metadata")
    annotations = mapping(metadata.get("annotations"), f"ServiceAccount {pod.account} annotations")
    if annotations.get(_STRICT_ACCOUNT) == "true":
        words = f"ServiceAccount {pod.account} restricts which secrets a pod may name"
        remedy = f"remove its annotation {_STRICT_ACCOUNT}, which Kubernetes has deprecated"
        told.doubts.append(Doubt(rule="service-account", message=words, remedy=remedy))


def _with_priority(pod: Pod, world: World, told: _Told) -> Pod:
    name = pod.priority_class or world.default_priority
    if name and name not in world.priorities:
        told.missing(
            "priority-class",
            f"no PriorityClass {name} is there, and without it no pod is let in",
            "create it, or correct priorityClassName",
            known=world.complete,
        )
        return pod
    there = world.priorities.get(name, {})
    value = plain(there.get("value", 0), f"PriorityClass {name} value")
    if pod.priority is not None and pod.priority != value:
        told.fault(
            "priority-class",
            f"priority {pod.priority} is stated, and its PriorityClass {name or '(none)'} "
            f"makes it {value}",
            "leave priority out: the class decides",
        )
    policy = there.get("preemptionPolicy") or "PreemptLowerPriority"
    if pod.preemption is not None and pod.preemption != policy:
        told.fault(
            "priority-class",
            f"preemptionPolicy {pod.preemption} is stated, and its PriorityClass "
            f"{name or '(none)'} makes it {policy}",
            "leave preemptionPolicy out: the class decides",
        )
    return replace(pod, priority_class=name)


def _with_overhead(pod: Pod, world: World, told: _Told) -> Pod:
    if pod.runtime_class is None:
        return pod
    if pod.runtime_class not in world.runtimes:
        told.missing(
            "runtime-class",
            f"no RuntimeClass {pod.runtime_class} is there, and without it no pod is let in",
            "create it, or correct runtimeClassName",
            known=world.complete,
        )
        return pod
    overhead = overhead_of(world.runtimes[pod.runtime_class], pod.runtime_class)
    if overhead is None:
        return pod
    if pod.overhead and dict(pod.overhead) != dict(overhead):
        words = "overhead is stated, and is not what its RuntimeClass says"
        told.fault("runtime-class", words, _OVERHEAD)
    return replace(pod, overhead=overhead)


_OVERHEAD = "leave overhead out: the RuntimeClass decides"


def _unfounded(pod: Pod, world: World) -> Iterator[Fault]:
    """An overhead that no RuntimeClass gives is found last."""
    there = world.runtimes.get(pod.runtime_class or "", {})
    if pod.overhead is not None and not there.get("overhead"):
        words = "overhead is stated, and no RuntimeClass gives it one"
        yield Fault(rule="pod-overhead", message=words, remedy=_OVERHEAD)


def added(arrival: Arrival) -> Iterator[str]:
    """What a pod did not state and has been given: `main limits.cpu`."""
    if arrival.stated is None or arrival.pod is None:
        return
    for before, after in zip(arrival.stated.all, arrival.pod.all, strict=True):
        for kind in ("requests", "limits"):
            for name in sorted(getattr(after, kind)):
                if name not in getattr(before, kind):
                    yield f"{after.name} {kind}.{name}"
