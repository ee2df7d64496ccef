"""Run proofs on graphs, and say what their findings mean for a stack."""

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from assurance.document import document
from assurance.graph.codec import DecodeError
from assurance.graph.graph import Graph
from assurance.graph.intent import Intent, TeamIntent
from assurance.graph.intent_json import intent_from_json, intent_to_json
from assurance.graph.readers.manifests import ManifestsError, read_manifests
from assurance.graph.values import SYSTEM_NAMESPACES, Level
from assurance.proofs.findings import Finding, Result, Status
from assurance.proofs.registry import available, proof
from operations.errors import EXIT_PROVED, EXIT_REFUTED, EXIT_UNKNOWN, UserError
from operations.rehearsal import Rehearsed

_WITHIN = "isolation/closed-within"
_LENIENT = {"order/no-order": Level.ADVISORY, "capacity/pools-not-stated": Level.ADVISORY}
"""Files state neither order nor nodes: that is said, and fails nobody unless a level says so."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Proved:
    """One graph with everything that was decided about it."""

    name: str
    """The stack, or the folder."""
    graph: Graph
    intent: Intent
    results: Mapping[str, Result]
    levels: Mapping[str, Level] = field(default_factory=dict)
    seconds: float = 0

    def findings(self, status: Status) -> list[Finding]:
        """All of one status, proof by proof."""
        return [f for found in self.results.values() for f in found.findings if f.status is status]

    def level(self, finding: Finding) -> Level:
        """What a finding means here: its rule's level, or its proof's; strict unless stated."""
        stated = self.levels.get(finding.rule, self.levels.get(finding.proof))
        return Level.MANDATORY if stated is None else stated

    @property
    def exit_code(self) -> int:
        """Refuted before unknown; what is advisory does not count."""
        mandatory = {
            finding.status
            for found in self.results.values()
            for finding in found.findings
            if self.level(finding) is Level.MANDATORY
        }
        if Status.REFUTED in mandatory:
            return EXIT_REFUTED
        return EXIT_UNKNOWN if Status.UNKNOWN in mandatory else EXIT_PROVED

    def to_json(self, today: date) -> dict[str, Any]:
        """The one document, with results in it."""
        counts = {status.value: len(self.findings(status)) for status in Status}
        whole = document(self.graph, today=today)
        return {
            **whole,
            "intent": intent_to_json(self.intent),
            "results": {name: found.to_json() for name, found in self.results.items()},
            "summary": {**whole["summary"], **counts},
        }


def prove(
    name: str,
    graph: Graph,
    intent: Intent,
    *,
    only: Sequence[str] = (),
    levels: Mapping[str, Level] | None = None,
) -> Proved:
    """Run proofs on one graph; what a level disables is left out."""
    stated = {**_LENIENT, **intent.levels, **(levels or {})}
    began = time.monotonic()
    run = Proved(name=name, graph=graph, intent=intent, results={}, levels=stated)
    results = {
        each: _without_disabled(run, proof(each)(graph, intent))
        for each in only or [described.name for described in available()]
    }
    return replace(run, results=results, seconds=time.monotonic() - began)


def _without_disabled(run: Proved, found: Result) -> Result:
    kept = tuple(f for f in found.findings if run.level(f) is not Level.DISABLED)
    return replace(found, findings=kept)


def exit_code(runs: Iterable[Proved]) -> int:
    """That of all runs together: one that is refuted decides."""
    codes = {run.exit_code for run in runs}
    return next((c for c in (EXIT_REFUTED, EXIT_UNKNOWN) if c in codes), EXIT_PROVED)


def of_rehearsal(done: Rehearsed) -> tuple[Graph, Intent]:
    """The graph and the intent that a rehearsal wrote."""
    written = done.document or {}
    return Graph.from_json(written["graph"]), intent_from_json(written["intent"])


def of_manifests(directory: Path, intent_file: Path | None) -> tuple[Graph, Intent, list[str]]:
    """A folder of manifests, the intent about it, and notes on what was passed over."""
    notes: list[str] = []
    try:
        graph = read_manifests(directory, say=notes.append)
    except ManifestsError as error:
        raise UserError(str(error)) from None
    return graph, default_intent(graph) if intent_file is None else read_intent(intent_file), notes


def read_intent(path: Path) -> Intent:
    """Intent that a person wrote, as JSON."""
    try:
        return intent_from_json(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror}"
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        message = f"{path}: not JSON: {error}"
    except DecodeError as error:
        message = f"{path}: {error}"
    raise UserError(message)


def default_intent(graph: Graph) -> Intent:
    """Without a word about intent, every namespace but Kubernetes' own is a team without needs."""
    names = {
        name
        for item in graph.objects()
        for name in (item.name if item.gvk.kind == "Namespace" else item.namespace,)
        if isinstance(name, str) and name not in SYSTEM_NAMESPACES
    }
    teams = {name: TeamIntent(namespaces=(name,)) for name in sorted(names)}
    return Intent(teams=teams, levels={_WITHIN: Level.DISABLED})


def read_levels(root: Path, stack: str) -> dict[str, Level]:
    """What findings mean for a stack: `policies/levels/<stack>.json`, if there is one."""
    path = root / "policies" / "levels" / f"{stack}.json"
    if not path.is_file():
        return {}
    try:
        stated = json.loads(path.read_text(encoding="utf-8"))
        return {rule: Level(level) for rule, level in stated.items()}
    except (ValueError, AttributeError) as error:
        message = f"{path}: expected rules with disabled, advisory or mandatory: {error}"
        raise UserError(message) from None
