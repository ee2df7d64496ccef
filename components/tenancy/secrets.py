"""Encrypted values of the stack file as Secrets: a team's in its namespace, the platform's own."""

from collections.abc import Iterator, Mapping

from components.manifests import Manifest
from providers.config.secrets import team_secret

PLATFORM = "platform"
"""Among the stack's secrets, whose the platform's own are."""
_TYPES = {
    frozenset({".dockerconfigjson"}): "kubernetes.io/dockerconfigjson",
    frozenset({"tls.crt", "tls.key"}): "kubernetes.io/tls",
}
"""Secrets that Kubernetes knows by their keys: to pull images with, to serve TLS with."""


def team_secrets(team: str, secrets: Mapping[str, tuple[str, ...]]) -> list[Manifest]:
    """A Secret for each name; its values are Outputs, secret from end to end."""
    return [_secret(team, team, name, keys) for name, keys in sorted(secrets.items())]


def stated_secrets(stated: Mapping[str, Mapping[str, tuple[str, ...]]]) -> Iterator[Manifest]:
    """The platform's own likewise, by the namespace that they go into."""
    for namespace, secrets in stated.items():
        for name, keys in sorted(secrets.items()):
            yield _secret(PLATFORM, namespace, name, keys)


def _secret(owner: str, namespace: str, name: str, keys: tuple[str, ...]) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": namespace},
        "type": _TYPES.get(frozenset(keys), "Opaque"),
        "stringData": {key: team_secret(owner, name, key) for key in sorted(keys)},
    }
