"""What External Secrets' objects are called, and what a team's become. Pure."""

from collections.abc import Mapping

from components.manifests import Manifest
from components.tenancy.external_section import ExternalSecretConfig
from providers.contract import secret_name

API = "external-secrets.io/v1"
STORE = "cloud"
"""The one ClusterSecretStore."""
_AGAIN = "1h"


def external_secrets(
    team: str, asked: Mapping[str, ExternalSecretConfig], names: Mapping[str, str]
) -> list[Manifest]:
    """A Secret for each name, filled from the team's own place in the store and no other."""
    return [
        {
            "apiVersion": API,
            "kind": "ExternalSecret",
            "metadata": {"name": name, "namespace": team},
            "spec": {
                "refreshInterval": _AGAIN,
                "secretStoreRef": {"kind": "ClusterSecretStore", "name": STORE},
                "target": {"name": name, "creationPolicy": "Owner", "deletionPolicy": "Retain"},
                "data": [
                    {
                        "secretKey": key,
                        "remoteRef": {"key": names[secret_name(team, name)], "property": key},
                    }
                    for key in config.keys
                ],
            },
        }
        for name, config in sorted(asked.items())
    ]
