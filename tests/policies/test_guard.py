"""The guard, with the SDK's real proxies, floats, sentinels and secrets."""

import dataclasses
from typing import Any

import guard
import pytest
from pulumi_policy import (
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.deserialize import deserialize_properties
from pulumi_policy.proxy import UNKNOWN_NUMBER_VALUE, UNKNOWN_STRING_VALUE, unknown_checking_proxy
from rule import Fault, Judgement, Rule, Unknown
from rules.images import IMAGES_ARE_PINNED

from assurance.graph.graph import Graph
from assurance.graph.readers.policy import graph_of_policy_resources, plain
from assurance.graph.resource import Marker, Secret
from tests.policies.stacks import deployment
from tests.policies.wire import resource, wired

CANARY = "canary-4711"


def seen(props: dict[str, Any], kind: str = "apps/v1:Deployment", **config: Any) -> Any:
    """What a resource policy is given."""
    urn = f"urn:pulumi:test::ml-platform::kubernetes:{kind}::it"
    proxied = unknown_checking_proxy(deserialize_properties(wired(props)))
    nothing: Any = None
    return ResourceValidationArgs(
        f"kubernetes:{kind}", proxied, urn, "it", nothing, None, config or None, nothing
    )


def rule(judgement: Judgement | Exception, scope: Any = "resource") -> Rule:
    def judge(_: Graph) -> Judgement:
        if isinstance(judgement, Exception):
            raise judgement
        return judgement

    return Rule(name="r", description="d", scope=scope, severity="low", judge=judge)


def reported(made: Rule, args: Any) -> list[tuple[str, str | None]]:
    found: list[tuple[str, str | None]] = []
    policy: Any = guard.policy(made)
    policy.validate(args, lambda message, urn=None: found.append((message, urn)))
    return found


def test_proxies_become_dicts_lists_and_whole_numbers() -> None:
    given = seen({"a": {"b": [1.0, 2.5, True, None, "x"]}})
    assert type(plain(given.props)) is dict
    assert repr(plain(given.props)) == "{'a': {'b': [1, 2.5, True, None, 'x']}}"


@pytest.mark.parametrize("sentinel", [UNKNOWN_STRING_VALUE, UNKNOWN_NUMBER_VALUE])
def test_unknowns_become_markers_wherever_they_stand(sentinel: str) -> None:
    given = seen({"top": sentinel, "list": [sentinel, 1.0], "within": f"http://{sentinel}/x"})
    assert plain(given.props) == {
        "top": Marker.UNKNOWN,
        "list": [Marker.UNKNOWN, 1],
        "within": Marker.UNKNOWN,
    }


def test_the_values_of_a_kubernetes_secret_are_veiled_although_the_engine_shows_them() -> None:
    given = seen({"data": {"a": CANARY}, "stringData": {"b": CANARY}}, "core/v1:Secret")
    (found,) = graph_of_policy_resources([given]).resources.values()
    assert found.inputs == {
        "data": {"a": Secret(CANARY)},
        "stringData": {"b": Secret(CANARY)},
    }
    assert CANARY not in repr(found)


def test_a_crash_is_a_violation_that_quotes_nothing_it_was_given() -> None:
    crash = KeyError(CANARY)
    ((message, urn),) = reported(rule(crash), seen({"a": 1}))
    assert "The rule r itself is broken (KeyError at test_guard.py:" in message
    assert CANARY not in message
    assert urn == seen({}).urn


def test_values_that_cannot_be_read_are_a_violation_too() -> None:
    given = seen({})
    given.props = object()  # what no reader expects
    ((message, _),) = reported(IMAGES_ARE_PINNED, given)
    assert "itself is broken" in message


def test_what_is_not_known_is_a_note_after_the_faults() -> None:
    unknown = tuple(Unknown(urn=f"urn::{n}", because="why") for n in range(5))
    judgement = Judgement(faults=(Fault(urn="u", message="m"),), unknown=unknown)
    found: list[str] = []
    policy: Any = guard.policy(rule(judgement))
    with pytest.raises(guard.NotEvaluated) as note:
        policy.validate(seen({}), lambda message, _urn=None: found.append(message))
    assert found == ["m"]
    assert note.value.message == (
        "5 not evaluated: 0 because why; 1 because why; 2 because why; and 2 more"
    )


def test_what_is_not_known_is_a_violation_where_the_stack_says_so() -> None:
    judgement = Judgement(unknown=(Unknown(urn="urn::a", because="b"),))
    found = reported(rule(judgement), seen({}, unknown="violation"))
    assert found == [("1 not evaluated: a because b", None)]


def test_a_rule_judges_what_its_scope_says() -> None:
    assert isinstance(guard.policy(rule(Judgement())), ResourceValidationPolicy)
    stack = guard.policy(rule(Judgement(), "stack"))
    assert isinstance(stack, StackValidationPolicy)
    sizes: list[int] = []

    def judge(graph: Graph) -> Judgement:
        sizes.append(len(graph.resources))
        return Judgement()

    given = [seen({}), seen({}, "core/v1:Service")]
    made = dataclasses.replace(rule(Judgement(), "stack"), judge=judge)
    reported(made, StackValidationArgs(given, None, None))
    assert sizes == [2]


def test_a_violation_names_pod_and_image_and_no_environment() -> None:
    manifest = deployment("fraud", "app")
    env = [{"name": "PASSWORD", "value": CANARY}]
    manifest["spec"]["template"]["spec"]["containers"][0]["env"] = env
    ((message, _),) = reported(IMAGES_ARE_PINNED, seen(dict(resource(manifest).inputs)))
    assert "image app has no tag" in message
    assert CANARY not in message
