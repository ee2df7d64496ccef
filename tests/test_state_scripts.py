"""The scripts that make a place for state: what they ask of a cloud, by the cloud's own models.

`aws` and `az` are stood in for by a script that writes down what it is asked, since nothing here
has an account. Every call of `aws` is then held against botocore's models of the services; of `az`
there is no such model, and its calls have never been made.
"""

import json
import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name
from botocore.model import ListShape, Shape, StructureShape
from botocore.validate import ParamValidator

from tests import aws_models

SCRIPTS = Path(__file__).parents[1] / "scripts" / "state"
AWS = ("--bucket", "acme-pulumi-state", "--region", "eu-central-1")
PRINCIPAL = "11111111-2222-3333-4444-555555555555"
AZURE = (
    *("--group", "platform-state", "--location", "westeurope", "--account", "acmestate"),
    *("--vault", "acme-secrets", "--principal", PRINCIPAL),
)
SAYS = {
    "ad signed-in-user show": PRINCIPAL,
    "sts get-caller-identity": r"123456789012\tarn:aws:iam::123456789012:user/ada\n",
    "kms create-key": "0a1b2c3d-0000-4000-8000-1234567890ab",
    "account show": "99999999-2222-3333-4444-555555555555",
    "group exists": "false",
    "keyvault key show": "https://acme-secrets.vault.azure.net/keys/ml-platform-secrets/abc123",
}
THERE = {
    **SAYS,
    "kms list-aliases": "0a1b2c3d-0000-4000-8000-1234567890ab",
    "s3api list-buckets": "acme-pulumi-state",
    "group exists": "true",
    "storage account list": "acmestate",
    "keyvault list": "acme-secrets",
    "keyvault key list": "ml-platform-secrets",
}
_OF_THE_COMMAND_LINE = {"query", "output", "region"}


class Ran:
    """What a script has said and asked for."""

    def __init__(
        self, directory: Path, name: str, words: Sequence[str], answers: dict[str, str]
    ) -> None:
        cases = "".join(f'  "{verb} "*) printf "{text}" ;;\n' for verb, text in answers.items())
        log = directory / "calls"
        for tool in ("aws", "az"):
            stand_in = directory / tool
            stand_in.write_text(
                f"#!/bin/bash\nprintf '%s\\0' \"$@\" >> {log}\nprintf '\\n\\0' >> {log}\n"
                f'case "$* " in\n{cases}esac\n'
            )
            stand_in.chmod(0o755)
        environment = {"PATH": f"{directory}:{os.environ['PATH']}", "HOME": str(directory)}
        done = subprocess.run(
            [str(SCRIPTS / name), *words],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        self.environment = environment
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr
        text = log.read_text() if log.exists() else ""
        self.calls = [call.split("\0")[:-1] for call in text.split("\n\0")[:-1]]

    @property
    def verbs(self) -> list[str]:
        return [" ".join(_until_option(call)) for call in self.calls]


def _until_option(call: Sequence[str]) -> Iterator[str]:
    for word in call:
        if word.startswith("-"):
            return
        yield word


def faults(call: Sequence[str]) -> list[str]:
    """What botocore's models have against a call of `aws`."""
    service = {"s3api": "s3"}.get(call[0], call[0])
    model = aws_models.service(service)
    operations = {xform_name(name, "-"): name for name in model.operation_names}
    if call[1] not in operations:
        return [f"{call[0]} has no {call[1]}"]
    shape = model.operation_model(operations[call[1]]).input_shape
    members = {xform_name(name, "-"): (name, m) for name, m in shape.members.items()}
    given: dict[str, Any] = {}
    found: list[str] = []
    for flag, value in zip(call[2::2], call[3::2], strict=True):
        name = flag.removeprefix("--")
        if name in members:
            key, member = members[name]
            given[key] = json.loads(value) if member.type_name in {"structure", "list"} else value
            found += [f"{flag}: {fault}" for fault in words(member, given[key])]
        elif name not in _OF_THE_COMMAND_LINE:
            found.append(f"{' '.join(call[:2])} has no {flag}")
    report = ParamValidator().validate(given, shape)
    return [*found, *([report.generate_report()] if report.has_errors() else [])]


def words(shape: Shape, value: Any) -> Iterator[str]:
    """Words that are none of those that a service knows."""
    if isinstance(shape, StructureShape):
        for key, inner in value.items():
            if key in shape.members:
                yield from words(shape.members[key], inner)
    elif isinstance(shape, ListShape):
        for inner in value:
            yield from words(shape.member, inner)
    elif getattr(shape, "enum", None) and value not in shape.enum:
        yield f"{value} is none of {shape.enum}"


@pytest.mark.parametrize("region", ["eu-central-1", "us-east-1"])
@pytest.mark.parametrize("answers", [SAYS, THERE], ids=["nothing is there", "all is there"])
def test_aws_takes_every_call_as_botocore_knows_it(
    tmp_path: Path, answers: dict[str, str], region: str
) -> None:
    ran = Ran(tmp_path, "aws.sh", [*AWS[:2], "--region", region], answers)
    assert ran.code == 0, ran.err
    assert len(ran.calls) > 8
    assert [fault for call in ran.calls for fault in faults(call)] == []


def test_the_check_would_see_a_call_that_aws_refuses() -> None:
    assert faults(["s3api", "put-bucket-verzioning", "--bucket", "b"])
    assert faults(["s3api", "create-bucket", "--bukket", "b"])
    assert faults(["s3api", "create-bucket", "--object-ownership", "BucketOwnerEnforced"])
    wrong = '{"Status":"On"}'
    flags = ["--bucket", "b", "--versioning-configuration", wrong]
    assert faults(["s3api", "put-bucket-versioning", *flags])


@pytest.mark.parametrize(("name", "arguments"), [("aws.sh", AWS), ("azure.sh", AZURE)])
def test_what_is_there_is_not_made_again(
    tmp_path: Path, name: str, arguments: Sequence[str]
) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "old").mkdir()
    new = Ran(tmp_path / "new", name, arguments, SAYS)
    old = Ran(tmp_path / "old", name, arguments, THERE)
    assert (new.code, old.code) == (0, 0), new.err + old.err
    made = {verb for verb in new.verbs if re.search(r" create(-key|-alias|-bucket)?$", verb)}
    again = {verb for verb in old.verbs if re.search(r" create(-key|-alias|-bucket)?$", verb)}
    # These two say themselves that what they make is there.
    assert again <= {"role assignment create", "storage container create"}
    assert made - again
    assert new.out == old.out


