"""register(): checks, stamps, orders and seals a component's objects, then registers them.

Each object gets `parent` and, from a short list, what its nature asks for:

* `depends_on`: see order.py; what the engine creates before it and deletes after it;
* `deleted_with`, `retain_on_delete`: see removal.py;
* `aliases`: the same kind in another API version is the same object, not a new one;
* `additional_secret_outputs`: what a Secret holds stays encrypted in the state.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pulumi

from assurance.graph.values import Gvk
from components.manifests import kinds
from components.manifests.acceptance import Acceptance
from components.manifests.custom import KINDS, CustomKind
from components.manifests.keys import Manifest, ObjectKey, gvk_of, logical_name
from components.manifests.ledger import Ledger, ledger_of
from components.manifests.order import namespace_of
from components.manifests.provenance import Provenance
from components.manifests.removal import goes_with_namespace, is_kept
from components.manifests.secrecy import FIELDS, is_secret, sealed
from components.manifests.waiting import Wait, answering, patient, reference
from components.readiness import DEFAULT_TIMEOUT, Readiness, ReadinessArgs


@dataclass(frozen=True, kw_only=True, slots=True)
class Registered:
    """What one call has registered."""

    resources: Mapping[ObjectKey, pulumi.CustomResource]
    ready: tuple[pulumi.Resource, ...]
    """Once these are there, everything of the call is, and its workloads are available."""


def register(  # noqa: PLR0913 - each is one fact of the call
    component: pulumi.ComponentResource,
    objects: Iterable[Manifest],
    *,
    origin: str,
    wait: Wait = Wait.READY,
    after: Sequence[pulumi.Resource] = (),
    timeout: int = DEFAULT_TIMEOUT,
    custom: Mapping[Gvk, CustomKind] = KINDS,
) -> Registered:
    """Register Kubernetes objects beneath a component: all of them or, if any is at fault, none.

    `origin` is the stack file's key that asks for them. `after` is what must be there before the
    first of them, such as another call's `Registered.ready`. `timeout` is the gate's, in seconds.
    `custom` are the custom kinds that there may be among them.
    """
    ledger = ledger_of(component)
    name = component.pulumi_resource_name
    provenance = Provenance(stack=pulumi.get_stack(), component=name, origin=origin)
    acceptance = Acceptance(
        component=component, ledger=ledger, provenance=provenance, custom=custom
    )
    accepted = acceptance.accept(objects)
    engine = _Engine(component=component, name=name, ledger=ledger)
    roots = accepted.roots() if after else frozenset()
    awaited = answering(accepted.dependencies) if wait is Wait.READY else frozenset()
    for key, manifest in accepted.objects.items():
        ready = manifest if key in awaited else patient(key, manifest)
        engine.create(key, ready, accepted.dependencies[key], after if key in roots else ())
    last = tuple(ledger.resources[key] for key in accepted.last())
    return Registered(
        resources={key: ledger.resources[key] for key in accepted.objects},
        ready=engine.gate(accepted.objects, last, timeout) if wait is Wait.READY else last,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Engine:
    """Where the effects are."""

    component: pulumi.ComponentResource
    name: str
    ledger: Ledger

    def create(
        self,
        key: ObjectKey,
        manifest: Manifest,
        uses: Sequence[ObjectKey],
        after: Sequence[pulumi.Resource],
    ) -> None:
        """Register one object, and enter it in the ledger."""
        gvk, ledger = gvk_of(manifest), self.ledger
        kept = is_kept(key, manifest)
        namespace = self._taking_along(key, manifest, uses)
        logical = logical_name(self.name, key)
        options = pulumi.ResourceOptions(
            parent=self.component,
            depends_on=[*(ledger.resources[other] for other in uses), *after],
            retain_on_delete=kept or None,
            deleted_with=namespace,
            aliases=_former(gvk),
            additional_secret_outputs=list(FIELDS) if is_secret(manifest) else None,
        )
        ledger.resources[key] = pulumi.CustomResource(gvk.token, logical, sealed(manifest), options)
        ledger.named[id(self.component), gvk.token, logical] = key
        if kept:
            ledger.kept.add(key)
        if kept or namespace is not None:
            ledger.quiet.add(key)

    def gate(
        self,
        objects: Mapping[ObjectKey, Manifest],
        last: tuple[pulumi.Resource, ...],
        timeout: int,
    ) -> tuple[pulumi.Resource, ...]:
        """One gate for all workloads of the call; nothing to wait for, no gate."""
        workloads = tuple(
            replace(found, fingerprint=_of_this_very(self.ledger.resources[key], found.fingerprint))
            for key, manifest in objects.items()
            if (found := reference(key, manifest))
        )
        if not workloads:
            return last
        if self.ledger.kubeconfig is None:
            message = f"component {self.name} has workloads to wait for; call adopt(cluster) first"
            raise RuntimeError(message)
        number = self.ledger.gates.get(id(self.component), 0) + 1
        self.ledger.gates[id(self.component)] = number
        args = ReadinessArgs(
            kubeconfig=self.ledger.kubeconfig,
            context=self.ledger.context,
            workloads=workloads,
            timeout=timeout,
        )
        options = pulumi.ResourceOptions(parent=self.component, depends_on=list(last))
        suffix = "ready" if number == 1 else f"ready-{number}"
        return (Readiness(f"{self.name}-{suffix}", args, options),)

    def _taking_along(
        self, key: ObjectKey, manifest: Manifest, uses: Sequence[ObjectKey]
    ) -> pulumi.Resource | None:
        """The namespace that takes the object along when it goes, if that is enough."""
        namespace, ledger = namespace_of(key), self.ledger
        if namespace is None or namespace in ledger.kept or namespace not in ledger.resources:
            return None
        there = (other for other in uses if other.namespace == key.namespace)
        quiet = all(other in ledger.quiet for other in there)
        goes = quiet and goes_with_namespace(key, manifest)
        return ledger.resources[namespace] if goes else None


def _of_this_very(resource: pulumi.Resource, mark: pulumi.Input[str]) -> pulumi.Output[str]:
    """A mark that is another one once the object was made anew, though its manifest is the same."""
    metadata: pulumi.Output[Any] = getattr(resource, "metadata")  # noqa: B009 - set by the SDK
    uid = metadata.apply(lambda known: known.get("uid"))  # first: all() makes outputs of all inside
    return pulumi.Output.all(mark, uid).apply(lambda known: f"{known[0]} {known[1]}")


def _former(gvk: Gvk) -> list[pulumi.Alias] | None:
    """The types under which other API versions of this kind were registered."""
    versions = kinds.SERVED_AS.get((gvk.group, gvk.kind), ())
    others = [Gvk(group=gvk.group, version=v, kind=gvk.kind) for v in versions if v != gvk.version]
    return [pulumi.Alias(type_=other.token) for other in others] or None
