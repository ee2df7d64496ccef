"""The database, as the stack file spells it."""

from typing import Literal

from pydantic import Field

from providers.config.scalars import Bytes, Cpu, Whole
from providers.config.section import Section

DATABASE = "platform.database"
"""The endpoint under which it is needed."""
SERVERS_OWN = 10
"""Connections that no team gets: copies, backups, metrics, whoever looks after it."""


class DatabaseConfig(Section):
    """A PostgreSQL server, over TLS only: the cloud's, encrypted and backed up, or CloudNativePG's.

    In the cluster each team that needs it has a role and a database of its own, `team_<name>`, and
    enters no other. Beside `platform.object_store` in the cluster it is copied into that every
    night, and each change as it comes. Another stack's teams can reach it, and have none.
    """

    version: Literal["16", "17"] = "17"
    """PostgreSQL's major version."""
    cpu: Cpu = "2"
    """Cores: the smallest machine with at least these."""
    memory: Bytes = "8Gi"
    """Bytes: the smallest machine with at least these."""
    storage: Bytes = "100Gi"
    """Bytes to begin with; a cloud adds more as they fill."""
    replicas: Whole = Field(default=0, ge=0, le=5)
    """Copies to read from; in a cloud, besides the one that stands by."""
    backup_days: Whole = Field(default=7, ge=7, le=35)
    """How many days back its state can be restored from."""
    connections: Whole | None = Field(default=None, ge=20, le=5000)
    """In the cluster: those of all teams at once, and ten of the server's own. Another number makes
    the server start anew; if left out, it is what teams need in whole hundreds, 200 at least."""
    team_connections: Whole = Field(default=20, ge=1, le=1000)
    """In the cluster: those of one team, so that none can use up another's."""
    generation: Whole = Field(default=1, ge=1)
    """In the cluster: raise it, and every password is made anew."""

    def least_connections(self, teams: int) -> int:
        """So that so many teams have all of theirs at once."""
        return SERVERS_OWN + teams * self.team_connections

    def most_connections(self, teams: int) -> int:
        """As many as the server takes; most teams that come leave the number as it is."""
        if self.connections is not None:
            return self.connections
        return max(200, -(-self.least_connections(teams) // 100) * 100)
