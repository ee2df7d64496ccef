"""The cache, as the stack file spells it."""

from pydantic import Field

from providers.config.scalars import Bytes, Cpu, Whole
from providers.config.section import Section

CACHE = "platform.cache"
"""The endpoint under which it is needed."""


class CacheConfig(Section):
    """A Redis-compatible cache: the cloud's, over TLS only, or Valkey in the cluster.

    In the cluster each team that needs it is a user of its own, for keys and channels that begin
    with its name and a colon: `fraud:`. Another stack's teams can reach it, and are no users.
    """

    memory: Bytes = "1Gi"
    """Bytes: the smallest one with at least these; in the cluster, what its one pod may use."""
    cpu: Cpu = "50m"
    """In the cluster: what is kept for it."""
    generation: Whole = Field(default=1, ge=1)
    """In the cluster: raise it, and every password is made anew."""
