"""Who signs, and how somebody asks for a certificate. Pure."""

from collections.abc import Iterable
from typing import Any

from components.certificates.section import PublicConfig
from components.manifests import Manifest

CERT_MANAGER = "cert-manager.io/v1"
NAMESPACE = "cert-manager"
INTERNAL = "internal"
"""The ClusterIssuer of the platform's own authority."""
PUBLIC = "public"
"""The ClusterIssuer of the public one."""
_ROOT = "internal-root"
_KEY = {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Always"}
_ROOT_LASTS = "87600h"
_ROOT_RENEWS = "8760h"


def internal_authority() -> list[Manifest]:
    """A root that signs itself, its certificate, and the issuer that signs with it."""
    root = {
        **_object("Issuer", _ROOT),
        "spec": {"selfSigned": {}},
    }
    authority = {
        **_object("Certificate", _ROOT),
        "spec": {
            "isCA": True,
            "commonName": "ml-platform internal",
            "secretName": _ROOT,
            "duration": _ROOT_LASTS,
            "renewBefore": _ROOT_RENEWS,
            "privateKey": _KEY,
            "issuerRef": {"kind": "Issuer", "name": _ROOT, "group": "cert-manager.io"},
        },
    }
    issuer = {
        "apiVersion": CERT_MANAGER,
        "kind": "ClusterIssuer",
        "metadata": {"name": INTERNAL},
        "spec": {"ca": {"secretName": _ROOT}},
    }
    return [root, authority, issuer]


def answering(gateway: tuple[str, str]) -> Manifest:
    """How a name is shown to be ours: by answering there, behind the gateway."""
    namespace, name = gateway
    parent = {"kind": "Gateway", "namespace": namespace, "name": name, "sectionName": "http"}
    return {"http01": {"gatewayHTTPRoute": {"parentRefs": [parent]}}}


def public_authority(config: PublicConfig, solver: Manifest) -> Manifest:
    """The issuer of public names, and how each is shown to be ours."""
    return {
        "apiVersion": CERT_MANAGER,
        "kind": "ClusterIssuer",
        "metadata": {"name": PUBLIC},
        "spec": {
            "acme": {
                "email": config.email,
                "server": config.server,
                "privateKeySecretRef": {"name": f"{PUBLIC}-account"},
                "solvers": [solver],
            }
        },
    }


def certificate(
    name: str, namespace: str, names: Iterable[str], *, issuer: str = INTERNAL
) -> Manifest:
    """A certificate for these names, kept in a Secret that is called as it is."""
    spec: dict[str, Any] = {
        "secretName": name,
        "dnsNames": list(names),
        "privateKey": _KEY,
        "issuerRef": {"kind": "ClusterIssuer", "name": issuer, "group": "cert-manager.io"},
    }
    return {**_object("Certificate", name, namespace), "spec": spec}


def _object(kind: str, name: str, namespace: str = NAMESPACE) -> Manifest:
    return {
        "apiVersion": CERT_MANAGER,
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace},
    }
