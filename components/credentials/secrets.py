"""From made-up words to Secrets: the platform's own, and those that teams are given. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Template
from typing import Any

import pulumi

from components.manifests import Manifest
from components.parts.part import Account, Credential
from components.tenancy.accounts import TeamAccount

Values = pulumi.Output[Mapping[str, str]]
Text = str | pulumi.Output[str]


class _Template(Template):
    """Names of words are those of teams, among others."""

    braceidpattern = r"[a-z0-9][-a-z0-9_]*"


@dataclass(frozen=True, kw_only=True, slots=True)
class Shared:
    """A Secret that goes into a team's namespace, once that is there."""

    team: str
    account: TeamAccount
    """What the team's workloads may know of it."""
    manifest: Manifest


def secret_of(credential: Credential, values: Values) -> Manifest:
    """The Secret in the platform's own namespace."""
    words = {word: f"${{{word}}}" for word in credential.words}
    metadata: dict[str, Any] = {"name": credential.name, "namespace": credential.namespace}
    if credential.labels:
        metadata["labels"] = dict(credential.labels)
    made = _texts({**words, **credential.templates}, values)
    return _secret(metadata, {**credential.plain, **made}, credential.type)


def shared_secrets(credential: Credential, values: Values) -> Iterator[Shared]:
    """The Secrets of the teams that have an account."""
    for account in credential.accounts:
        metadata = {"name": account.secret, "namespace": account.team}
        manifest = _secret(metadata, _texts(account.templates, values), "Opaque")
        yield Shared(team=account.team, account=_told(account, credential), manifest=manifest)


def _told(account: Account, credential: Credential) -> TeamAccount:
    return TeamAccount(
        endpoint=account.endpoint,
        secret=account.secret,
        keys=frozenset(account.templates),
        generation=credential.generation,
    )


def _secret(metadata: Manifest, keys: Mapping[str, Text], kind: str) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata,
        "type": kind,
        "stringData": {key: keys[key] for key in sorted(keys)},
    }


def _texts(templates: Mapping[str, str], values: Values) -> Mapping[str, pulumi.Output[str]]:
    return {key: _text(template, values) for key, template in templates.items()}


def _text(template: str, values: Values) -> pulumi.Output[str]:
    return values.apply(lambda known: _Template(template).substitute(known))
