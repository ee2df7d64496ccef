"""The pack as the engine meets it: what it offers, at which levels, and how it starts and ends."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import grpc
import pytest
from pulumi.runtime.proto import analyzer_pb2

from assurance.graph.values import Level
from assurance.guardrails.rules import EVERY
from assurance.proofs.registry import available
from tests.policies.corpus import homes, in_
from tests.policies.stacks import closed, deployment, graph
from tests.policies.wire import PACK, Pack, hosted

ROOT = PACK.parent


def test_the_pack_offers_every_guardrail_with_all_that_is_said_of_it(pack: Pack) -> None:
    offered = {policy.name: policy for policy in pack.info().policies}
    for rule in EVERY:
        policy = offered[rule.name]
        assert policy.policy_type == analyzer_pb2.POLICY_TYPE_RESOURCE
        assert (policy.description, policy.remediation_steps) == (rule.title, rule.remedy)
        severity = analyzer_pb2.PolicySeverity.Name(policy.severity)
        assert severity == f"POLICY_SEVERITY_{rule.severity.upper()}"
        assert list(policy.tags) == [f"{c.framework}: {c.id}" for c in rule.frameworks]
        assert bool(policy.framework.name and policy.framework.version) is bool(rule.frameworks)
    print(f"{len(EVERY)} guardrails")  # noqa: T201 - counted


def test_the_pack_offers_every_proof_and_a_name_for_what_nobody_can_judge(pack: Pack) -> None:
    offered = {policy.name: policy for policy in pack.info().policies}
    proofs = {each.name: each for each in available() if each.name != "guardrails"}
    assert len(proofs) > 1
    assert set(offered) == {rule.name for rule in EVERY} | set(proofs) | {"unknown"}
    for name, described in proofs.items():
        assert offered[name].policy_type == analyzer_pb2.POLICY_TYPE_STACK
        assert offered[name].description == described.title


def test_where_a_policy_says_one_may_read_on_there_is_something_to_read(pack: Pack) -> None:
    for policy in pack.info().policies:
        page, _, anchor = policy.url.partition("#")
        assert f'<a id="{anchor}"></a>' in (ROOT / page).read_text(encoding="utf-8"), policy.url


def test_levels_given_to_the_engine_decide(pack: Pack) -> None:
    whole = graph([*homes(), in_("platform", deployment("", "app"), "api")])
    for stated in ("advisory", "mandatory"):
        pack.configure(all="disabled", images_have_a_version=stated)
        assert [one.level for one in pack.judge(whole)] == [Level(stated)]
    pack.configure(all="disabled")
    assert pack.judge(whole) == []


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with levels of its own."""
    (tmp_path / "policies" / "levels").mkdir(parents=True)
    return tmp_path


def write(project: Path, stack: str, **levels: str) -> None:
    text = json.dumps({name.replace("_", "-"): level for name, level in levels.items()})
    (project / "policies" / "levels" / f"{stack}.json").write_text(text)


def test_a_stacks_own_levels_are_found_by_its_name(project: Path) -> None:
    finer = {"tenancy/quota": "advisory"}
    write(project, "lenient", all="disabled", images_have_a_version="advisory", **finer)
    with hosted(project) as pack:
        info = pack.info("organization/ml-platform/lenient")
        levels = {policy.name: policy.enforcementLevel for policy in info.policies}
        assert levels["images-have-a-version"] == analyzer_pb2.ADVISORY
        assert levels["roles-have-no-wildcards"] == analyzer_pb2.DISABLED
        assert list(info.initialConfig) == ["tenancy/quota"]
        said = pack.judge(graph([*homes(), in_("platform", deployment("", "app"), "api")]))
        assert {one.level for one in said} == {Level.ADVISORY}
        assert "images-have-a-version" in {one.policy for one in said}


def test_one_rule_of_a_proof_may_be_taken_otherwise_than_the_others(project: Path) -> None:
    finer = {"tenancy/quota": "disabled", "tenancy/limits": "advisory"}
    write(project, "finer", all="disabled", tenancy="mandatory", **finer)
    open_ = [m for m in closed("fraud") if m["kind"] == "Namespace"]
    with hosted(project) as pack:
        pack.info("finer")
        said = {one.message.split()[0]: one.level for one in pack.judge(graph(open_))}
    assert said == {
        "tenancy/limits:": Level.ADVISORY,
        "tenancy/denies-ingress:": Level.MANDATORY,
        "tenancy/denies-egress:": Level.MANDATORY,
    }


def test_in_a_stack_without_levels_only_what_does_little_harm_is_mere_advice(
    project: Path,
) -> None:
    with hosted(project) as pack:
        offered = pack.info("dev").policies
    low = analyzer_pb2.POLICY_SEVERITY_LOW
    harmless = {policy.name for policy in offered if policy.severity == low}
    advice = {p.name for p in offered if p.enforcementLevel == analyzer_pb2.ADVISORY}
    mandatory = {p.name for p in offered if p.enforcementLevel == analyzer_pb2.MANDATORY}
    assert (advice, len(mandatory)) == (harmless, len(offered) - len(harmless))
    assert harmless


def test_an_engine_that_names_the_stack_in_the_environment_alone_is_understood(
    project: Path,
) -> None:
    write(project, "lenient", all="disabled")
    with hosted(project, "lenient") as pack:
        levels = {policy.enforcementLevel for policy in pack.info().policies}
    assert levels == {analyzer_pb2.DISABLED}


def test_levels_that_nobody_understands_stop_the_run_with_file_and_key(project: Path) -> None:
    write(project, "wrong", images_have_a_versoin="mandatory", isolation="strict")
    with hosted(project) as pack, pytest.raises(grpc.RpcError) as refused:
        pack.info("wrong")
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "policies/levels/wrong.json: images-have-a-versoin: no such rule; did you mean" in str(
        refused.value.details()
    )


def test_levels_belong_to_stacks_and_every_stack_has_some() -> None:
    stacks = {path.name.split(".")[1] for path in ROOT.glob("Pulumi.*.yaml")}
    assert stacks
    assert {path.stem for path in (PACK / "levels").iterdir()} == stacks


@pytest.mark.e2e
@pytest.mark.parametrize("shell", ['exec "$@"', "trap '' INT; exec \"$@\""])
def test_a_pack_that_the_engine_ends_goes_without_a_word(shell: str) -> None:
    """Started as the language host does it, from wherever that is; by a background job as well."""
    serving = [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(PACK)]
    command = ["/bin/sh", "-c", shell, "sh", *serving]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd="/", stdout=pipe, stderr=pipe) as process:
        assert process.stdout
        assert int(process.stdout.readline()) > 0
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=10)
    assert (process.returncode, *said) == (0, b"", b"")


@pytest.mark.e2e
def test_a_pack_whose_engine_was_killed_ends_by_itself() -> None:
    """The shell stands for the engine: it starts the pack, and dies."""
    script = f'"{PACK / "run"}" 127.0.0.1:1 & echo $!; sleep 60'
    env = {**os.environ, "PULUMI_PYTHON_CMD": sys.executable}
    with subprocess.Popen(["/bin/sh", "-c", script], env=env, stdout=subprocess.PIPE) as shell:
        assert shell.stdout
        pid = int(shell.stdout.readline())
        assert int(shell.stdout.readline()) > 0
        shell.kill()
    deadline = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists() and _state(pid) != "Z":
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
    except FileNotFoundError:
        return "Z"
