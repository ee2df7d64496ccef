"""The database's connections: every team that needs it has its own, and all of them are there."""

from collections.abc import Iterator

from components.config.draft import Draft
from components.config.faults import Problem
from components.config.models import PlatformConfig
from components.database.section import DATABASE, SERVERS_OWN
from components.tenancy.grants import needed

_KEY = ("platform", "database", "connections")


def connections_suffice(draft: Draft) -> Iterator[Problem]:
    """A cloud's server has no role of a team's, and takes as many as its memory bears."""
    platform = draft.platform
    if not isinstance(platform, PlatformConfig) or platform.database is None:
        return
    if "database" in platform.cluster.brings or not draft.whole("platform", "database"):
        return
    database = platform.database
    teams = [name for name, team in draft.teams.items() if DATABASE in needed(name, team)]
    least, most = database.least_connections(len(teams)), database.most_connections(len(teams))
    if least > most:
        message = (
            f"expected at least {least}, {database.team_connections} for each of {len(teams)} "
            f"teams and {SERVERS_OWN} of the server's own, got {most}"
        )
        yield Problem(path=_KEY, message=message)
