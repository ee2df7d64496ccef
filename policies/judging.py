"""One run of the engine: each resource judged as it is shown, then the stack as a whole."""

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from pulumi.runtime.proto import analyzer_pb2

from assurance.graph.graph import Graph, graph_of
from assurance.graph.intent import Intent
from assurance.graph.intent_json import DATA_PLATFORM, PLATFORM, IntentError, intent_from_graph
from assurance.graph.kubernetes import is_opaque, object_of
from assurance.graph.readers.policy import Shown, graph_of_stack, resource_of
from assurance.graph.references import References
from assurance.graph.resource import Resource
from assurance.graph.values import Level, Waiver
from assurance.guardrails.rules import BY_TYPE
from assurance.guardrails.scope import Labels
from assurance.guardrails.surroundings import seen
from assurance.levels import UNKNOWN, Levels, level_of
from assurance.proofs.findings import NOTHING, Finding, Result, Status
from assurance.proofs.guardrails import PROOF as GUARDRAILS
from assurance.proofs.guardrails import (
    about,
    alone,
    judged,
    name_of,
    namespaces_of,
    resource_judged,
    rule_of,
    unseen,
)
from assurance.proofs.registry import available, proof
from assurance.proofs.waivers import with_waivers


@dataclass(frozen=True, kw_only=True, slots=True)
class Located:
    """A finding, and the resource that it is about."""

    finding: Finding
    urn: str = ""
    """Empty: the stack as a whole."""


@dataclass(kw_only=True, slots=True)
class Run:
    """What has been shown and said so far."""

    levels: Levels
    _inputs: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _namespaces: dict[str, Labels] = field(default_factory=dict)
    _settled: set[str] = field(default_factory=set)
    """Resources of which everything is decided."""
    _told: set[tuple[str, str]] = field(default_factory=set)
    """Rule and URN of what was reported."""
    _waivers: tuple[Waiver, ...] = ()
    _registries: tuple[str, ...] = ()

    def resource(self, shown: Shown) -> list[Located]:
        """What is wrong with one resource; what is in doubt waits for the rest of the stack.

        A namespace comes before what is in it, so its labels are mostly known by then.
        """
        resource = resource_of(shown)
        self._inputs[resource.urn] = resource.inputs
        self._namespaces |= namespaces_of([resource])
        if resource.type == DATA_PLATFORM:
            self._waivers = _stated(resource).waivers
        if resource.type == PLATFORM:
            self._registries = _stated(resource).registries
        found = self._of_resource(resource)
        waits = len(alone(resource)) < len(BY_TYPE.get(resource.type, ()))
        if not waits and not any(each.finding.status is Status.UNKNOWN for each in found):
            self._settled.add(resource.urn)
        return [each for each in found if each.finding.status is Status.REFUTED]

    def stack(self, shown: Iterable[analyzer_pb2.AnalyzerResource]) -> list[Located]:
        """What is wrong with the whole, and everything that could not be decided."""
        graph = graph_of_stack(map(self._unread, shown), self._inputs)
        self._namespaces = namespaces_of(graph.resources.values())
        doubtful = (r for urn, r in graph.resources.items() if urn not in self._settled)
        references = References(graph)
        found = [each for resource in doubtful for each in self._of_resource(resource, references)]
        subjects = {str(item): item.resource.urn for item in graph.objects()}
        of_stack = self._of_stack(graph)
        return found + [Located(finding=f, urn=subjects.get(f.subject, "")) for f in of_stack]

    def _unread(self, shown: analyzer_pb2.AnalyzerResource) -> analyzer_pb2.AnalyzerResource:
        """Without the outputs of what has been shown before: its inputs stand for it."""
        if shown.urn in self._inputs:
            shown.ClearField("properties")
        return shown

    def _of_resource(
        self, resource: Resource, references: References | None = None
    ) -> list[Located]:
        """What the guardrails say, without what was said before."""
        found = [unseen(resource)] if is_opaque(resource) else []
        for rule, subject, judge in self._judgements(resource, references):
            if self._wanted(rule) and (rule, resource.urn) not in self._told:
                found += guarded(rule, subject, judge)
        found = [each for each in found if each.status is not Status.PROVED]
        self._told |= {(f.rule, resource.urn) for f in found if f.status is Status.REFUTED}
        return [Located(finding=self._known(each), urn=resource.urn) for each in found]

    def _judgements(
        self, resource: Resource, references: References | None
    ) -> Iterator[tuple[str, str, Callable[[], Iterable[Finding]]]]:
        """Each rule that can be judged now; what is around a resource is known at the end."""
        if item := object_of(resource):
            for rule in about(item, self._registries):
                yield rule_of(rule), str(item), partial(judged, rule, item, self._namespaces)
        if resource.type in BY_TYPE:
            view = seen(resource, references)
            for rule in alone(resource) if references is None else BY_TYPE[resource.type]:
                judge = partial(resource_judged, rule, resource, view)
                yield rule_of(rule), name_of(resource), judge

    def _known(self, found: Finding) -> Finding:
        """The finding with the waiver that somebody has signed for it."""
        return with_waivers(Result(findings=(found,)), self._waivers).findings[0]

    def _of_stack(self, graph: Graph) -> Iterator[Finding]:
        """What the proofs say."""
        try:
            intent = intent_from_graph(graph)
        except IntentError as error:
            yield _meant(error)
            return
        self._waivers = intent.waivers
        for name in (each.name for each in available()):
            if name != GUARDRAILS and self._wanted(name):
                found = guarded(name, "the stack", partial(_findings, name, graph, intent))
                yield from (self._known(each) for each in found if _matters(each))

    def _wanted(self, rule: str) -> bool:
        return level_of(self.levels, rule) is not Level.DISABLED


def make_ready() -> None:
    """Load the proofs while the engine is still at its resources; one that breaks says so later."""
    for each in available():
        guarded(each.name, "the pack", partial(_loaded, each.name))


def _loaded(name: str) -> tuple[Finding, ...]:
    proof(name)
    return ()


def _stated(resource: Resource) -> Intent:
    """A component's intent; nothing where it cannot be read, which is said of the stack."""
    try:
        return intent_from_graph(graph_of([resource], stack="", mode="warm"))
    except IntentError:
        return Intent()


def guarded(rule: str, subject: str, judge: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """What a rule finds; if it breaks, that: an exception would end the engine's whole run."""
    try:
        return list(judge())
    except Exception as error:  # noqa: BLE001 - whatever it is
        return [crash(rule, subject, error)]


def crash(rule: str, subject: str, error: Exception) -> Finding:
    """Where a rule broke; never the error's own text, which may quote what it was given."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    return Finding(
        proof=rule.partition("/")[0],
        rule=rule,
        status=Status.REFUTED,
        subject=subject,
        message=f"the rule itself is broken ({type(error).__name__} at {place}), so nothing was "
        "judged. This is a fault of the policy pack, not of the stack.",
    )


def _matters(found: Finding) -> bool:
    """A stack without what a proof is about, such as one without teams yet, is no fault."""
    return found.status is not Status.PROVED and not found.rule.endswith(f"/{NOTHING}")


def _findings(name: str, graph: Graph, intent: Intent) -> Iterable[Finding]:
    return proof(name)(graph, intent).findings


def _meant(error: IntentError) -> Finding:
    return Finding(
        proof=UNKNOWN,
        rule=UNKNOWN,
        status=Status.UNKNOWN,
        subject="the stack",
        message=f"what is asked for cannot be read: {error}",
    )
