"""What was decided offline, held against what the real API server says."""

import re
from collections import Counter
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from random import Random

from assurance.guardrails import Framework, Guardrail, Outcome, evaluate, judge, labels_of
from assurance.guardrails.rules import BASELINE, RESTRICTED
from assurance.guardrails.scope import Labels
from tests.assurance.guardrails.algebra import ALGEBRA
from tests.assurance.guardrails.corpus import cases
from tests.assurance.guardrails.dry_run import CLUSTER_WIDE, Answer, Server
from tests.assurance.guardrails.planted import Case
from tests.assurance.guardrails.samples import Manifest
from tests.e2e.cluster import Kubectl
from tests.e2e.guardrails.guarded import JUDGED, LEVELS, ON, PLACES, RULES, decides, say

EVERY = (*RULES, *ALGEBRA)
SEED = 20260101
NEVER_VALID = ["pod-security-proc-mount"]
"""What this refuses, an unmasked /proc without a user namespace, is no valid object since 1.34."""
REASONS = {
    "hostNamespaces": "host namespaces",
    "privileged": "privileged",
    "capabilities_baseline": "non-default capabilities",
    "hostPathVolumes": "hostPath volumes",
    "hostPorts": "hostPort",
    "appArmorProfile": "forbidden AppArmor profiles?",
    "seLinuxOptions": "seLinuxOptions",
    "procMount": "procMount",
    "seccompProfile_baseline": "seccompProfile",
    "sysctls": "forbidden sysctls",
    "windowsHostProcess": "hostProcess",
    "hostProbesAndHostLifecycle": "probe or lifecycle host",
    "restrictedVolumes": "restricted volume types",
    "allowPrivilegeEscalation": "allowPrivilegeEscalation != false",
    "runAsNonRoot": "runAsNonRoot != true",
    "runAsUser": "runAsUser=0",
    "seccompProfile_restricted": "seccompProfile",
    "capabilities_restricted": "unrestricted capabilities",
    "procMount_restricted": "procMount",
}
"""What the built-in admission calls each of its checks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """An object as it was sent to a namespace of some sort, and the answer."""

    place: str
    manifest: Manifest
    answer: Answer


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """A case with what the API server said to it."""

    case: Case
    answer: Answer
    """Where every policy warns, whatever its scope."""
    there: Placed
    levels: Mapping[str, Answer]
    """Where Pod Security is enforced; empty for what carries no pod."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Everything that was asked of the API server."""

    cases: list[Judged]
    namespaces: Mapping[str, Labels]


def put_into(manifest: Manifest, place: str) -> Manifest:
    """The object as it is sent there."""
    placed = deepcopy(manifest)
    if placed["kind"] not in CLUSTER_WIDE:
        placed["metadata"]["namespace"] = place
    return placed


def judged(server: Server, kubectl: Kubectl, count: int) -> Found:
    """Cases that are valid objects, with what the API server says to them."""
    found, invalid, rng = [], [], Random(SEED)
    for number, case in enumerate(cases(SEED, count)):
        seen = put_into(case.manifest, "default" if number % 10 == 0 else JUDGED)
        if seen["kind"] == "Namespace":
            seen["metadata"]["labels"] |= ON
        answer = server.create(seen, seen["metadata"].get("namespace", ""))
        if not decides(answer):
            invalid.append((case, answer))
            continue
        one = Judged(
            case=replace(case, manifest=seen),
            answer=answer,
            there=sent(server, case.manifest, rng.choice(PLACES)),
            levels=at_levels(server, case),
        )
        found.append(one)
    for case, answer in invalid[:5]:
        say(f"not an object at all: {case}: {answer.message[:200]}")
    assert len(invalid) < count / 10, f"{len(invalid)} of {count} are no valid objects"
    return Found(cases=found, namespaces=namespaces(kubectl))


def sent(server: Server, manifest: Manifest, place: str) -> Placed:
    """What the API server says to the object there."""
    placed = put_into(manifest, place)
    answer = server.create(placed, place)
    assert decides(answer), f"{answer}: {placed}"
    return Placed(place=place, manifest=placed, answer=answer)


def namespaces(kubectl: Kubectl) -> Mapping[str, Labels]:
    """The labels of all that there are."""
    return labels_of(kubectl.json("get", "namespaces")["items"])


def at_levels(server: Server, case: Case) -> Mapping[str, Answer]:
    if case.family == "object":
        return {}
    return {level: server.create(case.manifest, place) for level, place in LEVELS.items()}


def refusing(manifest: Manifest) -> frozenset[str]:
    """The rules that should refuse it wherever it stands, decided offline."""
    verdicts = {rule.name: evaluate(rule, manifest).outcome for rule in EVERY}
    assert Outcome.UNKNOWN not in verdicts.values(), f"{verdicts} of {manifest}"
    return frozenset(name for name, outcome in verdicts.items() if outcome is Outcome.REFUSED)


