"""Secrets: each has a team, and each key that is read is there."""

from collections.abc import Iterator

from components.config.draft import Draft
from components.config.faults import Problem
from components.config.wording import one_of
from components.tenancy.workloads.env_section import SecretValue


def secrets_have_a_team(draft: Draft) -> Iterator[Problem]:
    """A secret goes into its team's namespace."""
    if ("teams",) in draft.broken:
        return
    for team in draft.secrets:
        if team not in draft.team_names():
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
