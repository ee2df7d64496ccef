"""What Azure adds to a resource that exists, as far as others are made from it."""

import uuid
from collections.abc import Callable, Mapping

from google.protobuf import struct_pb2

Unique = Callable[[str], uuid.UUID]
"""An id for a purpose: the same for the same resource, today and tomorrow."""


def observe(kind: str, outputs: struct_pb2.Struct, unique: Unique) -> None:
    """Add it; what nobody can foretell is left out."""
    add = _BY_KIND.get(kind)
    if add is not None:
        add(outputs, unique)


def _identity(outputs: struct_pb2.Struct, unique: Unique) -> None:
    outputs["principalId"] = str(unique("principal"))
    outputs["clientId"] = str(unique("client"))


def _cluster(outputs: struct_pb2.Struct, unique: Unique) -> None:
    if "identity" in outputs.fields:  # asked for as a list, answered as a mapping
        del outputs.fields["identity"]
    if "oidcIssuerProfile" in outputs.fields:
        issuer = f"https://{outputs['location']}.oic.prod-aks.azure.com/{unique('issuer')}/"
        outputs["oidcIssuerProfile"]["issuerURL"] = issuer


_BY_KIND: Mapping[str, Callable[[struct_pb2.Struct, Unique], None]] = {
    "azure-native:containerservice:ManagedCluster": _cluster,
    "azure-native:managedidentity:UserAssignedIdentity": _identity,
}
