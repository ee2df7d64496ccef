"""Guardrails offline and on a real API server: one verdict, whichever way they are read."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass

import pytest

from assurance.guardrails import Framework, Guardrail, Outcome, evaluate, to_cel
from assurance.guardrails.rules import ALL, BASELINE, RESTRICTED, images_come_from
from operations.sandbox import Sandbox
from tests.assurance.guardrails.algebra import ALGEBRA
from tests.assurance.guardrails.corpus import Case, Manifest, cases, pod, service, wrapped
from tests.assurance.guardrails.dry_run import CLUSTER_WIDE, Answer, Server
from tests.assurance.guardrails.mutants import mutants
from tests.e2e.cluster import Kubectl, eventually

pytestmark = pytest.mark.e2e

RULES = (*ALL, images_come_from(("registry.example.com", "docker.io")), *ALGEBRA)
JUDGED, LEVELS = "guardrails-judged", ("baseline", "restricted")
ON = {"guardrails-test": "on"}
SEED, FEW, MANY = 20260101, 300, 3_000
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
class Judged:
    """A case with what the API server said to it."""

    case: Case
    answer: Answer
    """From all policies at once: refused by one, warned of by each."""
    levels: Mapping[str, Answer]
    """From the built-in admission; empty for what carries no pod."""


@pytest.fixture(scope="module")
def server(sandbox: Sandbox, kubectl: Kubectl) -> Iterator[Server]:
    """The API server with every policy bound twice, once to refuse and once to warn."""
    made = [item for number, rule in enumerate(RULES) for item in bound_twice(rule, number)]
    frames = [namespace(JUDGED, ON), *(namespace(f"guardrails-{x}", enforced(x)) for x in LEVELS)]
    places = (*(frame["metadata"]["name"] for frame in frames), "default")
    try:
        kubectl.apply(*frames)
        kubectl("label", "namespace", "default", "guardrails-test=on")
        kubectl.apply(*(worker(place) for place in places))
        kubectl.apply(*made)
        kubectl.apply(*sentinel())
        with Server(sandbox.kubeconfig) as found:
            last = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "sentinel"}}
            eventually(lambda: found.create(last, JUDGED).refused)
            eventually(lambda: all(decides(found.create(good(), place)) for place in places))
            yield found
    finally:
        kubectl("label", "namespace", "default", "guardrails-test-")
        kubectl.run("delete", "serviceaccount", "worker", "-n", "default")
        for kind in ("validatingadmissionpolicybindings", "validatingadmissionpolicies"):
            ours = "labelSelector=guardrails-test%3Don"
            kubectl("delete", "--raw", f"/apis/admissionregistration.k8s.io/v1/{kind}?{ours}")
        kubectl("delete", "namespace", "--wait=false", *places[:-1])


def bound_twice(rule: Guardrail, number: int) -> list[Manifest]:
    """The policy with a short message (warnings are cut at 4 kB in all), bound to the test."""
    policy, binding = deepcopy(to_cel(rule))
    policy["metadata"]["labels"] = ON
    policy["spec"]["validations"][0]["message"] = "no"
    scope = {"namespaceSelector": {"matchLabels": ON}}
    bindings = [
        {
            **binding,
            "metadata": {"name": f"{action.lower()}{number}", "labels": ON},
            "spec": {
                "policyName": binding["spec"]["policyName"],
                "validationActions": [action],
                "matchResources": scope,
            },
        }
        for action in ("Deny", "Warn")
    ]
    return [policy, *bindings]


def sentinel() -> list[Manifest]:
    """A last policy: once it bites, all before it do."""
    policy, binding = deepcopy(to_cel(RULES[0]))
    for item in (policy, binding):
        item["metadata"] = {"name": "sentinel", "labels": ON}
    binding["spec"] = {"policyName": "sentinel", "validationActions": ["Deny"]}
    policy["spec"] = {
        "matchConstraints": {
            "resourceRules": [
                {
                    "apiGroups": [""],
                    "apiVersions": ["v1"],
                    "operations": ["CREATE"],
                    "resources": ["configmaps"],
                }
            ]
        },
        "validations": [
            {"expression": 'object.metadata.name != "sentinel"', "reason": "Forbidden"}
        ],
    }
    return [policy, binding]


def say(words: object) -> None:
    """For whoever runs the tests with -s, and for the report of one that fails."""
    print(words)  # noqa: T201 - what was measured


def namespace(name: str, labels: Mapping[str, str]) -> Manifest:
    labels = {**labels, "ml-platform/team": name}
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": name, "labels": labels},
    }


def enforced(level: str) -> dict[str, str]:
    prefix, version = "pod-security.kubernetes.io", {"-version": "v1.35", "": level}
    return {
        f"{prefix}/{mode}{suffix}": value
        for mode in ("enforce", "warn")
        for suffix, value in version.items()
    }


def worker(place: str) -> Manifest:
    metadata = {"name": "worker", "namespace": place}
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": metadata,
        "automountServiceAccountToken": False,
    }


def decides(answer: Answer) -> bool:
    """Policies do; before them it may lack a namespace or a ServiceAccount."""
    return answer.accepted or answer.refused


def good() -> Manifest:
    return wrapped("Pod", pod())


def placed(case: Case, number: int) -> tuple[Manifest, str]:
    """The object where it is sent: mostly the test's namespace, sometimes `default`."""
    place = "default" if number % 10 == 0 else JUDGED
    manifest = deepcopy(case.manifest)
    if manifest["kind"] == "Namespace":
        manifest["metadata"]["labels"] |= ON
    elif manifest["kind"] not in CLUSTER_WIDE:
        manifest["metadata"]["namespace"] = place
    return manifest, place


