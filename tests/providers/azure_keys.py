"""The shortest section of a stack file that asks for a cluster on Azure."""

from collections.abc import Mapping
from typing import Any

ADMINS = "5d4c3b2a-1f0e-4d9c-8b7a-6f5e4d3c2b1a"
KEYS: Mapping[str, Any] = {
    "provider": "aks",
    "subscription": "6f1c2a34-0d5e-4b7a-9c81-2e3f4a5b6c7d",
    "tenant": "0a9b8c7d-6e5f-4a3b-8c2d-1e0f9a8b7c6d",
    "region": "westeurope",
    "admins": [ADMINS],
}
