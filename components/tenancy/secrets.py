"""A team's secrets: from encrypted values of the stack file to Secrets in its namespace."""

from collections.abc import Mapping

from components.manifests import Manifest
from providers.config.secrets import team_secret

_TYPES = {
    frozenset({".dockerconfigjson"}): "kubernetes.io/dockerconfigjson",
    frozenset({"tls.crt", "tls.key"}): "kubernetes.io/tls",
}
"""Secrets that Kubernetes knows by their keys: to pull images with, to serve TLS with."""


def team_secrets(team: str, secrets: Mapping[str, tuple[str, ...]]) -> list[Manifest]:
    """A Secret for each name; its values are Outputs, secret from end to end."""
    return [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": name, "namespace": team},
            "type": _TYPES.get(frozenset(keys), "Opaque"),
            "stringData": {key: team_secret(team, name, key) for key in sorted(keys)},
        }
        for name, keys in sorted(secrets.items())
    ]
