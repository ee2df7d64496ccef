"""Pods with an unmasked /proc, and a kind of our own for those that are no valid pods."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from assurance.guardrails import Guardrail, Kind, Objects, Selector
from tests.assurance.guardrails.samples import Manifest
from tests.e2e.guardrails.guarded import ON, RULES, good

LISTS = ("containers", "initContainers", "ephemeralContainers")
PATH = "apis/example.com/v1/namespaces/{}/podlikes"
UNSAID = object()

_SAID = next(rule for rule in RULES if rule.name == "pod-security-proc-mount")
STANDING_IN: Guardrail = replace(
    _SAID,
    name="unmasked",
    applies=Selector(of=Objects("unmasked", (Kind("example.com", "Podlike"),))),
)
"""The rule itself, about a kind whose objects nothing else looks at."""


def podlikes() -> Manifest:
    """The kind: of a pod's spec just what the rule looks at, typed as there."""
    text = {"type": "string", "nullable": True}
    context = {"type": "object", "properties": {"procMount": text}}
    one = {"type": "object", "properties": {"name": text, "securityContext": context}}
    spec: Manifest = {name: {"type": "array", "items": one} for name in LISTS}
    spec["hostUsers"] = {"type": "boolean", "nullable": True}
    schema = {
        "type": "object",
        "properties": {"spec": {"type": "object", "properties": spec}},
    }
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": schema},
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "podlikes.example.com", "labels": ON},
        "spec": {
            "group": "example.com",
            "names": {"kind": "Podlike", "plural": "podlikes"},
            "scope": "Namespaced",
            "versions": [version],
        },
    }


def objects() -> Iterator[Manifest]:
    """Every way to say or not to say it, in each list of containers."""
    for users, mount, where in product(
        (UNSAID, None, True, False), (UNSAID, "Default", "Unmasked", "Other"), LISTS
    ):
        context = {} if mount is UNSAID else {"procMount": mount}
        listed = [{"name": "first"}, {"name": "second", "securityContext": context}]
        spec = {where: listed, **({} if users is UNSAID else {"hostUsers": users})}
        yield {
            "apiVersion": "example.com/v1",
            "kind": "Podlike",
            "metadata": {"name": "one"},
            "spec": spec,
        }


def pod(*, host_users: bool | None) -> Manifest:
    """A real one, with an unmasked /proc."""
    made = good()
    made["spec"]["containers"][0]["securityContext"]["procMount"] = "Unmasked"
    if host_users is not None:
        made["spec"]["hostUsers"] = host_users
    return made
