"""Run proofs on graphs, and say what their findings mean for a stack."""

import time
import traceback
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from assurance.document import document
from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.graph.intent_json import intent_to_json
from assurance.graph.values import Level, Waiver
from assurance.levels import LevelsError, level_of, levels_at, levels_path
from assurance.proofs.findings import NOTHING, Finding, Result, Status, assuming
from assurance.proofs.registry import PROOFS, available, proof
from assurance.proofs.waivers import is_waived, unused, with_waivers
from operations.errors import EXIT_ERROR, EXIT_PROVED, EXIT_REFUTED, EXIT_UNKNOWN, UserError, worst


@dataclass(frozen=True, kw_only=True, slots=True)
class Proved:
    """One graph with everything that was decided about it."""

    name: str
    """The stacks, the folder, or the cluster."""
    graph: Graph
    intent: Intent
    today: date
    results: Mapping[str, Result] = field(default_factory=dict)
    levels: Mapping[str, Level] = field(default_factory=dict)
    lines: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Where each key stands, by stack file."""
    left_out: tuple[str, ...] = ()
    """Input that could not be read: nothing is decided about it."""
    crashes: Mapping[str, str] = field(default_factory=dict)
    """Tracebacks of proofs that are broken themselves."""
    seconds: float = 0

    def findings(self, status: Status) -> list[Finding]:
        """All of one status that nobody has waived, proof by proof."""
        return [f for f in self._all() if f.status is status and not is_waived(f, self.today)]

    @property
    def waived(self) -> list[Finding]:
        """What somebody answers for."""
        return [finding for finding in self._all() if is_waived(finding, self.today)]

    @property
    def unused_waivers(self) -> list[Waiver]:
        """Waivers of nothing that was found; of proofs that were not asked, nothing is said."""
        silent = {name for name in PROOFS if name not in self.results}
        ran = [w for w in self.intent.waivers if w.finding.partition("/")[0] not in silent]
        return unused(ran, list(self.results.values()))

    def _all(self) -> Iterable[Finding]:
        return (finding for found in self.results.values() for finding in found.findings)

    def found(self, proof: str) -> tuple[Finding, ...]:
        """All that one proof found."""
        return self.results[proof].findings if proof in self.results else ()

    def level(self, finding: Finding) -> Level:
        """What a finding means here."""
        return level_of(self.levels, finding.rule, unknown=finding.status is Status.UNKNOWN)

    @property
    def exit_code(self) -> int:
        """What could not be judged at all, before refuted, before unknown."""
        if self.left_out or self.crashes:
            return EXIT_ERROR
        for status, code in ((Status.REFUTED, EXIT_REFUTED), (Status.UNKNOWN, EXIT_UNKNOWN)):
            if any(self.level(found) is Level.MANDATORY for found in self.findings(status)):
                return code
        return EXIT_PROVED

    def to_json(self) -> dict[str, Any]:
        """The one document, with results in it."""
        counts = {status.value: len(self.findings(status)) for status in Status}
        whole = document(self.graph, today=self.today)
        teams = sorted(self.intent.teams)
        return {
            **whole,
            "intent": intent_to_json(self.intent),
            "left_out": list(self.left_out),
            "results": {name: found.to_json() for name, found in self.results.items()},
            "summary": {
                **whole["summary"],
                **counts,
                "teams": teams,
                "waived": len(self.waived),
            },
            "unused_waivers": [waiver.finding for waiver in self.unused_waivers],
        }


def chosen(words: Iterable[str]) -> tuple[str, ...]:
    """The proofs that a person names, by comma or apart; all if none is named."""
    there = tuple(each.name for each in available())
    names = [name for word in words for name in word.replace(",", " ").split()]
    for name in names:
        if name not in there:
            from components.config.wording import meant

            guess = meant(name.partition("/")[0], there)
            hint = f"; did you mean {guess}" if guess else ""
            message = f"--only {name}: no such proof; there are {', '.join(there)}{hint}"
            raise UserError(message)
    return tuple(dict.fromkeys(names)) or there


def load(names: Iterable[str]) -> None:
    """Import proofs, where there is time before the graph comes."""
    for name in names:
        proof(name)


def prove(run: Proved, only: Sequence[str] = (), assumptions: Sequence[str] = ()) -> Proved:
    """Run proofs on the run's graph; what a level disables is left out."""
    began = time.monotonic()
    ready = replace(run, levels={**run.intent.levels, **run.levels})
    results: dict[str, Result] = {}
    crashes: dict[str, str] = {}
    for name in only or _enabled(ready):
        try:
            found = assuming(_looked_at(name, proof(name)(run.graph, run.intent)), *assumptions)
            found = _without_disabled(ready, found)
        except Exception as error:  # noqa: BLE001 - the other proofs still run, and all is told
            crashes[name] = "".join(traceback.format_exception(error))
            found = Result(findings=(_crashed(name, error),))
        results[name] = with_waivers(found, run.intent.waivers)
    seconds = time.monotonic() - began
    return replace(ready, results=results, crashes=crashes, seconds=seconds)


def _looked_at(name: str, found: Result) -> Result:
    """Whoever has looked at nothing has proved nothing."""
    if any(found.population.values()) or found.count(Status.UNKNOWN):
        return found
    nothing = Finding(
        proof=name,
        rule=f"{name}/{NOTHING}",
        status=Status.UNKNOWN,
        subject="graph",
        message="nothing to decide: there is nothing of what the proof looks at",
        remedy="check that the right stack or folder was read",
    )
    kept = tuple(finding for finding in found.findings if finding.status is not Status.PROVED)
    return replace(found, findings=(*kept, nothing))


def _crashed(name: str, error: Exception) -> Finding:
    """Where a proof broke; never the error's own text, which may quote what it was given."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    return Finding(
        proof=name,
        rule=f"{name}/crashed",
        status=Status.UNKNOWN,
        subject=f"proof {name}",
        message=f"the proof itself is broken ({type(error).__name__} at {place}), so it decided "
        "nothing: a fault of ml-platform, not of what it was given",
        remedy="report it with what --debug shows; the other proofs have run",
    )


def _enabled(run: Proved) -> Iterable[str]:
    """All proofs but those that a level disables in whole."""
    for name in chosen(()):
        stated = [level for rule, level in run.levels.items() if rule.partition("/")[0] == name]
        if run.levels.get(name) is not Level.DISABLED or set(stated) != {Level.DISABLED}:
            yield name


def _without_disabled(run: Proved, found: Result) -> Result:
    """That there is nothing to decide is said even so."""
    kept = tuple(
        f
        for f in found.findings
        if run.level(f) is not Level.DISABLED or f.rule.endswith(f"/{NOTHING}")
    )
    return replace(found, findings=kept)


def exit_code(runs: Iterable[Proved]) -> int:
    """That of all runs together."""
    return worst(*(run.exit_code for run in runs))


def read_levels(root: Path, stack: str) -> dict[str, Level]:
    """What findings mean for a stack: `policies/levels/<stack>.json`, if there is one."""
    try:
        return levels_at(levels_path(root, stack))
    except LevelsError as error:
        raise UserError(str(error)) from None
