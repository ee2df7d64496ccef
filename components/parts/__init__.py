"""What the sections of a platform bring to its cluster: data first, then one way to register it."""

from assurance.graph.values import Caller
from components.parts.part import Account, Acting, Client, Credential, Entry, Part, PartNamespace
from components.parts.site import Demand, Site

__all__ = [
    "Account",
    "Acting",
    "Caller",
    "Client",
    "Credential",
    "Demand",
    "Entry",
    "Part",
    "PartNamespace",
    "Site",
]
