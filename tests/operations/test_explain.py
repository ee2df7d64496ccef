"""`mlp explain` knows every key of the stack file, and says what becomes of it."""

import json
from collections.abc import Mapping

import pytest
import yaml

from components.config.consumers import CONSUMERS, consumer
from components.config.faults import Path
from components.config.schema import schema_text, stack_schema, waivers_schema
from operations.answers import answers, explained, providers
from operations.cli import main
from providers.config import AksConfig, EksConfig, ExistingConfig, KindConfig
from providers.config.section import Section
from tests.stack_keys import every_key

MODELS: Mapping[str, type[Section]] = {
    "existing": ExistingConfig,
    "kind": KindConfig,
    "eks": EksConfig,
    "aks": AksConfig,
}


def said(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["explain", *words]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def test_there_are_as_many_keys_as_one_would_think() -> None:
    assert len(every_key()) > 150


def test_every_key_is_explained() -> None:
    for path in every_key():
        told = explained(path)
        assert told["key"] == ".".join(path)
        assert told["becomes"], path
        assert told["answers"], path
        for answer in told["answers"]:
            assert answer["about"] or path[-1] == "x", path
            assert answer["takes"], path


def test_a_machine_reads_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(said(["platform.cluster.pools", "--json"], capsys))
    assert told == json.loads(json.dumps(explained(["platform", "cluster", "pools"])))
    assert [each["providers"] for each in told["answers"]] == [[name] for name in MODELS]


def test_nothing_is_said_of_keys_that_do_not_exist() -> None:
    def exists(pattern: Path) -> bool:
        return tuple("x" if step == "*" else str(step) for step in pattern) in every_key()

    assert [pattern for pattern in CONSUMERS if not exists(pattern)] == []


def test_a_key_goes_where_the_one_above_it_goes() -> None:
    assert consumer(("teams", "fraud", "quota", "cpu")) == "the team's ResourceQuota"
    assert consumer(("teams", "fraud", "needs", 0, "to")) == consumer(("teams", "fraud", "needs"))


def test_a_person_reads_type_default_example_and_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(["teams.fraud.quota.cpu"], capsys).splitlines() == [
        "teams.fraud.quota.cpu",
        "  Cores: the sum of all requests.",
        "",
        "  takes    CPU such as 500m or 2",
        "  default  '4'",
        "  example  500m or '2'",
        "  becomes  the team's ResourceQuota",
    ]


def test_of_a_list_a_person_reads_what_each_item_takes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = said(["teams.fraud.needs"], capsys).splitlines()
    assert "  takes    a list, each text or a section with to" in told
    assert (
        "  bucket     One of the object store's buckets, which it may use as well as reach." in told
    )


def test_a_stack_is_asked_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    has = said(["teams.fraud.quota", "--stack", "sandbox"], capsys)
    assert "here     Pulumi.sandbox.yaml:" in has
    lacks = said(["teams.fraud.budget", "--stack", "sandbox"], capsys)
    assert "here     Pulumi.sandbox.yaml leaves it out" in lacks


def test_a_cluster_s_keys_are_those_of_each_provider_s_own_model() -> None:
    assert providers() == tuple(MODELS)
    for provider, model in MODELS.items():
        [whole] = answers(("platform", "cluster"), provider)
        assert set(whole.keys) == set(model.model_fields)
        for key, field in model.model_fields.items():
            [answer] = answers(("platform", "cluster", key), provider)
            if isinstance(field.default, str):
                assert yaml.safe_load(str(answer.default)) == field.default, (provider, key)


def test_an_answer_that_differs_is_given_for_each_provider_and_one_that_does_not_once() -> None:
    differs = answers(("platform", "cluster", "pools"))
    assert [answer.providers for answer in differs] == [(name,) for name in MODELS]
    [alike] = answers(("platform", "cluster", "endpoints", "x", "ports"))
    assert alike.providers == ()
    [own] = answers(("platform", "cluster", "account"))
    assert own.providers == ("eks",)
    [team] = answers(("teams", "x", "quota"), "eks")
    assert team.providers == ()


def test_a_person_reads_whose_each_answer_is(capsys: pytest.CaptureFixture[str]) -> None:
    whole = said(["platform.cluster.region"], capsys)
    assert "  with provider: eks\n    The region that everything is in.\n" in whole
    assert "  with provider: aks\n" in whole
    assert "with     provider: eks\n" in said(["platform.cluster.account"], capsys)
    narrow = said(["platform.cluster.region", "--provider", "aks"], capsys)
    assert "westeurope" in narrow
    assert "eu-central-1" not in narrow
    of_stack = said(["platform.cluster.region", "--stack", "prod-azure"], capsys)
    assert of_stack.startswith(narrow)


def test_a_section_s_keys_are_listed_with_whose_they_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = said(["platform.cluster.pools.x"], capsys).splitlines()
    rows = [line.split()[:2] for line in lines if line.startswith("  ") and line[2] != " "]
    assert ["nodes", "kind"] in rows
    assert ["instances", "eks"] in rows
    assert ["size", "aks"] in rows
    assert ["labels", "What"] in rows, "whoever makes the cluster"


def test_another_provider_s_key_is_named_as_such(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "platform.cluster.account", "--provider", "aks"]) == 3
    assert capsys.readouterr().err.strip().endswith("no such key; it belongs to eks")
    assert main(["explain", "platform.cluster.pools", "--provider", "ekss"]) == 3
    assert capsys.readouterr().err.strip().endswith("did you mean eks")
    lacks = said(["platform.cluster.account", "--stack", "dev"], capsys)
    assert "here     Pulumi.dev.yaml leaves it out: its provider is kind" in lacks


@pytest.mark.parametrize(
    ("key", "guess"),
    [
        ("teams.fraud.qouta", "quota"),
        ("tems", "teams"),
        ("platform.cluster.pools.gpu.taint", "taints"),
        ("ml-platform:teams.fraud.needs[0].too", "to"),
    ],
)
def test_a_slip_is_answered_with_what_was_probably_meant(
    key: str, guess: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", key]) == 3
    assert capsys.readouterr().err.strip().endswith(f"did you mean {guess}")


def test_the_schema_can_be_renewed_from_here(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(["--schema"], capsys) == schema_text(stack_schema())
    assert said(["waivers", "--schema"], capsys) == schema_text(waivers_schema())