def refusing_there(
    one: Placed, namespaces: Mapping[str, Labels], rules: tuple[Guardrail, ...] = RULES
) -> frozenset[str]:
    """The rules that should refuse it where it was sent."""
    verdicts = {rule.name: judge(rule, one.manifest, namespaces).outcome for rule in rules}
    assert Outcome.UNKNOWN not in verdicts.values(), f"{verdicts} of {one.manifest}"
    return frozenset(name for name, outcome in verdicts.items() if outcome is Outcome.REFUSED)


def agree_with_the_policies(found: Found) -> None:
    outcomes: Counter[str] = Counter()
    verdicts: Counter[tuple[str, bool]] = Counter()
    cut = 0
    for one in found.cases:
        expected = refusing(one.case.manifest)
        cut += one.answer.cut
        if one.answer.cut:
            assert one.answer.warned_of <= expected, f"{one.case}: {one.case.manifest}"
        else:
            assert one.answer.warned_of == expected, f"{one.case}: {one.case.manifest}"
        verdicts[one.case.family, bool(expected)] += 1
        outcomes.update(expected)
    say(f"\n{len(found.cases)} cases, {cut} with more warnings than fit; (family, refused):")
    say(dict(verdicts))
    say({rule.name: outcomes[rule.name] for rule in EVERY})
    refused = sum(count for (_, bad), count in verdicts.items() if bad) / len(found.cases)
    assert 0.2 <= refused <= 0.9, refused
    assert cut < len(found.cases) / 10
    assert [rule.name for rule in RULES if not outcomes[rule.name]] == NEVER_VALID


def agree_where_they_hold(found: Found) -> None:
    """In namespaces of every sort, what is deployed refuses what is in scope, and no more."""
    verdicts: Counter[tuple[str, bool]] = Counter()
    for one in found.cases:
        there = one.there
        assert agrees(there, refusing_there(there, found.namespaces)), f"{one.case}: {one}"
        verdicts[there.place, there.answer.refused] += 1
    say(f"\n(namespace, refused): {dict(verdicts)}")
    assert all(verdicts[place, refused] for place in PLACES for refused in (True, False))
    assert verdicts["kube-system", True] < verdicts["guardrails-team", True]


def agrees(one: Placed, expected: frozenset[str]) -> bool:
    """The refusal names one of the rules, or it is the built-in admission's."""
    answer = one.answer
    if answer.refused is not bool(expected):
        return False
    named = answer.refused_by
    built_in = "violates PodSecurity" in answer.message
    return not answer.refused or named in expected or (named is None and built_in)


def agree_with_pod_security(found: Found) -> None:
    for level, rules in (("baseline", BASELINE), ("restricted", at_restricted())):
        refused: Counter[str] = Counter()
        about = [one for one in found.cases if one.levels]
        for one in about:
            answer = one.levels[level]
            manifest = one.case.manifest
            expected = frozenset(
                reason(rule)
                for rule in rules
                if evaluate(rule, manifest).outcome is Outcome.REFUSED
            )
            given = reasons(answer)
            assert given == seen_in(manifest, expected), f"{one.case}: {manifest}\n{answer}"
            if one.case.family == "pod":
                built_in = "violates PodSecurity" in answer.message
                assert built_in is bool(expected), one.case
            refused[one.case.family] += bool(expected)
        families = Counter(one.case.family for one in about)
        say(f"\n{level}: refused {dict(refused)} of {dict(families)}")
        share = refused.total() / len(about)
        assert 0.2 <= share <= 0.8, (level, share)


def seen_in(manifest: Manifest, expected: frozenset[str]) -> frozenset[str]:
    """The built-in admission does not see yet which host ports a template's pods will have."""
    text = str(manifest)
    explicit = re.search(r"'hostPort': [1-9]", text)
    if manifest["kind"] != "Pod" and "'hostNetwork': True" in text and not explicit:
        return expected - {"hostPort"}
    return expected


def at_restricted() -> tuple[Guardrail, ...]:
    """What holds where `restricted` is enforced: the checks that none of its own replaces."""
    return tuple(
        rule
        for rule in (*BASELINE, *RESTRICTED)
        if any("restricted" in one.values for one in rule.applies.scope.conditions)
    )


def reason(rule: Guardrail) -> str:
    [check] = [one.id for one in rule.frameworks if one.framework is Framework.PSS]
    return REASONS[check.partition("/")[2]]


def reasons(answer: Answer) -> frozenset[str]:
    """The reasons of the built-in admission, from its refusal or its warning."""
    texts = [answer.message, *answer.warnings]
    text = next((t for t in texts if "violate" in t and "PodSecurity" in t), "")
    return frozenset(
        known for known in set(REASONS.values()) if re.search(rf"(?:: |, ){known} \(", text)
    )