def judged(server: Server, count: int) -> list[Judged]:
    """Cases that are valid objects, with what the API server says to them."""
    found, invalid = [], []
    for number, case in enumerate(cases(SEED, count)):
        manifest, place = placed(case, number)
        answer = server.create(manifest, place)
        if not decides(answer):
            invalid.append((case, answer))
            continue
        levels = {}
        if case.family != "object":
            for level in LEVELS:
                levels[level] = server.create(case.manifest, f"guardrails-{level}")
        kept = Case(family=case.family, manifest=manifest, changes=case.changes)
        found.append(Judged(case=kept, answer=answer, levels=levels))
    for case, answer in invalid[:5]:
        say(f"not an object at all: {case}: {answer.message[:200]}")
    assert len(invalid) < count / 10, f"{len(invalid)} of {count} are no valid objects"
    return found


@pytest.fixture(scope="module")
def few(server: Server) -> list[Judged]:
    return judged(server, FEW)


def refusing(manifest: Manifest, rules: tuple[Guardrail, ...] = RULES) -> frozenset[str]:
    """The policies that should refuse it, decided offline."""
    verdicts = {rule.name: evaluate(rule, manifest) for rule in rules}
    unknown = [name for name, it in verdicts.items() if it.outcome is Outcome.UNKNOWN]
    assert not unknown, f"{unknown} unknown for {manifest}"
    refused = (name for name, it in verdicts.items() if it.outcome is Outcome.REFUSED)
    return frozenset(f"ml-platform-{name}" for name in refused)


def agree_with_the_policies(found: list[Judged]) -> None:
    outcomes: Counter[str] = Counter()
    verdicts: Counter[tuple[str, bool]] = Counter()
    for one in found:
        expected = refusing(one.case.manifest)
        assert one.answer.policies == expected, f"{one.case}: {one.case.manifest}"
        assert one.answer.refused is bool(expected), one.case
        verdicts[one.case.family, bool(expected)] += 1
        outcomes.update(expected)
    say(f"\n{len(found)} cases; (family, refused): {dict(verdicts)}")
    say({rule.name: outcomes[f"ml-platform-{rule.name}"] for rule in RULES})
    refused = sum(one.answer.refused for one in found) / len(found)
    assert 0.2 <= refused <= 0.8, refused
    real = [rule.name for rule in RULES if rule not in ALGEBRA]
    assert [name for name in real if not outcomes[f"ml-platform-{name}"]] == NEVER_VALID


def agree_with_pod_security(found: list[Judged]) -> None:
    for level, rules in (("baseline", BASELINE), ("restricted", at_restricted())):
        refused: Counter[str] = Counter()
        about = [one for one in found if one.levels]
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
                assert answer.refused is bool(expected), one.case
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
        if any("restricted" in one.values for one in rule.applies.scope)
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


def test_policies_and_offline_verdicts_agree(few: list[Judged]) -> None:
    agree_with_the_policies(few)


def test_pod_security_and_offline_verdicts_agree(few: list[Judged]) -> None:
    agree_with_pod_security(few)


