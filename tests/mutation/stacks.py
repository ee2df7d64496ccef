"""The stacks under mutation, and which rule is the first to see that something has changed."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from assurance.graph.codec import encode
from assurance.graph.graph import Graph, merged
from assurance.graph.intent import Intent
from assurance.graph.kubernetes import KubernetesObject
from assurance.guardrails import Outcome, judge, labels_of
from assurance.guardrails.rules import ALL
from assurance.proofs.findings import Status
from assurance.proofs.order.relation import stack_of
from assurance.proofs.registry import available, proof
from components.manifests import faults
from tests.mutation.mutators import GONE, ROOTS, Names, Path, changed, changes
from tests.rehearsed import ROOT, asked

_DATA = ROOT / "tests" / "data" / "stacks"
SHIPPED = ("dev", "prod", "prod-azure")
FILES = (
    ROOT / "Pulumi.sandbox.yaml",
    *(_DATA / f"Pulumi.{name}.yaml" for name in ("everything", "own", "platform", "teams")),
    _DATA / "readme.yaml",
    *(ROOT / f"Pulumi.{name}.yaml" for name in SHIPPED),
)
_STANDS_ON = {"own": "platform", "teams": "platform"}
"""Stacks that only add teams, with the stack of their platform."""

_DEAR = ("admission", "capacity", "isolation")
"""Proofs that cost the most, run last: the first to see a change has killed it."""
_ONE_BY_ONE = "guardrails"
"""The proof that judges object by object; here only the changed object is judged again."""
_BAD = frozenset({Outcome.REFUSED, Outcome.UNKNOWN})

Seen = frozenset[tuple[str, str, str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Mutant:
    """One object of one stack, with one change."""

    stack: str
    item: KubernetesObject
    mutator: str
    path: Path
    value: Any

    @property
    def kind(self) -> str:
        return self.item.gvk.kind

    @property
    def place(self) -> str:
        """The path, as the table of survivors spells it."""
        return "/".join(map(str, self.path)) or "."

    @property
    def manifest(self) -> Mapping[str, Any]:
        return changed(self.item.manifest, self.path, self.value)

    @property
    def whole(self) -> bool:
        """Whether the object itself is gone."""
        return not self.path

    def __str__(self) -> str:
        shown = "gone" if self.value is GONE else repr(self.value)
        return f"{self.stack}: {self.mutator} {self.item} {self.place} → {shown[:120]}"


class Stack:
    """One graph with what is found about it as it is."""

    def __init__(self, name: str, graph: Graph, intent: Intent) -> None:
        self.name, self.graph, self.intent = name, graph, intent
        self.objects = {item.resource.urn: item for item in graph.objects()}
        self._spaces = labels_of(i.manifest for i in graph.objects() if i.gvk.kind == "Namespace")
        names = [each.name for each in available() if each.name != _ONE_BY_ONE]
        self._proofs = sorted(names, key=lambda name: (name in _DEAR, name))
        self._found = {each: self._findings(each, graph) for each in self._proofs}
        self._names = _names(list(graph.objects()), intent)

    def mutants(self, item: KubernetesObject) -> Iterator[Mutant]:
        """Every mutant of one object."""
        if item.gvk.kind in ROOTS:
            for mutator, path, value in changes(item.manifest, self._names):
                yield Mutant(stack=self.name, item=item, mutator=mutator, path=path, value=value)

    def killer(self, mutant: Mutant) -> str | None:
        """The first rule that sees it; None if it survives."""
        if not mutant.whole:
            named = self._guarded(mutant)
            if named is not None:
                return named
        resources = dict(self.graph.resources)
        if mutant.whole:
            del resources[mutant.item.resource.urn]
        else:
            resource = replace(mutant.item.resource, inputs=mutant.manifest)
            resources[resource.urn] = resource
        graph = Graph(resources=resources, stack=self.graph.stack, mode=self.graph.mode)
        for each in self._proofs:
            new = self._findings(each, graph) - self._found[each]
            if new:
                return min(new)[0]
        return None

    def _guarded(self, mutant: Mutant) -> str | None:
        """What judges objects one by one: the schemas, and guardrails."""
        if faults(dict(mutant.manifest)) and not faults(dict(mutant.item.manifest)):
            return "manifest/invalid"
        item, spaces, judged = mutant.item, self._spaces, [(mutant.item, mutant.manifest)]
        if mutant.kind == "Namespace":
            spaces = {**spaces, **labels_of([mutant.manifest])}
            inside = (i for i in self.objects.values() if i.namespace == item.name)
            judged += [(other, other.manifest) for other in inside]
        for other, manifest in judged:
            for rule in ALL:
                if judge(rule, manifest, spaces).outcome in _BAD and rule.name not in self._kept(
                    other.resource.urn
                ):
                    return f"{_ONE_BY_ONE}/{rule.name}"
        return None

    @cache  # noqa: B019 - a handful of stacks, as long as the tests run
    def _kept(self, urn: str) -> frozenset[str]:
        """Guardrails that the object breaks as it is."""
        manifest = self.objects[urn].manifest
        return frozenset(
            rule.name for rule in ALL if judge(rule, manifest, self._spaces).outcome in _BAD
        )

    def _findings(self, name: str, graph: Graph) -> Seen:
        found = proof(name)(graph, self.intent).findings
        return frozenset(
            (f.rule, f.status.value, f.subject) for f in found if f.status is not Status.PROVED
        )


@cache
def stacks() -> tuple[Stack, ...]:
    """Each stack with the one that it stands on."""
    done = asked(*FILES)
    return tuple(
        Stack(name, merged([graph, done[below][0]]) if below else graph, intent)
        for name, (graph, intent) in done.items()
        if (below := _STANDS_ON.get(name)) or name not in _STANDS_ON.values()
    )


def mutants() -> Iterator[tuple[Stack, Mutant]]:
    """Every mutant of every stack; an object that several stacks have is changed in the first."""
    seen: set[str] = set()
    for stack in stacks():
        for urn, item in stack.objects.items():
            manifest = json.dumps(encode(item.manifest), sort_keys=True)
            alike = manifest.replace(f'"ml-platform/stack": "{stack_of(urn)}"', "")
            if alike not in seen:
                seen.add(alike)
                yield from ((stack, mutant) for mutant in stack.mutants(item))


def _names(items: list[KubernetesObject], intent: Intent) -> Names:
    """Names of one sort each: what stands at one place of one kind."""
    kinds: dict[str, set[str]] = {}
    for item in items:
        kinds.setdefault(item.gvk.kind, set()).add(str(item.name))
    members = [who for team in intent.teams.values() for who in team.members.values()]
    accounts = kinds.get("ServiceAccount", set())
    pools = [
        {*intent.teams, *kinds.get("Namespace", ())},
        {*kinds.get("ClusterRole", ()), "cluster-admin"},
        accounts,
        {group for who in members for group in who.groups},
        {user for who in members for user in who.users},
    ]
    return Names(tuple(tuple(sorted(pool)) for pool in pools))
