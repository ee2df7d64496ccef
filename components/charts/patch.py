"""Changes to rendered objects, for what a chart's values cannot reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.manifests import Manifest

EVERY_VERB = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
"""What can be done to objects as such; `*` also means to escalate, to bind, to impersonate."""


class PatchError(ValueError):
    """A patch that fits nothing; a chart that changed makes one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Patch:
    """One field of one object. A list's item is named by its `name`."""

    kind: str
    name: str
    path: tuple[str, ...]
    """`spec`, `template`, …, `containers`, `manager`, `securityContext`."""
    value: Any

    def __str__(self) -> str:
        """As people find it: `Deployment operator: spec.template`."""
        return f"{self.kind} {self.name}: {'.'.join(self.path)}"

    def applied(self, manifest: Manifest) -> Manifest:
        """A copy with the value at the end of the path."""
        changed: Manifest = _set(manifest, self.path, self)
        return changed


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedVerbs:
    """A role whose rules allow `*`: they name every verb on objects instead."""

    kind: str
    name: str

    def __str__(self) -> str:
        """As people find it."""
        return f"{self.kind} {self.name}: rules"

    def applied(self, manifest: Manifest) -> Manifest:
        """A copy with the verbs named; PatchError where no rule needs it any more."""
        rules = [_named(rule) for rule in manifest.get("rules") or ()]
        if rules == manifest.get("rules"):
            message = f"{self}: none of them allows * any more"
            raise PatchError(message)
        return {**manifest, "rules": rules}


def patched(objects: Sequence[Manifest], patches: Sequence[Patch | NamedVerbs]) -> list[Manifest]:
    """The objects with every patch in place; one that finds no object, or no place, is an error."""
    result = list(objects)
    for patch in patches:
        at = [i for i, each in enumerate(result) if _is(each, patch)]
        if not at:
            message = f"{patch}: the chart makes no such object"
            raise PatchError(message)
        for index in at:
            result[index] = patch.applied(result[index])
    return result


def _is(manifest: Manifest, patch: Patch | NamedVerbs) -> bool:
    return (manifest["kind"], manifest["metadata"]["name"]) == (patch.kind, patch.name)


def _named(rule: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**rule, "verbs": list(EVERY_VERB)} if "*" in rule.get("verbs", ()) else rule


def _set(value: Any, path: Sequence[str], patch: Patch) -> Any:
    """A copy of the value with the patch's at the end of the path."""
    if not path:
        return patch.value
    step, rest = path[0], path[1:]
    if isinstance(value, list):
        names = [item.get("name") if isinstance(item, Mapping) else None for item in value]
        if step not in names:
            message = f"{patch}: nothing is named {step} there"
            raise PatchError(message)
        at = names.index(step)
        return [*value[:at], _set(value[at], rest, patch), *value[at + 1 :]]
    if not isinstance(value, Mapping) or (rest and step not in value):
        message = f"{patch}: {step} is not there"
        raise PatchError(message)
    return {**value, step: _set(value.get(step), rest, patch)}
