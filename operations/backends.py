"""Where a stack's state and secrets are kept, and whether that can be used from here.

Looks at files and at which variables are set; asks no cloud, and repeats no variable's value.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import yaml

from operations.diagnosis import Level, Line
from operations.engine.state.place import backend_address

PAGE = "docs/state.md"
_PASSPHRASES = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE")


@dataclass(frozen=True, kw_only=True, slots=True)
class Cloud:
    """How a person is known to a cloud."""

    name: str
    log_in: str
    ways: tuple[tuple[str, ...], ...]
    """Variables that only count together."""
    files: tuple[str, ...]
    """What a login leaves at home."""


_AWS = Cloud(
    name="AWS",
    log_in="aws sso login, then export AWS_PROFILE=…",
    ways=(
        ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
        ("AWS_PROFILE",),
        ("AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"),
        ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",),
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI",),
    ),
    files=(".aws/credentials", ".aws/config"),
)
_AZURE = Cloud(
    name="Azure",
    log_in="az login",
    ways=(
        ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"),
        ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_FEDERATED_TOKEN_FILE"),
        ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_CERTIFICATE_PATH"),
    ),
    files=(".azure/azureProfile.json",),
)
_AZURE_BLOBS = replace(
    _AZURE,
    ways=(
        ("AZURE_STORAGE_ACCOUNT", "AZURE_STORAGE_KEY"),
        ("AZURE_STORAGE_SAS_TOKEN",),
        ("AZURE_STORAGE_CONNECTION_STRING",),
        *_AZURE.ways,
    ),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Lacking:
    """What an address leaves out."""

    what: str
    fix: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """What decides where a stack is kept."""

    stack: str
    settings: Mapping[str, Any]
    """The stack file's own keys."""
    project: Path
    environment: Mapping[str, str]
    home: Path

    def line(self, subject: str, says: str, fix: str | None = None) -> Line:
        """What was looked at; a fault if it has to be mended."""
        level = Level.OK if fix is None else Level.FAULT
        return Line(subject=f"{subject} of {self.stack}", level=level, says=says, fix=fix)

    def credentials(self, cloud: Cloud) -> str | None:
        """How this person is known there: variables' names or a file, never what they hold."""
        for names in cloud.ways:
            if all(self.environment.get(name) for name in names):
                return f"by {', '.join(names)}"
        there = (file for file in cloud.files if (self.home / file).is_file())
        return next((f"by ~/{file}" for file in there), None)

    def reached(
        self, subject: str, parts: SplitResult, cloud: Cloud, lacks: Lacking | None
    ) -> Line:
        """What can be said of an address in a cloud without asking it."""
        shown = _shown(parts)
        if lacks is not None:
            return self.line(subject, f"{shown} names no {lacks.what}", lacks.fix)
        known = self.credentials(cloud)
        if known is None:
            return self.line(subject, f"{shown}: nobody is logged in to {cloud.name}", cloud.log_in)
        return self.line(subject, f"{shown}, {known}; {cloud.name} was not asked")


def backend_lines(stack: str, file: Path, project: Path) -> tuple[Line, Line]:
    """The backend and the secrets provider of a person's own stack."""
    settings = yaml.safe_load(file.read_text("utf-8"))
    here = Surroundings(
        stack=stack,
        settings=settings,
        project=project,
        environment=os.environ,
        home=Path.home(),
    )
    return backend_line(here), secrets_line(here)


def backend_line(here: Surroundings) -> Line:
    """Whether state can be read and written."""
    address = backend_address(here.environment, here.project)
    if not address:
        fix = f"export PULUMI_BACKEND_URL=…, or `pulumi login` once; which: {PAGE}"
        return here.line("backend", "none is chosen", fix)
    parts = urlsplit(address)
    looks: Mapping[str, Callable[[Surroundings, SplitResult], Line]] = {
        "file": _directory,
        "s3": _bucket,
        "azblob": _container,
        "https": _service,
    }
    if parts.scheme not in looks:
        fix = f"choose s3://, azblob:// or file://: {PAGE}"
        return here.line("backend", f"{_shown(parts)} is none that is known here", fix)
    return looks[parts.scheme](here, parts)


