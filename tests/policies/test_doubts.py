"""What is not known never passes, what is secret never leaves, and what breaks says so."""

import re
from collections.abc import Iterable
from dataclasses import replace
from random import Random
from typing import Any

import judging
import pytest
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy.deserialize import SPECIAL_SECRET_SIG, SPECIAL_SIG_KEY

from assurance.graph.graph import Graph, graph_of
from assurance.graph.resource import Marker, Resource, Secret
from assurance.graph.values import Level
from tests.policies.corpus import ELSEWHERE, bad, homes, in_
from tests.policies.findings import PROOFS, doubts, expected, found
from tests.policies.stacks import deployment, graph, two_teams
from tests.policies.wire import Pack, Said, resource

MANDATORY, ADVISORY = Level.MANDATORY, Level.ADVISORY
CANARY = "canary-4711"


def together(resources: Iterable[Resource]) -> Graph:
    return graph_of([*map(resource, homes()), *resources], stack="test", mode="warm")


def unclear(name: str) -> Resource:
    made = in_("restricted", deployment("", "app:1"), name)
    return resource(made, inputs={**made, "spec": Marker.UNKNOWN})


def lines(said: Iterable[Said]) -> list[Said]:
    return [one for one in said if one.policy == "unknown"]


def test_what_is_not_known_is_one_line_with_a_count(pack: Pack) -> None:
    pack.configure(**dict.fromkeys(PROOFS, "disabled"))
    whole = together(unclear(f"api-{number}") for number in range(5))
    (line,) = pack.judge(whole)
    assert doubts(line) == expected(whole, PROOFS)[1] > 100
    first = "Deployment restricted/api-0: it depends on what is not known yet: spec"
    assert re.search(rf"{first}.* \(.* and \d+ more rules\); ", line.message)
    assert line.message.endswith("; and 2 more; mlp prove lists them")


def test_whether_what_is_not_known_forbids_anything_is_the_stacks_to_say(pack: Pack) -> None:
    whole = together([unclear("api")])
    for levels, level in (({}, MANDATORY), ({"unknown": "advisory"}, ADVISORY)):
        pack.configure(**levels)
        assert {one.level for one in lines(pack.judge(whole))} == {level}
    pack.configure(all="disabled")
    assert pack.judge(whole) == []


def test_a_namespace_that_nobody_shows_leaves_a_violation_in_doubt(pack: Pack) -> None:
    (line,) = lines(pack.judge(graph([in_(ELSEWHERE, deployment("", "app:1"), "api")])))
    assert f"labels of the namespace {ELSEWHERE}" in line.message


def test_a_namespace_that_this_run_leaves_alone_is_known_by_its_outputs(pack: Pack) -> None:
    """As under `--target`."""
    pack.configure(**dict.fromkeys(PROOFS, "disabled"))
    api = resource(in_("restricted", deployment("", "app:1"), "api"))
    assert "pod-security-run-as-non-root" not in {one.policy for one in pack.analyze(api)}
    known = [replace(one, outputs=one.inputs) for one in map(resource, homes())]
    said = pack.analyze_stack([*known, api])
    assert "pod-security-run-as-non-root" in {one.policy for one in said}
    assert not lines(said)


def test_without_any_output_the_inputs_are_judged(pack: Pack) -> None:
    """In a preview whose cluster does not exist yet, the engine shows no object's outputs."""
    whole = graph(two_teams())
    assert not any(made.outputs for made in whole.resources.values())
    assert found(pack.judge(whole)) == expected(whole)


def test_without_inputs_and_outputs_nothing_passes(pack: Pack) -> None:
    whole = graph(two_teams())
    (line,) = lines(pack.analyze_stack(whole.resources.values()))
    assert doubts(line) >= len(whole.resources)


def test_what_only_the_provider_will_render_is_in_doubt(pack: Pack) -> None:
    token = "kubernetes:helm.sh/v3:Release"
    release = replace(resource(homes()[0]), type=token, urn=f"urn:pulumi:t::p::{token}::r")
    (line,) = lines(pack.judge(graph_of([release], stack="t", mode="warm")))
    assert "makes objects that nobody is shown" in line.message


def test_components_and_whatever_else_is_registered_are_no_obstacle(pack: Pack) -> None:
    made = replace(resource(homes()[0]), type="my:own:Component", inputs={"a": [1.5, None, {}]})
    assert pack.analyze(made) == []


def test_no_secret_leaves_the_pack(pack: Pack) -> None:
    """Wherever the program says it is one, and a Secret's content even if it does not."""
    rng, canaries, answers = Random(1), 0, 0
    for manifests in bad().values():
        for manifest in manifests:
            spec, count = _veiled(rng, {**manifest, "metadata": {}})
            inputs = {**spec, "metadata": manifest["metadata"]}
            said = pack.judge(together([resource(manifest, inputs=inputs)]))
            assert CANARY not in repr(said)
            canaries, answers = canaries + count, answers + len(said)
    kept = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "x"}}
    clear = {**kept, "data": {"a": CANARY}, "stringData": {"b": CANARY}}
    assert CANARY not in repr(pack.judge(together([resource(clear)])))
    assert canaries > 200
    assert answers > 100
    print(f"{canaries} canaries, {answers} answers")  # noqa: T201 - counted


def _veiled(rng: Random, value: Any) -> tuple[Any, int]:
    """Some texts in it made secret."""
    if isinstance(value, dict):
        made = {k: (v, 0) if k == "kind" else _veiled(rng, v) for k, v in value.items()}
        made |= {k: (v, 0) for k, v in value.items() if k == "apiVersion"}
        return {k: v for k, (v, _) in made.items()}, sum(count for _, count in made.values())
    if isinstance(value, list):
        items = [_veiled(rng, item) for item in value]
        return [item for item, _ in items], sum(count for _, count in items)
    if isinstance(value, str) and rng.random() < 0.5:
        return Secret(CANARY), 1
    return value, 0


@pytest.mark.parametrize(
    ("part", "policy"),
    [("judged", "images-have-a-version"), ("proof", "tenancy"), ("resource_of", "unknown")],
)
def test_a_crash_is_a_violation_that_quotes_nothing_and_the_pack_goes_on(
    fragile: Pack, monkeypatch: pytest.MonkeyPatch, part: str, policy: str
) -> None:
    def crash(*_: object) -> Any:
        raise KeyError(CANARY)

    fragile.configure(unknown="advisory")
    clean = found(fragile.judge(graph(two_teams())))
    monkeypatch.setattr(judging, part, crash)
    fragile.configure(unknown="advisory")
    said = fragile.judge(graph(two_teams()))
    broken = [one for one in said if "the rule itself is broken" in one.message.lower()]
    assert policy in {one.policy for one in broken} or part == "judged"
    assert broken
    assert {one.level for one in broken} == {MANDATORY}
    assert all("(KeyError at test_doubts.py:" in one.message for one in broken)
    assert CANARY not in repr(said)
    monkeypatch.undo()
    fragile.configure(unknown="advisory")
    assert found(fragile.judge(graph(two_teams()))) == clean


def test_what_the_engine_would_never_send_is_a_violation_rather_than_an_end(pack: Pack) -> None:
    token = "kubernetes:core/v1:Pod"
    request = analyzer_pb2.AnalyzeRequest(type=token, urn=f"urn:pulumi:a::b::{token}::d")
    request.properties.update({"spec": {SPECIAL_SIG_KEY: SPECIAL_SECRET_SIG}})
    pack.ask(request)
    assert pack.analyze(resource(homes()[0])) == []
