"""Serving, as the stack file spells it."""

from components.cluster.section import SizeConfig
from components.security.section import Registry
from providers.config.section import Section


class ServingConfig(Section):
    """KServe in its Standard mode: a model is Deployments, Services and autoscalers."""

    registry: Registry | None = None
    """Where copies of the runtime's images lie; where they are published, if left out."""
    size: SizeConfig = SizeConfig(cpu="100m", memory="300Mi")
    """What each of the controller's two containers asks for."""
