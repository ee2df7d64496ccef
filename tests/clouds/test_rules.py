"""Rules about resources of clouds: written about what there is, kept by good programs."""

import importlib.util
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from azure.mgmt.containerservice import models as containerservice
from azure.mgmt.keyvault import models as keyvault
from azure.mgmt.postgresqlflexibleservers import models as postgresql
from azure.mgmt.redisenterprise import models as redis
from azure.mgmt.storage import models as storage

from assurance.graph.intent import Intent
from assurance.guardrails import Guardrail, Outcome, judge
from assurance.guardrails import predicate as p
from assurance.guardrails.admission import to_cel
from assurance.guardrails.documents import policy
from assurance.guardrails.guardrail import Resources
from assurance.guardrails.rules import ALL, AROUND, BY_TYPE, CLOUDS
from assurance.guardrails.surroundings import AFTER, BESIDE, FROM, PROTECT, TOKEN
from assurance.proofs.findings import Status
from assurance.proofs.guardrails import guardrails
from tests import aws_models
from tests.clouds.recorded import CLOUDS as SAMPLES
from tests.clouds.recorded import MODES, Mode, path, record_now, recorded

OWN = {AFTER, BESIDE, FROM, PROTECT, TOKEN}
DOCUMENTS = {"policy", "assumeRolePolicy", "configurationValues"}


@pytest.mark.parametrize("rule", CLOUDS, ids=lambda rule: rule.name)
def test_a_rule_says_what_it_wants_what_to_do_and_why(rule: Guardrail) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", rule.name)
    assert rule.title.endswith(".")
    assert rule.remedy.endswith(".")
    assert len(rule.page) > 40
    assert isinstance(rule.applies.of, Resources)


def test_names_are_unique_and_no_api_server_is_asked() -> None:
    names = [rule.name for rule in (*ALL, *CLOUDS)]
    assert len(set(names)) == len(names)
    with pytest.raises(TypeError, match="no API server is shown"):
        to_cel(CLOUDS[0])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("cloud", SAMPLES)
def test_a_good_program_keeps_every_rule_before_anything_exists_and_after(
    cloud: str, mode: Mode
) -> None:
    result = guardrails(recorded(cloud, mode), Intent())
    assert {found.status for found in result.findings} == {Status.PROVED}
    assert result.population["verdicts"] >= 33
    assert result.population["cloud resources"] >= 13


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.e2e
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("cloud", SAMPLES)
def test_the_sample_programs_still_register_what_was_recorded(cloud: str, mode: Mode) -> None:
    """Once with the real SDK: it spells the inputs."""
    written = json.loads(json.dumps(record_now(cloud, mode)))
    assert written == json.loads(path(cloud, mode).read_text())


