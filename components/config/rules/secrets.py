"""Secrets: each has a team, and each key that is read is there."""

from collections.abc import Iterator

from components.config.draft import Draft
from components.config.faults import Problem
from components.config.models import PlatformConfig
from components.config.wording import one_of
from components.tenancy.secrets import PLATFORM
from components.tenancy.workloads.env_section import SecretValue


def secrets_have_a_team(draft: Draft) -> Iterator[Problem]:
    """A secret goes into its team's namespace; the platform's own are for its sections."""
    if ("teams",) in draft.broken:
        return
    own = isinstance(draft.platform, PlatformConfig)
    for team in draft.secrets:
        if team not in draft.team_names() and not (own and team == PLATFORM):
            message = one_of(draft.team_names(), team, of="the teams of this file")
            yield Problem(path=("secrets", team), message=message)


def secret_keys_exist(draft: Draft) -> Iterator[Problem]:
    """A secret of this file has the keys that workloads read; others may come from elsewhere."""
    for team, name, workload in draft.workloads():
        for variable, value in workload.env.items():
            keys = draft.secrets.get(team, {}).get(getattr(value, "secret", ""), None)
            if isinstance(value, SecretValue) and keys is not None and value.key not in keys:
                path = ("teams", team, "workloads", name, "env", variable, "key")
                of = f"the keys of secrets.{team}.{value.secret}"
                yield Problem(path=path, message=one_of(keys, value.key, of=of))
