"""What the API server says when a guardrail refuses: rule, whose fault, what to do, where to read.

A message is an expression where containers can be at fault, so that it names those that are.
"""

from collections.abc import Iterator

from assurance.guardrails import predicate as p
from assurance.guardrails.cel import cel, items, literal
from assurance.guardrails.guardrail import Guardrail

PAGE = "docs/guardrails.md"
"""Made by `mlp explain --rules`."""

_CONTAINERS = p.at("spec", "containers")


def said(rule: Guardrail, *, about_pods: bool) -> dict[str, str]:
    """The message, and the expression that is more exact where there is one."""
    before = f"{rule.name}: {rule.title}"
    after = f" {rule.remedy} See {PAGE}#{rule.name}"
    plain = {"message": before + after}
    blame = list(_blame(rule.require))
    if not blame:
        return plain
    pods = "variables.pods" if about_pods else "[object]"
    lists, _ = blame[0]
    guilty = " || ".join(fault for _, fault in blame)
    names = f'({lists}).filter(v0, {guilty}).map(v0, v0.name).join(", ")'
    named = f'x == "" ? "" : {literal(" Not so in: ")} + x + "."'
    sentence = f"{literal(before)} + ({named}) + {literal(after)}"
    whole = f'[{pods}.map(pod, {names}).join(", ")].map(x, {sentence})[0]'
    return {**plain, "messageExpression": whole}


def _blame(require: p.Predicate) -> Iterator[tuple[str, str]]:
    """The containers that each condition is about, and when one, `v0`, is why it fails."""
    if isinstance(require, p.AllOf):
        for part in require.parts:
            yield from _blame(part)
        return
    for each in _about_containers(require):
        guilty = f"!({cel(each.require, 'v0', 1)})"
        alone = each is require
        yield items(each, "pod"), guilty if alone else f"!({cel(require, 'pod', 1)}) && {guilty}"


def _about_containers(require: p.Predicate) -> Iterator[p.Every]:
    match require:
        case p.Every() if _CONTAINERS in require.lists:
            yield require
        case p.AllOf() | p.AnyOf():
            for part in require.parts:
                yield from _about_containers(part)
