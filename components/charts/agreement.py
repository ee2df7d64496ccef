"""Whether a chart's rendering is what its stand-in says; a difference is named, never averaged."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from components.charts.cleaning import Rendered
from components.charts.simulated import EVERY_TAINT
from components.charts.stand_in import (
    ExpectedContainer,
    ExpectedService,
    ExpectedWorkload,
    StandIn,
)
from components.manifests import Manifest

_WORKLOADS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod"})
Found = tuple[str, Any, Any]
"""What it is about, what was expected, what was rendered."""


def differences(expected: StandIn, rendered: Rendered) -> list[str]:
    """Every fact that is not as expected; none: the stand-in tells the truth of this rendering."""
    found = [*_workloads(expected, rendered.objects), *_services(expected, rendered.objects)]
    definitions = {each["metadata"]["name"] for each in rendered.definitions}
    found += _sets("kinds that it defines", set(expected.definitions), definitions)
    roles = _named(rendered.objects, {"ClusterRole"})
    found += [
        (f"ClusterRole {name}", "one", "none")
        for name in expected.cluster_roles
        if ("ClusterRole", name) not in roles
    ]
    found += _stated(expected, rendered.objects)
    return [f"{about}: expected {_shown(want)}, got {_shown(got)}" for about, want, got in found]


def _named(
    objects: Iterable[Manifest], kinds: frozenset[str] | set[str]
) -> dict[tuple[str, str], Manifest]:
    return {(o["kind"], o["metadata"]["name"]): o for o in objects if o["kind"] in kinds}


def _workloads(expected: StandIn, objects: Iterable[Manifest]) -> Iterator[Found]:
    there = _named(objects, _WORKLOADS)
    wanted = {(each.kind, each.name): each for each in expected.workloads if each.made_of is None}
    yield from _sets("workloads", {" ".join(k) for k in wanted}, {" ".join(k) for k in there})
    for key in sorted(wanted.keys() & there.keys()):
        about = " ".join(key)
        yield from ((f"{about}: {what}", w, g) for what, w, g in _workload(wanted[key], there[key]))


def _workload(expected: ExpectedWorkload, manifest: Manifest) -> Iterator[Found]:
    spec = manifest["spec"]
    template = spec["template"]
    pod = template["spec"]
    labels = template["metadata"].get("labels", {})
    has = {key: labels.get(key) for key in expected.labels}
    yield from _same("pod labels", dict(expected.labels), has)
    if expected.kind != "DaemonSet":
        yield from _same("replicas", expected.replicas, spec.get("replicas", 1))
    yield from _same("account", expected.account, pod.get("serviceAccountName", "default"))
    yield from _same("priority", expected.priority, pod.get("priorityClassName"))
    yield from _same("user", expected.user, _user(pod))
    yield from _same("on the node's network", expected.of_node, bool(pod.get("hostNetwork")))
    bears = EVERY_TAINT in (pod.get("tolerations") or ())
    if expected.of_node and not bears:
        yield "tolerations", EVERY_TAINT, pod.get("tolerations")
    if expected.nodes:
        yield from _nodes(expected.nodes, pod)
    for init in (False, True):
        wanted = {each.name: each for each in expected.containers if each.init is init}
        there = {c["name"]: c for c in pod.get("initContainers" if init else "containers") or ()}
        yield from _sets("init containers" if init else "containers", set(wanted), set(there))
        for name in sorted(wanted.keys() & there.keys()):
            found = _container(wanted[name], there[name])
            yield from ((f"{name}: {what}", w, g) for what, w, g in found)


def _nodes(labels: Mapping[str, str], pod: Mapping[str, Any]) -> Iterator[Found]:
    """By its selector, or by one way of several that its affinity leaves."""
    affinity = (pod.get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or {}
    there = dict(pod.get("nodeSelector") or {})
    for term in required.get("nodeSelectorTerms") or ():
        for rule in term.get("matchExpressions") or ():
            there[rule["key"]] = ",".join(rule.get("values") or ())
    yield from _same("nodes", dict(labels), {key: there.get(key) for key in labels})
    if not any(each.get("operator") == "Exists" for each in pod.get("tolerations") or ()):
        yield "tolerations", "one of a taint whatever its value", pod.get("tolerations")


def _user(pod: Mapping[str, Any]) -> int | None:
    """The pod's, else the one user that all its containers name."""
    own = pod.get("securityContext", {}).get("runAsUser")
    if own is not None:
        return int(own)
    said = {c.get("securityContext", {}).get("runAsUser") for c in pod.get("containers", ())}
    return said.pop() if len(said) == 1 else None


def _container(expected: ExpectedContainer, container: Mapping[str, Any]) -> Iterator[Found]:
    yield from _same("image", expected.image, container.get("image"))
    wanted = {f"{number}/{protocol}" for number, protocol in expected.port_protocols()}
    ports = container.get("ports") or ()
    yield from _sets(
        "ports", wanted, {f"{p['containerPort']}/{p.get('protocol', 'TCP')}" for p in ports}
    )
    yield from _same("resources", expected.size.resources(), container.get("resources"))


def _services(expected: StandIn, objects: Iterable[Manifest]) -> Iterator[Found]:
    there = _named(objects, {"Service"})
    for each in expected.services:
        service = there.get(("Service", each.name))
        if service is None:
            yield f"Service {each.name}", "one", "none"
        else:
            ports = sorted(port["port"] for port in service["spec"].get("ports") or ())
            yield from _same(f"Service {each.name}: ports", sorted(each.ports), ports)
            yield from _same(f"Service {each.name}: NodePorts", dict(each.node_ports), _on(service))
            yield from _selects(each, expected, service)


def _stated(expected: StandIn, objects: Iterable[Manifest]) -> Iterator[Found]:
    there = _named(objects, {each["kind"] for each in expected.named})
    for each in expected.named:
        name = each["metadata"]["name"]
        spec = there.get((each["kind"], name), {}).get("spec", {})
        for key, value in each["spec"].items():
            yield from _same(f"{each['kind']} {name}: {key}", value, spec.get(key))


def _on(service: Manifest) -> dict[int, int]:
    """The NodePorts, by the Service's port."""
    ports = service["spec"].get("ports") or ()
    return {port["port"]: port["nodePort"] for port in ports if "nodePort" in port}


def _selects(each: ExpectedService, expected: StandIn, service: Manifest) -> Iterator[Found]:
    labels = next(w.labels for w in expected.workloads if w.name == each.workload)
    selector = service["spec"].get("selector") or {}
    if not selector or any(labels.get(key) != value for key, value in selector.items()):
        yield f"Service {each.name}: pods of {each.workload}", dict(labels), selector


def _same(about: str, want: Any, got: Any) -> Iterator[Found]:
    if want != got:
        yield about, want, got


def _sets(about: str, want: set[str], got: set[str]) -> Iterator[Found]:
    if want != got:
        yield about, sorted(want), sorted(got)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)
