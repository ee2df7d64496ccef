"""What the sections of a platform bring to its cluster: data first, then one way to register it."""

from components.parts.part import Client, Credential, Entry, Part, PartNamespace
from components.parts.site import Site

__all__ = ["Client", "Credential", "Entry", "Part", "PartNamespace", "Site"]
