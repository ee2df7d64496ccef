"""Where clusters come from: one contract, one module per cloud, chosen in one place."""

from providers.provision import provision

__all__ = ["provision"]
