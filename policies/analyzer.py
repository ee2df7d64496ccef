"""The engine's protocol for policies, spoken directly.

The SDK would decode each resource once for every policy, unwrap its secrets, and turn what is not
known into an exception. Here a resource is read once, secrets stay wrapped, and what is not known
is a finding (ADR 0011).
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2
from judging import Located, Run, crash
from offered import LEVELS, info, policies
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc, plugin_pb2
from wording import not_evaluated, violation

from assurance.graph.values import Level
from assurance.levels import UNKNOWN, LevelsError, level_of, levels_at, levels_path
from assurance.proofs.findings import Finding, Status
from assurance.proofs.guardrails import PROOF as GUARDRAILS
from assurance.proofs.waivers import is_waived

NAME, VERSION = "ml-platform", "0.1.0"
READING = "reading"
"""The rule that what is shown can be read; it has no level of its own to be lowered."""
_STATED = {
    analyzer_pb2.ADVISORY: Level.ADVISORY,
    analyzer_pb2.MANDATORY: Level.MANDATORY,
    analyzer_pb2.REMEDIATE: Level.MANDATORY,
    analyzer_pb2.DISABLED: Level.DISABLED,
}


class Analyzer(analyzer_pb2_grpc.AnalyzerServicer):
    """One pack at work for one run of the engine."""

    def __init__(self, project: Path, stack: str | None) -> None:
        self._project = project
        self._stack = stack
        """None until the engine has named it; an older one says it in the environment alone."""
        self._run = Run(levels={})
        self._today = datetime.now(tz=UTC).date()

    def ConfigureStack(  # noqa: N802 - the protocol's name
        self, request: analyzer_pb2.AnalyzerStackConfigureRequest, _: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzerStackConfigureResponse:
        """Learn which stack it is."""
        self._stack = request.stack.rpartition("/")[2]
        return analyzer_pb2.AnalyzerStackConfigureResponse()

    def GetAnalyzerInfo(  # noqa: N802
        self, _: empty_pb2.Empty, context: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzerInfo:
        """What there is, each at the level that the stack's own file gives it."""
        try:
            levels = levels_at(levels_path(self._project, self._stack)) if self._stack else {}
        except LevelsError as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        self._run = Run(levels=levels)
        offered = [info(policy, levels) for policy in policies()]
        finer = levels.keys() - {policy.name for policy in offered} - {"all"}
        return analyzer_pb2.AnalyzerInfo(
            name=NAME,
            version=VERSION,
            supportsConfig=True,
            policies=offered,
            initialConfig={
                name: analyzer_pb2.PolicyConfig(enforcementLevel=LEVELS[levels[name]])
                for name in sorted(finer)
            },
        )

    def GetPluginInfo(  # noqa: N802
        self, _: empty_pb2.Empty, __: grpc.ServicerContext
    ) -> plugin_pb2.PluginInfo:
        """The pack's version."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def Configure(  # noqa: N802
        self, request: analyzer_pb2.ConfigureAnalyzerRequest, _: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Take the levels that the engine has settled on, a person's own included."""
        stated = request.policyConfig.items()
        levels = {name: _STATED[each.enforcementLevel] for name, each in stated}
        self._run = Run(levels=levels)
        return empty_pb2.Empty()

    def Analyze(  # noqa: N802
        self, request: analyzer_pb2.AnalyzeRequest, _: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzeResponse:
        """Judge one resource."""
        return self._answer(request.urn, lambda: self._run.resource(request))

    def AnalyzeStack(  # noqa: N802
        self, request: analyzer_pb2.AnalyzeStackRequest, _: grpc.ServicerContext
    ) -> analyzer_pb2.AnalyzeResponse:
        """Judge the stack."""
        return self._answer("", lambda: self._run.stack(request.resources))

    def Remediate(  # noqa: N802
        self, _: analyzer_pb2.AnalyzeRequest, __: grpc.ServicerContext
    ) -> analyzer_pb2.RemediateResponse:
        """Nothing is changed behind anybody's back."""
        return analyzer_pb2.RemediateResponse()

    def Cancel(  # noqa: N802
        self, _: empty_pb2.Empty, __: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Judging takes moments: there is nothing to call off."""
        return empty_pb2.Empty()

    def _answer(self, urn: str, judge: Callable[[], list[Located]]) -> analyzer_pb2.AnalyzeResponse:
        try:
            found = judge()
        except Exception as error:  # noqa: BLE001 - an exception would end the engine's whole run
            found = [Located(finding=crash(READING, "the reader", error), urn=urn)]
        return analyzer_pb2.AnalyzeResponse(diagnostics=self._diagnostics(found))

    def _diagnostics(self, found: Iterable[Located]) -> list[analyzer_pb2.AnalyzeDiagnostic]:
        """A violation each; what is not known in one line for each level."""
        told: list[analyzer_pb2.AnalyzeDiagnostic] = []
        doubts: dict[Level, list[Finding]] = {}
        for each in found:
            one = each.finding
            unknown = one.status is Status.UNKNOWN
            level = level_of(self._run.levels, one.rule, unknown=unknown)
            if level is Level.MANDATORY and is_waived(one, self._today):
                level = Level.ADVISORY
            if level is Level.DISABLED:
                continue
            if unknown:
                doubts.setdefault(level, []).append(one)
            else:
                told.append(_diagnostic(_policy(one), level, violation(one), each.urn))
        told += (_diagnostic(UNKNOWN, lv, not_evaluated(ones)) for lv, ones in doubts.items())
        return sorted(told, key=lambda d: (d.policyName, d.urn, d.message))


@cache
def _titles() -> dict[str, str]:
    return {policy.name: policy.title for policy in policies()}


def _policy(found: Finding) -> str:
    """The name that the engine knows it by."""
    name = found.rule.removeprefix(f"{GUARDRAILS}/") if found.proof == GUARDRAILS else found.proof
    return name if name in _titles() else UNKNOWN


def _diagnostic(policy: str, level: Level, message: str, urn: str = "") -> Any:
    return analyzer_pb2.AnalyzeDiagnostic(
        policyName=policy,
        policyPackName=NAME,
        policyPackVersion=VERSION,
        description=_titles()[policy],
        message=message,
        enforcementLevel=LEVELS[level],
        urn=urn,
    )
