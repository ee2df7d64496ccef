"""`platform: {from_stack: …}`: the platform belongs to another stack of this project."""

from providers.config.scalars import StackName
from providers.config.section import Section


class PlatformReference(Section):
    """The platform that another stack of this project has deployed; this stack adds teams only."""

    from_stack: StackName
    """The other stack's name."""
