"""How people log in to Grafana where an issuer of OpenID Connect knows them. Pure."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from assurance.graph.values import Need, Outside, Port
from components.monitoring.section import LoginConfig

SECRET, KEY = "grafana-login", "client-secret"
"""Of the stack's secrets for the platform, what Grafana shows the issuer."""
_ROLES = (("Admin", "admins"), ("Editor", "editors"), ("Viewer", "viewers"))
_WEB = {"http": 80, "https": 443}


def login_values(config: LoginConfig) -> dict[str, Any]:
    """The chart's values; the client's secret is only named."""
    said = {
        "ENABLED": "true",
        "NAME": config.name,
        "CLIENT_ID": config.client,
        "SCOPES": " ".join(config.scopes),
        "AUTH_URL": config.authorize,
        "TOKEN_URL": config.token,
        "API_URL": config.profile,
        "USE_PKCE": "true",
        "ROLE_ATTRIBUTE_PATH": role_path(config),
        "ROLE_ATTRIBUTE_STRICT": "true",
        "SKIP_ORG_ROLE_SYNC": "false",
        "ALLOW_ASSIGN_GRAFANA_ADMIN": "false",
    }
    env = {f"GF_AUTH_GENERIC_OAUTH_{key}": value for key, value in said.items()}
    reference = {"secretKeyRef": {"name": SECRET, "key": KEY}}
    return {
        "env": {"GF_SERVER_ROOT_URL": config.url, **env},
        "envValueFrom": {"GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET": reference},
    }


def role_path(config: LoginConfig) -> str:
    """JMESPath over what the issuer says of a person: the highest role of their groups, or none."""
    groups = f'"{config.claim}" || `[]`'
    return " || ".join(
        f"contains({groups}, '{group}') && '{role}'"
        for role, key in _ROLES
        for group in getattr(config, key)
    )


def login_need(config: LoginConfig) -> Need:
    """Grafana itself asks the issuer for tokens and profiles; people's browsers do the rest."""
    asked = (urlsplit(url) for url in (config.token, config.profile))
    ports = sorted({each.port or _WEB[each.scheme] for each in asked})
    to = Outside.INTERNET if config.through == Outside.INTERNET else config.through
    return Need(to=to, ports=tuple(Port(number=port) for port in ports))


def login_secrets(config: LoginConfig | None) -> Mapping[str, tuple[str, ...]]:
    """What it takes of the stack's secrets."""
    return {} if config is None else {SECRET: (KEY,)}