@pytest.mark.parametrize(("name", "arguments"), [("aws.sh", AWS), ("azure.sh", AZURE)])
def test_shown_it_changes_nothing_and_prints_what_it_would_do(
    tmp_path: Path, name: str, arguments: Sequence[str]
) -> None:
    ran = Ran(tmp_path, name, [*arguments, "--show"], SAYS)
    assert ran.code == 0, ran.err
    asking = re.compile(r"( (get|list)[-\w]*| show| exists)$")
    assert ran.verbs
    assert [verb for verb in ran.verbs if not asking.search(verb)] == []
    assert len(re.findall(r"^\+ a(?:ws|z) ", ran.err, re.MULTILINE)) >= 7


def test_each_prints_a_backend_and_a_secrets_provider_for_the_next_command(tmp_path: Path) -> None:
    aws, azure = (
        Ran(tmp_path, name, arguments, SAYS).out
        for name, arguments in (("aws.sh", AWS), ("azure.sh", AZURE))
    )
    assert "s3://acme-pulumi-state?region=eu-central-1" in aws
    assert "awskms://alias/ml-platform-secrets?region=eu-central-1" in aws
    assert "azblob://pulumi-state" in azure
    # Without its version the newest key is meant, which opens nothing that an older one has sealed.
    assert "azurekeyvault://acme-secrets.vault.azure.net/keys/ml-platform-secrets/abc123" in azure


def test_a_bucket_s_policy_refuses_what_does_not_come_over_tls(tmp_path: Path) -> None:
    ran = Ran(tmp_path, "aws.sh", AWS, SAYS)
    (call,) = (call for call in ran.calls if call[1] == "put-bucket-policy")
    (statement,) = json.loads(call[call.index("--policy") + 1])["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    bucket = "arn:aws:s3:::acme-pulumi-state"
    assert statement["Resource"] == [bucket, f"{bucket}/*"]
    owners = [call for call in ran.calls if call[1].startswith("put-")]
    assert len(owners) == 5
    assert all("--expected-bucket-owner" in call for call in owners)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("aws.sh", ()),
        ("aws.sh", ("--bucket", "A", "--region", "eu-central-1")),
        ("aws.sh", ("--bucket", "a'; rm -rf x", "--region", "eu-central-1")),
        ("aws.sh", (*AWS, "--purge")),
        ("azure.sh", AZURE[:-2]),
        ("azure.sh", (*AZURE, "--principal-type", "Robot")),
    ],
)
def test_words_that_make_no_sense_ask_no_cloud(
    tmp_path: Path, name: str, arguments: Sequence[str]
) -> None:
    ran = Ran(tmp_path, name, arguments, SAYS)
    assert ran.code == 3
    assert ran.calls == []
    assert f"scripts/state/{name} --" in ran.err


def test_a_call_that_fails_stops_the_script_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "aws").write_text("#!/bin/bash\nexit 254\n")
    (tmp_path / "aws").chmod(0o755)
    done = subprocess.run(
        [str(SCRIPTS / "aws.sh"), *AWS],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 254
    assert "run the same command again" in done.stderr


def test_the_page_s_own_commands_are_understood_and_end_in_what_it_shows(tmp_path: Path) -> None:
    text = (SCRIPTS.parents[1] / "docs" / "state.md").read_text("utf-8")
    around = Ran(tmp_path, "aws.sh", (), SAYS).environment
    shown = re.findall(r"^\$ (scripts/state/(?:\\\n|.)+)$", text, re.MULTILINE)
    said = []
    for command in shown:
        done = subprocess.run(
            ["/bin/bash", "-c", command],
            cwd=SCRIPTS.parents[1],
            env=around,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        said.append(done.stdout)
    assert len(said) == 3
    addresses = re.findall(r"(?:s3|azblob|awskms|azurekeyvault)://[^'\s]+", "".join(said))
    assert len(addresses) == 6
    assert [each for each in addresses if each.replace("abc123", "VERSION") not in text] == []
