"""Secrets: each has a team, and each key that is read is there."""

from collections.abc import Iterator, Sequence

from components.config.draft import Draft
from components.config.faults import Problem
from components.config.models import PlatformConfig
from components.config.wording import one_of
from components.secrets.section import EXTERNAL
from components.tenancy.secrets import PLATFORM
from components.tenancy.workloads.env_section import SecretValue
from providers.config import PlatformReference


def secrets_have_a_team(draft: Draft) -> Iterator[Problem]:
    """A secret goes into its team's namespace; the platform's own are for its sections."""
    if ("teams",) in draft.broken:
        return
    own = isinstance(draft.platform, PlatformConfig)
    for team in draft.secrets:
        if team not in draft.team_names() and not (own and team == PLATFORM):
            message = one_of(draft.team_names(), team, of="the teams of this file")
            yield Problem(path=("secrets", team), message=message)


def secrets_are_kept_outside(draft: Draft) -> Iterator[Problem]:
    """What a team wants from outside, this stack's platform brings, under a name of its own."""
    for team, config in draft.teams.items():
        for name in config.external_secrets:
            message = _not_brought(draft)
            if message is None and name in draft.secrets.get(team, {}):
                message = f"expected another name, got {name}: it is among ml-platform:secrets"
            if message is not None:
                path = ("teams", team, "external_secrets", name)
                yield Problem(path=path, message=message)


def _not_brought(draft: Draft) -> str | None:
    match draft.platform:
        case PlatformReference():
            return (
                "expected none in a stack of teams: it has no rights in the cloud; the team "
                f"belongs into stack {draft.platform.from_stack}"
            )
        case PlatformConfig():
            brought = draft.platform.secrets
            if (brought is None or brought.kind != EXTERNAL) and draft.whole("platform", "secrets"):
                return "expected platform.secrets with kind: external beside it, got none"
    return None


def secret_keys_exist(draft: Draft) -> Iterator[Problem]:
    """A secret of this file has the keys that workloads read; others may come from elsewhere."""
    for team, name, workload in draft.workloads():
        for variable, value in workload.env.items():
            if not isinstance(value, SecretValue):
                continue
            of, keys = _keys(draft, team, value.secret)
            if keys is not None and value.key not in keys:
                path = ("teams", team, "workloads", name, "env", variable, "key")
                yield Problem(path=path, message=one_of(keys, value.key, of=of))


def _keys(draft: Draft, team: str, secret: str) -> tuple[str, Sequence[str] | None]:
    """What the file says of a secret, and where; None where it says nothing."""
    outside = draft.teams[team].external_secrets.get(secret)
    if outside is not None:
        return f"the keys of teams.{team}.external_secrets.{secret}", outside.keys
    return f"the keys of secrets.{team}.{secret}", draft.secrets.get(team, {}).get(secret)
