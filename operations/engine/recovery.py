"""After a run that was cut short: make state and cluster agree again, without ever guessing.

The engine writes down that it is about to create an object before it does, and that it has done so
after. Between the two it can be killed; then the object may exist, but the state has only the
intention. Creating it again would fail, and a provider that overwrites would hide the fault. So:

1. wait for what is being deleted;
2. enter every intention whose object exists into the state as done, and forget the others;
3. let the engine read back everything that the state has, so that what is gone leaves it, and what
   was half done counts as what it is;
4. delete what carries our labels, lies in a namespace and is in no state: it was on its way out,
   together with its namespace. What is kept on purpose stays.

What exists outside the state after that was kept when something was destroyed; `up` imports it.
"""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from operations.engine.live import Key, LiveObject

_POLL = 0.25
_CREATING = frozenset({"creating", "importing"})
_PENDING = "pending_operations"
_SHOWN = "plaintext"
"""Where a state that shows its secrets has one, as JSON."""

PROVIDER = "pulumi:providers:kubernetes"
KIND = "pulumi-python:dynamic/kind:Cluster"


def is_kubernetes(type_: str) -> bool:
    """Whether a type is an object on a cluster; the provider itself is none."""
    return type_.startswith("kubernetes:")


def key_of(type_: str, id_: str) -> Key:
    """`kubernetes:apps/v1:Deployment` → `apps`, `Deployment`; the core group is the empty one."""
    _, version, kind = type_.split(":")
    group = version.rpartition("/")[0]
    return ("" if group == "core" else group, kind, id_)


def wanted(type_: str, inputs: Mapping[str, Any]) -> Key | None:
    """The object that a program asks for; None where it does not say so in plain words."""
    metadata = inputs.get("metadata")
    if not is_kubernetes(type_) or not isinstance(metadata, Mapping):
        return None
    name, namespace = metadata.get("name"), metadata.get("namespace")
    if not isinstance(name, str):
        return None
    return key_of(type_, f"{namespace}/{name}" if namespace else name)


def recorded(deployment: Mapping[str, Any]) -> frozenset[Key]:
    """The Kubernetes objects that a state has."""
    return frozenset(
        key_of(resource["type"], resource["id"])
        for resource in deployment.get("resources") or ()
        if is_kubernetes(resource["type"]) and resource.get("id")
    )


def pending(deployment: Mapping[str, Any]) -> int:
    """How many operations a state has begun and not ended."""
    return len(deployment.get(_PENDING) or ())


def unsettled_cluster(deployment: Mapping[str, Any]) -> bool:
    """Whether the cluster itself was being made or removed: nothing of ours was on it."""
    return any(each["resource"]["type"] == KIND for each in deployment.get(_PENDING) or ())


def unknowable(deployment: Mapping[str, Any]) -> list[str]:
    """What may have been made and cannot be found by its name: URNs of what a cloud was asked for.

    Providers and components are nothing outside the state.
    """
    asked = (each for each in deployment.get(_PENDING) or () if each["type"] in _CREATING)
    resources = (each["resource"] for each in asked)
    return [
        each["urn"]
        for each in resources
        if each.get("custom")
        and not is_kubernetes(each["type"])
        and not each["type"].startswith(("pulumi:", KIND))
    ]


def kubeconfig(deployment: Mapping[str, Any], type_: str) -> str | None:
    """The one that resources of a type have, in a state that shows its secrets."""
    for resource in deployment.get("resources") or ():
        if resource["type"] == type_ and not resource.get("delete"):
            said = {**(resource.get("inputs") or {}), **(resource.get("outputs") or {})}
            found = said.get("kubeconfig")
            return json.loads(found[_SHOWN]) if isinstance(found, Mapping) else found
    return None


def entered(deployment: Mapping[str, Any], live: Mapping[Key, LiveObject]) -> dict[str, Any]:
    """The state with every intention settled: the object exists, or it was never made.

    A cluster of containers is entered in any case: reading it back finds out what there is.
    """
    made: dict[str, dict[str, Any]] = {}
    for operation in deployment.get(_PENDING) or ():
        resource = operation["resource"]
        key = wanted(resource["type"], resource.get("inputs") or {})
        if operation["type"] not in _CREATING:
            continue
        if key and key in live:
            made[resource["urn"]] = _made(resource, live[key])
        elif resource["type"] == KIND:
            inputs = resource["inputs"]
            made[resource["urn"]] = {**resource, "id": inputs["name"], "outputs": inputs}
    known = [
        resource
        for resource in deployment.get("resources") or ()
        if not (resource["urn"] in made and resource.get("pendingReplacement"))
    ]
    urns = {resource["urn"] for resource in known if not resource.get("delete")}
    new = [resource for urn, resource in made.items() if urn not in urns]
    return {**deployment, "resources": [*known, *new], _PENDING: []}


def leaving(live: Iterable[LiveObject], known: frozenset[Key]) -> list[LiveObject]:
    """What was to go with its namespace, and had left the state already."""
    return [
        thing for thing in live if thing.namespace and not thing.kept and thing.key not in known
    ]


def settled(
    look: Callable[[], Iterable[LiveObject]], patience: float, say: Callable[[str], None]
) -> tuple[LiveObject, ...]:
    """Wait until nothing of ours is being deleted any more; what still is, after so long."""
    deadline = time.monotonic() + patience
    while going := tuple(thing for thing in look() if thing.terminating):
        if time.monotonic() > deadline:
            return going
        say(f"waiting for {going[0]} to be deleted" + (f" (of {len(going)})" if going[1:] else ""))
        time.sleep(_POLL)
    return ()


def _made(resource: Mapping[str, Any], thing: LiveObject) -> dict[str, Any]:
    """A resource as the provider would have returned it; reading it back adds what is missing.

    The field manager is chosen at random for each object, and only the object still knows it.
    """
    manager = {"__fieldManager": thing.manager} if thing.manager else {}
    return {**resource, "id": thing.id, "outputs": {**(resource.get("inputs") or {}), **manager}}
