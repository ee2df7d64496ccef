"""The page about every rule: `docs/guardrails.md`, made from the rules themselves."""

from collections.abc import Iterable, Iterator

from assurance.guardrails import Control, Guardrail, Resources, to_cel
from assurance.guardrails.admission import templates
from assurance.guardrails.guardrail import NOBODY
from assurance.guardrails.rules import EVERY
from assurance.guardrails.words import about, lines
from assurance.levels import UNKNOWN
from assurance.proofs.registry import Described, every

_INTRODUCTION = """\
# Guardrails and proofs

Made from the rules themselves by `mlp explain --rules`; do not edit.

A **guardrail** is about one object, or one resource of a cloud. It is written once, as data, and
read three ways: offline, by `mlp prove` and in every preview by the policy pack; on the cluster, as
a ValidatingAdmissionPolicy, if it is about objects; and here. A **proof** is about a whole stack.
How strictly a stack takes a rule is said in `policies/levels/<stack>.json`, by the rule's name:
`mandatory`, `advisory` or `disabled`; `all` is the level of every rule without one of its own.
Where nothing is said, rules of low severity are advice, and all others forbid.
"""
_UNKNOWN = f"""\
<a id="{UNKNOWN}"></a>
## What cannot be judged

A value that only the cloud or the cluster will decide is not known in a preview. What is not known
never passes: it is counted, in one line that says because of what. The level of `{UNKNOWN}` says
whether that forbids a deployment where the rule itself is mandatory.
"""
_AROUND = """\
## Resources of clouds

Inputs are spelled as Pulumi spells them; a policy of IAM is read as data, each single word as a
list of one, actions and condition keys in lower case. `token` is the type, `protect` the engine's
option. Some rules need to see what stands around a resource, and are judged once the whole stack is
known: `after` are the resources that it waits for, `beside` those that speak of it, by type, and
`from` those that an input is made of.
"""
_POD_NOTE = """\
In these expressions `variables.pods` are the pods that an object shows:

```cel
{templates}
```
"""


def page() -> str:
    """The whole page."""
    parts = [
        _INTRODUCTION,
        _contents(),
        "## Guardrails\n",
        *(_guardrail(each) for each in EVERY),
        "## Proofs\n",
        *(_proof(each) for each in every()),
        _UNKNOWN,
        _AROUND,
        "## Pods in CEL\n",
        _POD_NOTE.format(templates=templates("object")),
    ]
    return "\n".join(parts)


def _contents() -> str:
    rows = [f"| [{each.name}](#{each.name}) | {each.severity} | {each.title} |" for each in EVERY]
    proofs = [f"| [{p.name}](#{p.name}) | {p.severity} | {p.title} |" for p in every()]
    return "\n".join(["| rule | severity | what it says |", "|---|---|---|", *rows, *proofs, ""])


def _guardrail(rule: Guardrail) -> str:
    exempt = [] if rule.applies.exempt == NOBODY else ["", "Left alone where:", ""]
    return "\n".join(
        [
            *_head(rule.name, rule.title),
            f"Severity {rule.severity}; about {about(rule.applies)}.{_controls(rule.frameworks)}",
            "",
            rule.page,
            "",
            "Required:",
            "",
            *lines(rule.require),
            *exempt,
            *(lines(rule.applies.exempt) if exempt else ()),
            "",
            f"Remedy: {rule.remedy}",
            "",
            *([] if isinstance(rule.applies.of, Resources) else _on_cluster(rule)),
        ]
    )


def _on_cluster(rule: Guardrail) -> tuple[str, ...]:
    return (
        "<details><summary>CEL</summary>",
        "",
        "```cel",
        *_cel(rule),
        "```",
        "</details>",
        "",
    )


def _cel(rule: Guardrail) -> Iterator[str]:
    policy, _ = to_cel(rule)
    for validation in policy["spec"]["validations"]:
        yield validation["expression"]


def _proof(proof: Described) -> str:
    return "\n".join(
        [
            *_head(proof.name, proof.title),
            f"Severity {proof.severity}; {_scope(proof)}.{_controls(proof.frameworks)}",
            "",
            f"Finding by finding: `{_command(proof)}`.",
            "",
        ]
    )


def _scope(proof: Described) -> str:
    return "about a change" if proof.compares else "about the whole stack"


def _command(proof: Described) -> str:
    return "mlp verdict" if proof.compares else f"mlp prove --only {proof.name} --all-findings"


def _head(name: str, title: str) -> tuple[str, ...]:
    return (f'<a id="{name}"></a>', f"### {name}", "", f"**{title}**", "")


def _controls(controls: Iterable[Control]) -> str:
    named = "; ".join(f"{each.framework}, {each.id}" for each in controls)
    return f"  \n{named}" if named else ""
