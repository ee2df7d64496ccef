"""What things are called in Azure: known before any of them exists."""

import hashlib
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain, zip_longest

from providers.naming import fitted

_NAMESPACE = uuid.UUID("0b5e2a7e-1c0f-5c53-8a6e-6d3f2f9d7a41")
_DIGEST = 8
_LONGEST_UNIQUE = 24
"""The shortest limit among those whose names are known worldwide: storage and key vaults."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """The names of one stack's resources, and their ids."""

    subscription: str
    project: str
    stack: str
    zones: Mapping[str, str] = field(default_factory=dict)
    """The resource group of a public DNS zone by its name."""

    @property
    def group(self) -> str:
        """The resource group that everything is in."""
        return fitted(self.project, self.stack, limit=80)

    @property
    def nodes_group(self) -> str:
        """The one that AKS makes for the machines."""
        return fitted(self.project, self.stack, "nodes", limit=80)

    @property
    def cluster(self) -> str:
        """The cluster; its DNS prefix as well, which is the shortest of the two."""
        return self.of(limit=54)

    @property
    def unique(self) -> str:
        """For what is addressed by a name of its own on the internet; nobody else may have it."""
        digest = hashlib.sha256(self.id().encode()).hexdigest()[:_DIGEST]
        letters = re.sub("[^a-z0-9]", "", self.stack.lower())
        return f"ml{letters[: _LONGEST_UNIQUE - _DIGEST - 2]}{digest}"

    def of(self, *words: str, limit: int = 63) -> str:
        """A name within the group, of letters, digits and hyphens."""
        plain = (re.sub("[^A-Za-z0-9]+", "-", w).strip("-") for w in (self.project, self.stack))
        return fitted(*plain, *words, limit=limit)

    def id(self, kind: str = "", *names: str) -> str:
        """A resource's id: `id("Microsoft.Network/virtualNetworks/subnets", network, subnet)`."""
        group = self.group_id(self.group)
        if not kind:
            return group
        namespace, *kinds = kind.split("/")
        path = chain.from_iterable(zip_longest(kinds, names, fillvalue=""))
        return "/".join((group, "providers", namespace, *path))

    def group_id(self, name: str) -> str:
        """A resource group's id."""
        return f"/subscriptions/{self.subscription}/resourceGroups/{name}"

    def zone_id(self, name: str) -> str:
        """A public DNS zone's id."""
        return f"{self.group_id(self.zones[name])}/providers/Microsoft.Network/dnsZones/{name}"

    def role_id(self, role: str) -> str:
        """The full id of a role of our own."""
        definitions = "providers/Microsoft.Authorization/roleDefinitions"
        return f"/subscriptions/{self.subscription}/{definitions}/{self.guid(role)}"

    def guid(self, *words: str) -> str:
        """An id of the form that Azure asks for; the same for the same words."""
        return str(uuid.uuid5(_NAMESPACE, "|".join((self.id(), *words))))
