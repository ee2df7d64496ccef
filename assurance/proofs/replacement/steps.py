"""What the engine would do to get from one graph to another: create, update, replace, delete."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from assurance.graph.graph import Graph
from assurance.graph.kubernetes import is_opaque, object_of
from assurance.graph.resource import Resource
from assurance.graph.values import dotted
from assurance.proofs.replacement.amounts import same_amount
from assurance.proofs.replacement.differences import Difference, Path, differences
from assurance.proofs.replacement.rules import is_refused, replaces

PROVIDER = "pulumi:providers:"
_IDENTITY = "clusterIdentifier"
_IN_PLACE: Mapping[str, frozenset[str]] = {
    "pulumi-python:dynamic/credentials:Words": frozenset({"generation", "names"}),
    "pulumi-python:dynamic/kind:Cluster": frozenset({"capacity"}),
    "pulumi:index:Stash": frozenset({"input"}),
}
"""Of types whose provider we know, what changes on the thing itself; the rest takes another."""
_ANEW = "it was encrypted anew, perhaps with the same value"
_CODE = "__provider"
"""A dynamic provider's own code, among its resource's inputs."""


class Change(StrEnum):
    """What happens to a resource; the engine's words."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One resource that does not stay as it is."""

    change: Change
    before: Resource | None
    after: Resource | None
    differences: tuple[Difference, ...] = ()
    because: tuple[str, ...] = ()
    """What takes a new one: paths, or the resource that takes it along."""
    refused: tuple[str, ...] = ()
    """What the API server does not let anybody change."""
    doubt: str = ""
    """Why it may come out otherwise; empty where it cannot."""

    @property
    def resource(self) -> Resource:
        """As it will be, or was."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def kept(self) -> bool:
        """Leaves the state, and stays where it is."""
        gone = self.before is not None and self.change is Change.DELETE
        return gone and self.resource.options.retain_on_delete


def steps(before: Graph, after: Graph, rewritten: frozenset[str] = frozenset()) -> tuple[Step, ...]:
    """In the order of URNs.

    `rewritten` are URNs of which something encrypted was written anew: whether it is another value
    cannot be seen.
    """
    former = _former(before, after)
    found = {}
    for urn, resource in after.resources.items():
        old = before.resources.get(former.get(urn, ""))
        step = _step(old, resource, doubtful=urn in rewritten)
        if step is not None:
            found[urn] = step
    found |= dict(_taken_along(found, before, after, former))
    gone = before.resources.keys() - former.values()
    for urn in gone:
        found[urn] = Step(change=Change.DELETE, before=before.resources[urn], after=None)
    return tuple(step for _, step in sorted(found.items()))


def _former(before: Graph, after: Graph) -> dict[str, str]:
    """Under which URN each resource was known: its own, else an alias that nobody else has."""
    found = {urn: urn for urn in after.resources if urn in before.resources}
    for urn, resource in after.resources.items():
        known = (name for name in resource.options.aliases if name in before.resources)
        alias = next((name for name in known if name not in found.values()), None)
        if urn not in found and alias is not None:
            found[urn] = alias
    return found


def _step(old: Resource | None, new: Resource, *, doubtful: bool) -> Step | None:
    if old is None:
        return Step(change=Change.CREATE, before=None, after=new)
    found = [each for each in _differences(old, new) if not _ignored(new, each.path)]
    if not found and not doubtful:
        return None
    because, doubt = _because(new, found), ""
    if doubtful and not because:
        because, doubt = (
            ("an encrypted value",),
            _ANEW,
        )
    elif because and not any(each.certain for each in found):
        doubt = "what is not known yet may turn out to be as it was"
    elif found and not because and _is_foreign(new):
        doubt = "whether its provider changes it in place is not known"
    item = object_of(new)
    refused = [str(each) for each in found if item is not None and is_refused(item.gvk, each.path)]
    return Step(
        change=Change.REPLACE if because else Change.UPDATE,
        before=old,
        after=new,
        differences=tuple(found),
        because=because,
        refused=() if because else tuple(refused),
        doubt=doubt,
    )


def _differences(old: Resource, new: Resource) -> Iterator[Difference]:
    if repr(old.inputs) == repr(new.inputs):  # == would take 1 for true
        return
    if object_of(new) is not None and new.type.startswith("kubernetes:"):
        yield from differences(_normal(old.inputs), _normal(new.inputs), same_amount)
        return
    for each in differences(old.inputs, new.inputs):
        if each.path[0] != _CODE:
            yield each


def _normal(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    """A manifest without what the API server alone decides."""
    written = {key: value for key, value in manifest.items() if key != "status"}
    metadata = written.get("metadata")
    if isinstance(metadata, Mapping):
        written["metadata"] = {k: v for k, v in metadata.items() if k not in _SERVERS_OWN}
    return written


_SERVERS_OWN = frozenset(
    {
        *("creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "generation"),
        *("managedFields", "resourceVersion", "uid"),
    }
)


def _because(new: Resource, found: Sequence[Difference]) -> tuple[str, ...]:
    return tuple(str(each) for each in found if _takes_another(new, each))


def _takes_another(new: Resource, each: Difference) -> bool:
    if any(_matches(pattern, each.path) for pattern in new.options.replace_on_changes):
        return True
    if new.type == f"{PROVIDER}kubernetes":
        return each.path[0] == _IDENTITY and isinstance(each.before, str)
    item = object_of(new)
    if item is not None:
        return replaces(item.gvk, each.path)
    in_place = _IN_PLACE.get(new.type)
    return in_place is not None and each.path[0] not in in_place


def _is_foreign(new: Resource) -> bool:
    """Of a provider whose rules are not written down here."""
    ours = new.type in _IN_PLACE or new.type.startswith(PROVIDER)
    return new.custom and not ours and (object_of(new) is None or is_opaque(new))


def _ignored(new: Resource, path: Path) -> bool:
    return any(_matches(pattern, path) for pattern in new.options.ignore_changes)


def _matches(pattern: str, path: Path) -> bool:
    """Whether a property path of the engine's is this one, or stands above it."""
    text = dotted(path)
    return pattern in {"*", text} or text.startswith((f"{pattern}.", f"{pattern}["))


def _taken_along(
    found: Mapping[str, Step], before: Graph, after: Graph, former: Mapping[str, str]
) -> Iterable[tuple[str, Step]]:
    """A provider that is another one takes along everything that it has made."""
    others = {
        urn
        for urn, step in found.items()
        if step.change is Change.REPLACE and step.resource.type.startswith(PROVIDER)
    }
    for urn, resource in after.resources.items():
        if resource.provider in others and urn in former:
            old = before.resources[former[urn]]
            known = found.get(urn) or Step(change=Change.REPLACE, before=old, after=resource)
            provider = after.resources[resource.provider].name
            because = (*known.because, f"provider {provider} is another one")
            yield urn, replace(known, change=Change.REPLACE, because=because, refused=())