def paths(require: p.Predicate, token: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every path that a rule looks at, with the type that it is about; lists are gone through."""
    match require:
        case p.Every() | p.Some():
            for at in require.lists:
                yield from _below(at.steps, require.require, token)
        case p.Not():
            yield from paths(require.negated, token)
        case p.AllOf() | p.AnyOf():
            for part in require.parts:
                yield from paths(part, token)
        case p.EveryEntry() | p.Image():
            pytest.fail("no rule about clouds looks at those")
        case _:
            assert isinstance(require.term, p.Path)
            yield token, require.term.steps


def _below(
    steps: tuple[str, ...], require: p.Predicate, token: str
) -> Iterator[tuple[str, tuple[str, ...]]]:
    if steps[:1] == (BESIDE,):
        yield from paths(require, steps[1])
    elif steps[:1] in {(FROM,), (AFTER,)}:
        tokens = [
            part.value
            for part in require.parts  # type: ignore[union-attr]  # AllOf, by how rules are written
            if isinstance(part, p.Equals) and part.term == p.at(TOKEN)
        ]
        assert len(tokens) == 1
        yield token, steps[1:2]
        yield from paths(require, str(tokens[0]))
    else:
        yield token, steps
        for _, more in paths(require, token):
            yield token, (*steps, *more)


@cache
def source(token: str) -> str:
    """What the cloud's own SDK says of a type, and of everything that its inputs hold."""
    package, module, kind = token.split(":")
    name = "pulumi_" + package.replace("-", "_")
    found = importlib.util.find_spec(name)
    assert found
    assert found.origin
    folder = Path(found.origin).parent / module.partition("/")[0]
    snake = re.sub(r"(?<!^)(?=[A-Z])", "_", kind).lower()
    texts = [folder / f"{snake}.py", folder / "_inputs.py"]
    written = "".join(path.read_text() for path in texts if path.exists())
    assert f"'{token}'" in written, f"no such type: {token}"
    return written


def types(rule: Guardrail) -> tuple[str, ...]:
    assert isinstance(rule.applies.of, Resources)
    return rule.applies.of.types


def spells(token: str, steps: tuple[str, ...]) -> bool:
    """Whether a type has inputs of these names, one below the other or not."""
    snakes = [re.sub(r"(?<!^)(?=[A-Z])", "_", step).lower() for step in steps]
    return all(
        f'"{step}"' in source(token) or f"def {snake}(" in source(token)
        for step, snake in zip(steps, snakes, strict=True)
    )


def test_every_type_and_every_input_that_a_rule_looks_at_is_one_of_the_sdks() -> None:
    """A rule about several types may look at what only some of them have."""
    seen: set[tuple[str, tuple[str, ...]]] = set()
    faults = []
    for rule in CLOUDS:
        looked = {each for token in types(rule) for each in paths(rule.require, token)}
        for token, steps in looked:
            if steps and steps[0] not in OWN | DOCUMENTS:
                seen.add((token, steps))
                several = types(rule) if token in types(rule) else (token,)
                if not any(spells(each, steps) for each in several):
                    faults.append((rule.name, token, steps))
    assert faults == []
    assert len({token for token, _ in seen}) > 35
    assert len(seen) > 120
    print(f"{len(seen)} inputs of {len({token for token, _ in seen})} types")  # noqa: T201 - counted


def shape(service: str, name: str) -> set[str]:
    return set(aws_models.service(service).shape_for(name).enum)


@pytest.mark.parametrize(
    ("words", "known"),
    [
        ({"aws:kms", "aws:kms:dsse"}, lambda: shape("s3", "ServerSideEncryption")),
        ({"Enabled"}, lambda: shape("s3", "BucketVersioningStatus")),
        ({"BucketOwnerEnforced"}, lambda: shape("s3", "ObjectOwnership")),
        ({"required"}, lambda: shape("ec2", "LaunchTemplateHttpTokensState")),
        ({"required", "preferred"}, lambda: shape("elasticache", "TransitEncryptionMode")),
        (
            {"api", "audit", "authenticator", "controllerManager", "scheduler"},
            lambda: shape("eks", "LogType"),
        ),
        ({"API"}, lambda: shape("eks", "AuthenticationMode")),
        ({"IMMUTABLE"}, lambda: shape("ecr", "ImageTagMutability")),
        ({"KMS"}, lambda: shape("ecr", "EncryptionType")),
        ({"ALL", "REJECT"}, lambda: shape("ec2", "TrafficType")),
        ({"TLS1_2", "TLS1_3"}, lambda: {e.value for e in storage.MinimumTlsVersion}),
        ({"None"}, lambda: {e.value for e in storage.PublicAccess}),
        (
            {"Disabled", "SecuredByPerimeter"},
            lambda: {e.value for e in storage.PublicNetworkAccess},
        ),
        ({"Deny"}, lambda: {e.value for e in storage.DefaultAction}),
        ({"Deny"}, lambda: {e.value for e in keyvault.NetworkRuleAction}),
        ({"cilium", "calico", "azure"}, lambda: {e.value for e in containerservice.NetworkPolicy}),
        (
            {"patch", "stable", "rapid", "node-image"},
            lambda: {e.value for e in containerservice.UpgradeChannel},
        ),
        (
            {"NodeImage", "SecurityPatch"},
            lambda: {e.value for e in containerservice.NodeOSUpgradeChannel},
        ),
        (
            {"Disabled"},
            lambda: {e.value for e in postgresql.ServerPublicNetworkAccessState},
        ),
        ({"1.2"}, lambda: {e.value for e in redis.TlsVersion}),
        ({"Plaintext"}, lambda: {e.value for e in redis.Protocol}),
    ],
)
def test_words_that_a_rule_compares_with_are_the_clouds_own(words: set[str], known: Any) -> None:
    assert words <= known()


@pytest.mark.parametrize(
    ("rule", "token", "inputs"),
    [
        ("policies-name-their-actions", "p", {"Action": "s3:*", "Resource": "arn:a"}),
        ("policies-name-their-actions", "p", {"Action": "*:*", "Resource": "arn:a"}),
        ("policies-name-their-actions", "p", {"NotAction": ["iam:x"], "Resource": "arn:a"}),
        ("policies-name-what-is-written", "p", {"Action": "s3:PutObject", "Resource": "*"}),
        ("policies-name-what-is-written", "p", {"Action": "s3:PutObject", "NotResource": "a"}),
        ("roles-are-passed-on-by-name", "p", {"Action": "iam:Pass*", "Resource": "*"}),
        ("roles-are-taken-on-by-somebody", "t", {"Principal": "*", "Action": "sts:AssumeRole"}),
        ("roles-are-taken-on-by-somebody", "t", {"Principal": {"AWS": "*"}, "Action": "x"}),
        ("roles-are-taken-on-by-somebody", "t", {"Principal": {"Federated": "a"}, "Action": "x"}),
        ("resources-are-shared-with-somebody", "p", {"Principal": "*", "Action": "s3:GetObject"}),
        ("resources-are-shared-with-somebody", "p", {"Principal": {"AWS": ["*"]}, "Action": "x"}),
    ],
    ids=str,
)
def test_a_policy_that_is_too_wide_is_refused_by_name(
    rule: str, token: str, inputs: dict[str, Any]
) -> None:
    (found,) = (each for each in CLOUDS if each.name == rule)
    key = {"p": "policy", "t": "assumeRolePolicy"}[token]
    for effect, outcome in (("Allow", Outcome.REFUSED), ("Deny", Outcome.ACCEPTED)):
        document = policy({"Statement": {**inputs, "Effect": effect}})
        assert judge(found, {key: document}, {}).outcome is outcome


def test_rules_that_look_around_wait_for_the_whole_stack() -> None:
    assert 15 < len(AROUND) < len(CLOUDS)
    assert "buckets-are-closed-to-the-public" in AROUND
    assert "databases-have-no-public-address" not in AROUND
    assert len(BY_TYPE) > 35