def test_a_changed_rule_is_caught(few: list[Judged]) -> None:
    """Each rule with one thing about it changed no longer says what the API server says."""
    survivors, tried = [], 0
    for rule in RULES:
        name = f"ml-platform-{rule.name}"
        for words, mutant in mutants(rule):
            tried += 1
            if all(
                (evaluate(mutant, one.case.manifest).outcome is Outcome.REFUSED)
                is (name in one.answer.policies)
                for one in few
            ):
                survivors.append(f"{rule.name}: {words}")
    say(f"\n{tried - len(survivors)} of {tried} changed rules are caught; not caught:")
    say("\n".join(survivors))
    assert tried > 200
    assert len(survivors) < tried / 3


def test_a_debug_container_is_judged_as_it_enters(server: Server, kubectl: Kubectl) -> None:
    running = good()
    running["metadata"] |= {"name": "debugged", "namespace": JUDGED}
    kubectl.apply(running)
    path = f"api/v1/namespaces/{JUDGED}/pods/debugged/ephemeralcontainers"
    for privileged in (False, True):
        context = {**running["spec"]["containers"][0]["securityContext"]}
        if privileged:
            context = {"privileged": True}
        debug = {
            "name": "debug",
            "image": running["spec"]["containers"][0]["image"],
            "securityContext": context,
        }
        changed = kubectl.json("get", "pod", "debugged", "-n", JUDGED)
        changed["spec"]["ephemeralContainers"] = [debug]
        answer = server.send("PUT", path, changed)
        expected = refusing(changed)
        assert ("ml-platform-pod-security-privileged" in expected) is privileged
        assert answer.policies == expected
        assert answer.refused is bool(expected), answer


def test_what_was_there_before_may_still_be_let_go(server: Server, kubectl: Kubectl) -> None:
    """An update that changes nothing a rule looks at is let through; one that does is not."""
    old = service() | {"metadata": {"name": "old", "namespace": "guardrails-baseline"}}
    old["metadata"]["finalizers"] = ["example.com/held"]
    old["spec"]["type"] = "LoadBalancer"
    kubectl.apply(old)
    kubectl("label", "namespace", "guardrails-baseline", "guardrails-test=on")
    path = "api/v1/namespaces/guardrails-baseline/services/old"
    try:
        eventually(lambda: server.create(old, "guardrails-baseline").refused)
        held = kubectl.json("get", "service", "old", "-n", "guardrails-baseline")
        released = deepcopy(held)
        del released["metadata"]["finalizers"]
        assert server.send("PUT", path, released).accepted
        widened = deepcopy(held)
        widened["spec"]["ports"][0]["port"] = 443
        assert server.send("PUT", path, widened).refused
    finally:
        kubectl("label", "namespace", "guardrails-baseline", "guardrails-test-")
        patch = '{"metadata": {"finalizers": null}}'
        kubectl("patch", "service", "old", "-n", "guardrails-baseline", "-p", patch)


def test_as_derived_a_policy_holds_in_its_namespaces_and_says_what_to_do(
    server: Server, kubectl: Kubectl
) -> None:
    [rule] = [one for one in RULES if one.name == "services-are-no-load-balancers"]
    made = deepcopy(to_cel(rule))
    for item in made:
        item["metadata"]["name"] = "as-derived"
    made[1]["spec"]["policyName"] = "as-derived"
    inside = namespace("guardrails-team", {})
    bad = service()
    bad["spec"]["type"] = "LoadBalancer"
    try:
        kubectl.apply(inside, *made)
        eventually(lambda: server.create(bad, "guardrails-team").refused)
        answer = server.create(bad, "guardrails-team")
        assert rule.title in answer.message
        assert rule.remedy in answer.message
        assert server.create(service(), "guardrails-team").accepted
        assert server.create(bad, "default").accepted
    finally:
        for kind in ("validatingadmissionpolicybinding", "validatingadmissionpolicy"):
            kubectl("delete", kind, "as-derived")
        kubectl("delete", "namespace", "--wait=false", "guardrails-team")


def test_no_expression_puzzles_the_api_server(server: Server, kubectl: Kubectl) -> None:
    """Its type checker warns of expressions that would break for a kind they match."""
    assert server
    listed = kubectl.json("get", "validatingadmissionpolicies")["items"]
    checked = [
        item
        for item in listed
        if not item.get("status", {}).get("typeChecking", {}).get("expressionWarnings")
    ]
    puzzling = {item["metadata"]["name"] for item in listed if item not in checked}
    assert len(listed) > len(RULES)
    assert not puzzling


@pytest.mark.fire
def test_thousands_of_objects_get_one_verdict(server: Server) -> None:
    found = judged(server, MANY)
    agree_with_the_policies(found)
    agree_with_pod_security(found)
