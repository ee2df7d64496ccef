"""Who may speak to the sandbox's API, and how it proves that it is the sandbox's.

The API server makes its own authority, certificate and key at its first start; every kubeconfig
carries that authority. Tokens are random and stand in files that only the owner can read, never in
a command line.
"""

import base64
import csv
import json
import secrets

from operations.sandbox.layout import Layout, write_private

ADMIN = "admin"
_MASTERS = "system:masters"
_IDENTITIES = {
    ADMIN: ("sandbox-admin", _MASTERS),
    "controller-manager": ("system:kube-controller-manager", ""),
    "scheduler": ("system:kube-scheduler", ""),
    "kwok": ("sandbox-nodes", _MASTERS),
}
"""User and group by identity; the two system users have the roles that Kubernetes gives them."""


def write_tokens(layout: Layout) -> None:
    """Make the token file at the first start."""
    if layout.tokens.exists():
        return
    lines = [
        ",".join([secrets.token_urlsafe(32), user, identity, group])
        for identity, (user, group) in _IDENTITIES.items()
    ]
    write_private(layout.tokens, "\n".join(lines) + "\n")


def token(layout: Layout, identity: str = ADMIN) -> str:
    """The bearer token of an identity."""
    with layout.tokens.open(encoding="utf-8") as file:
        return next(row[0] for row in csv.reader(file) if row[2] == identity)


def authority(layout: Layout) -> str:
    """The certificates that clients verify the API server against."""
    return layout.certificate.read_text(encoding="utf-8")


def write_kubeconfigs(layout: Layout, server: str, context: str) -> None:
    """One kubeconfig per identity; the administrator's is the one for people and the engine."""
    for identity in _IDENTITIES:
        path = layout.kubeconfig if identity == ADMIN else layout.kubeconfig_of(identity)
        text = _kubeconfig(layout, server, context, identity)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            write_private(path, text)


def _kubeconfig(layout: Layout, server: str, context: str, identity: str) -> str:
    """JSON, which every reader of YAML takes."""
    encoded = base64.b64encode(authority(layout).encode()).decode()
    user = f"{context}-{identity}"
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {"name": context, "cluster": {"server": server, "certificate-authority-data": encoded}}
        ],
        "users": [{"name": user, "user": {"token": token(layout, identity)}}],
        "contexts": [{"name": context, "context": {"cluster": context, "user": user}}],
        "current-context": context,
    }
    return json.dumps(document, indent=2) + "\n"
