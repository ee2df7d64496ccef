"""What doctor says of where a stack's state and secrets are kept, and what it never repeats."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from operations.backends import Surroundings, backend_line, secrets_line
from operations.cli import main
from operations.diagnosis import Level, Line

CANARY = "canary-7a1f"
AWS = {"AWS_ACCESS_KEY_ID": CANARY, "AWS_SECRET_ACCESS_KEY": CANARY, "AWS_REGION": "eu-west-1"}
AZURE = {"AZURE_TENANT_ID": CANARY, "AZURE_CLIENT_ID": CANARY, "AZURE_CLIENT_SECRET": CANARY}
S3, BLOB = "s3://acme-state?region=eu-west-1", "azblob://state?storage_account=acme"
KMS = "awskms://alias/ml-platform-secrets?region=eu-west-1"
VAULT = "azurekeyvault://acme.vault.azure.net/keys/ml-platform-secrets"
KEY = {"encryptedkey": "QUJD"}


def around(
    directory: Path, settings: Mapping[str, Any] | None = None, **variables: str
) -> Surroundings:
    return Surroundings(
        stack="prod",
        settings=settings or {},
        project=directory,
        environment={"PULUMI_HOME": str(directory), **variables},
        home=directory / "home",
    )


def checked(line: Line) -> Line:
    assert (line.fix is None) == (line.level is Level.OK)
    assert line.fix is None or "docs/state.md" in line.fix or "log" in line.fix or "mk" in line.fix
    assert CANARY not in repr(line)
    return line


@pytest.mark.parametrize(
    ("address", "variables", "fault"),
    [
        ("", {}, "none is chosen"),
        (S3, AWS, None),
        (S3, {}, "nobody is logged in to AWS"),
        (S3, {"AWS_PROFILE": "prod"}, None),
        (S3, {"AWS_ACCESS_KEY_ID": "half"}, "nobody is logged in to AWS"),
        ("s3://acme-state", {"AWS_PROFILE": "prod"}, "names no region"),
        ("s3://acme-state", AWS, None),
        (BLOB, AZURE, None),
        (BLOB, {}, "nobody is logged in to Azure"),
        ("azblob://state", AZURE, "names no storage account"),
        ("azblob://state", {"AZURE_STORAGE_ACCOUNT": "a", "AZURE_STORAGE_KEY": CANARY}, None),
        ("azblob://state", {"AZURE_STORAGE_CONNECTION_STRING": CANARY}, None),
        ("https://api.pulumi.com", {}, None),
        (f"ftp://user:{CANARY}@state", {}, "none that is known here"),
        (f"{S3}&secret={CANARY}", AWS, None),
    ],
)
def test_a_backend_that_can_be_used_and_one_that_cannot(
    tmp_path: Path, address: str, variables: dict[str, str], fault: str | None
) -> None:
    here = around(tmp_path, None, PULUMI_BACKEND_URL=address, **variables)
    line = checked(backend_line(here))
    assert (line.level is Level.FAULT) == (fault is not None), line
    assert (fault or "") in line.says


def test_a_directory_must_be_there_and_writable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "state"
    here = around(tmp_path, PULUMI_BACKEND_URL=f"file://{state}")
    assert checked(backend_line(here)).fix == f"mkdir -p {state}"
    state.mkdir()
    assert checked(backend_line(here)).level is Level.OK
    monkeypatch.setattr("os.access", lambda *_: False)
    assert "not writable" in checked(backend_line(here)).says


def test_a_login_of_the_command_line_counts_and_so_does_the_project_s_own_choice(
    tmp_path: Path,
) -> None:
    (tmp_path / "credentials.json").write_text(f'{{"current": "{S3}"}}')
    (tmp_path / "home" / ".aws").mkdir(parents=True)
    (tmp_path / "home" / ".aws" / "config").write_text("[default]\n")
    line = checked(backend_line(around(tmp_path)))
    assert line.says.startswith("s3://acme-state, by ~/.aws/config")
    (tmp_path / "Pulumi.yaml").write_text("name: p\nruntime: python\nbackend: {url: 'ftp://x'}\n")
    assert checked(backend_line(around(tmp_path))).level is Level.FAULT


@pytest.mark.parametrize(
    ("settings", "variables", "fault"),
    [
        ({}, {}, "none is at hand"),
        ({"encryptionsalt": "v1:x"}, {"PULUMI_CONFIG_PASSPHRASE": CANARY}, None),
        ({}, {"PULUMI_CONFIG_PASSPHRASE": ""}, None),
        ({}, {"PULUMI_CONFIG_PASSPHRASE_FILE": "/nowhere/at/all"}, "cannot be read"),
        ({}, {"PULUMI_CONFIG_PASSPHRASE_FILE": __file__}, None),
        ({"secretsprovider": "passphrase"}, {}, "none is at hand"),
        ({"secretsprovider": KMS, **KEY}, AWS, None),
        ({"secretsprovider": KMS, **KEY}, {}, "nobody is logged in to AWS"),
        ({"secretsprovider": KMS}, AWS, "no encryptedkey yet"),
        ({"secretsprovider": KMS.partition("?")[0], **KEY}, {"AWS_PROFILE": "p"}, "no region"),
        ({"secretsprovider": f"{VAULT}/0123", **KEY}, AZURE, None),
        ({"secretsprovider": f"{VAULT}/0123", **KEY}, {}, "nobody is logged in to Azure"),
        ({"secretsprovider": VAULT, **KEY}, AZURE, "no version of its key"),
        ({"secretsprovider": VAULT}, AZURE, "no encryptedkey yet"),
        ({"secretsprovider": "gcpkms://x", **KEY}, {}, "none that is known here"),
    ],
)
def test_a_secrets_provider_that_can_be_used_and_one_that_cannot(
    tmp_path: Path, settings: dict[str, str], variables: dict[str, str], fault: str | None
) -> None:
    line = checked(secrets_line(around(tmp_path, settings, **variables)))
    assert (line.level is Level.FAULT) == (fault is not None), line
    assert (fault or "") in line.says


def test_doctor_looks_at_the_stack_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stacks = Path(__file__).parents[1] / "data" / "stacks"
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{tmp_path / 'gone'}")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", CANARY)
    (tmp_path / "Pulumi.yaml").write_text("name: ml-platform\nruntime: python\n")
    (tmp_path / "Pulumi.prod.yaml").write_text((stacks / "readme.yaml").read_text())
    monkeypatch.chdir(tmp_path)
    assert main(["doctor", "--stack", "prod"]) == 1
    said = capsys.readouterr().out
    assert "backend of prod" in said
    assert f"mkdir -p {tmp_path / 'gone'}" in said
    assert "a passphrase, by PULUMI_CONFIG_PASSPHRASE" in said
    assert CANARY not in said
