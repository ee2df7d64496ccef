"""Custom resources that this program writes, each with a closed schema of exactly what it sets.

The sandbox's stub CRDs carry the same schemas: the API server there refuses what is refused here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from assurance.graph.values import Gvk


@dataclass(frozen=True, kw_only=True, slots=True)
class CustomKind:
    """One version of a custom kind."""

    schema: Mapping[str, Any]
    """JSON Schema of the whole object; `additionalProperties: false` wherever fields are listed."""
    namespaced: bool = True


KINDS: Final[dict[Gvk, CustomKind]] = {}
"""By group, version and kind."""
