"""Volumes for parts that keep data."""

from assurance.graph.values import Capability
from components.config.faults import ConfigError, Fault
from components.parts.site import Site


def storage_class(key: str, site: Site) -> str | None:
    """The cluster's own, by its name or as the default; ConfigError where nothing makes volumes."""
    if Capability.VOLUMES in site.cluster.capabilities:
        return site.cluster.storage_class
    message = (
        "expected a cluster whose storage class makes volumes, got one without; "
        "say so if it does: platform.cluster.capabilities: [volumes]"
    )
    raise ConfigError([Fault(file="", line=None, key=key, message=message)])
