"""What the sections of a platform bring to its cluster: data first, then one way to register it."""

from assurance.graph.values import Caller
from components.parts.part import Client, Credential, Entry, Part, PartNamespace
from components.parts.site import Site

__all__ = ["Caller", "Client", "Credential", "Entry", "Part", "PartNamespace", "Site"]
