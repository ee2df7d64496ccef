"""The cache, as the stack file spells it."""

from providers.config.scalars import Bytes
from providers.config.section import Section

CACHE = "platform.cache"
"""The endpoint under which it is needed."""


class CacheConfig(Section):
    """A Redis-compatible cache that the cloud looks after: encrypted, over TLS only."""

    memory: Bytes = "1Gi"
    """Bytes: the smallest one with at least these."""