def secrets_line(here: Surroundings) -> Line:
    """Whether the stack's secrets can be opened."""
    provider = str(here.settings.get("secretsprovider") or "passphrase")
    parts = urlsplit(provider)
    match parts.scheme:
        case "awskms":
            return _key(here, parts)
        case "azurekeyvault":
            return _vault(here, parts)
        case "" if provider in {"passphrase", "default"}:
            return _passphrase(here)
        case _:
            fix = f"choose awskms://, azurekeyvault:// or passphrase: {PAGE}"
            return here.line("secrets", f"{_shown(parts)} is none that is known here", fix)


def _directory(here: Surroundings, parts: SplitResult) -> Line:
    path = Path(unquote(f"{parts.netloc}{parts.path}")).expanduser()
    path = path if path.is_absolute() else here.project / path
    if not path.is_dir():
        return here.line("backend", f"{path} is no directory", f"mkdir -p {path}")
    if not os.access(path, os.W_OK | os.X_OK):
        return here.line(
            "backend", f"{path} is not writable", f"chown it, or choose another: {PAGE}"
        )
    return here.line("backend", f"{path}, on this machine only")


def _bucket(here: Surroundings, parts: SplitResult) -> Line:
    fix = f"put ?region=… behind it, or export AWS_REGION: {PAGE}"
    return here.reached("backend", parts, _AWS, _region_lacking(here, parts, fix))


def _container(here: Surroundings, parts: SplitResult) -> Line:
    variables = ("AZURE_STORAGE_ACCOUNT", "AZURE_STORAGE_CONNECTION_STRING")
    stated = "storage_account" in parse_qs(parts.query)
    if stated or any(here.environment.get(name) for name in variables):
        return here.reached("backend", parts, _AZURE_BLOBS, None)
    fix = f"export AZURE_STORAGE_ACCOUNT=…: {PAGE}"
    lacks = Lacking(what="storage account", fix=fix)
    return here.reached("backend", parts, _AZURE_BLOBS, lacks)


def _service(here: Surroundings, parts: SplitResult) -> Line:
    """Pulumi Cloud or one's own: the engine has checked the login when it was made."""
    return here.line("backend", f"{_shown(parts)}, as `pulumi login` has left it")


def _passphrase(here: Surroundings) -> Line:
    words, file = (here.environment.get(name) for name in _PASSPHRASES)
    if words is not None:
        return here.line("secrets", f"a passphrase, by {_PASSPHRASES[0]}")
    if file and os.access(file, os.R_OK):
        return here.line("secrets", f"a passphrase, by {_PASSPHRASES[1]}")
    says = f"{file} cannot be read" if file else "a passphrase, and none is at hand"
    return here.line("secrets", says, f"export {_PASSPHRASES[1]}=FILE: {PAGE}")


def _key(here: Surroundings, parts: SplitResult) -> Line:
    if not here.settings.get("encryptedkey"):
        return _not_begun(here, parts)
    fix = f"export AWS_REGION, or put ?region=… behind secretsprovider: {PAGE}"
    return here.reached("secrets", parts, _AWS, _region_lacking(here, parts, fix))


def _vault(here: Surroundings, parts: SplitResult) -> Line:
    if not here.settings.get("encryptedkey"):
        return _not_begun(here, parts)
    steps = [step for step in parts.path.split("/") if step]
    fix = f"name the version: once the key is rotated, the newest opens nothing older: {PAGE}"
    versionless = len(steps) < 3  # noqa: PLR2004 - keys, name, version
    lacks = Lacking(what="version of its key", fix=fix) if versionless else None
    return here.reached("secrets", parts, _AZURE, lacks)


def _not_begun(here: Surroundings, parts: SplitResult) -> Line:
    fix = f"pulumi stack init {here.stack} --secrets-provider=…, with this address: {PAGE}"
    says = f"{_shown(parts)}, and the stack has no encryptedkey yet"
    return here.line("secrets", says, fix)


def _region_lacking(here: Surroundings, parts: SplitResult, fix: str) -> Lacking | None:
    """None where the address or the environment has one."""
    variables = ("AWS_REGION", "AWS_DEFAULT_REGION")
    stated = "region" in parse_qs(parts.query)
    if stated or any(here.environment.get(name) for name in variables):
        return None
    return Lacking(what="region", fix=fix)


def _shown(parts: SplitResult) -> str:
    """An address without what may be a secret: user, password, parameters."""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
