"""What a guardrail sees of a cloud's resource: its inputs, and what stands around it.

A bucket says little of itself: who may read it is said by four others. So there are, besides the
inputs, the type's `token`, whether the engine must `protect` it, and what only the whole stack
shows: `after` (what it waits for), `beside` (who speaks of it, by type) and `from` (what an input
is made of).
"""

from collections.abc import Mapping
from typing import Any

from assurance.graph.references import References
from assurance.graph.resource import Resource
from assurance.guardrails.documents import read
from assurance.guardrails.guardrail import Guardrail
from assurance.guardrails.predicate import looked_at

AFTER, BESIDE, FROM = "after", "beside", "from"
PROTECT = "protect"
TOKEN = "token"  # noqa: S105 - a type's token
_AROUND = frozenset({AFTER, BESIDE, FROM})


def seen(resource: Resource, references: References | None = None) -> Mapping[str, Any]:
    """A resource, among the others if these are known."""
    if references is None:
        return _alone(resource)
    beside: dict[str, list[Any]] = {}
    for key, other in references.to(resource):
        beside.setdefault(other.type, []).append({**_alone(other), "by": key})
    keys = {*resource.inputs, *resource.property_dependencies}
    made_from = {key: [_alone(o) for o in references.of(resource, key)] for key in sorted(keys)}
    return {
        **_alone(resource),
        AFTER: [_alone(other) for other in references.before(resource)],
        BESIDE: beside,
        FROM: {key: others for key, others in made_from.items() if others},
    }


def looks_around(rule: Guardrail) -> bool:
    """Whether a rule can only be judged once the whole stack is known."""
    return any(path.steps and path.steps[0] in _AROUND for path in looked_at(rule.require))


def _alone(resource: Resource) -> dict[str, Any]:
    protect = resource.options.protect
    return {**read(resource.inputs), TOKEN: resource.type, PROTECT: protect}
