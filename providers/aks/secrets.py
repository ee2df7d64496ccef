"""Secrets that people keep in the key vault."""

from assurance.graph.values import Endpoint, Port
from providers.aks.grants import vault_name
from providers.aks.site import Site
from providers.contract import SecretStore, SecretStoreRequest, secret_name

_HTTPS = 443


def secret_store(site: Site, request: SecretStoreRequest) -> SecretStore:
    """The vault is reached from within the network alone, as whoever the reader's pods are."""
    host = f"{site.names.unique}.vault.azure.net"
    asked = [secret_name(team, name) for team, name in request.secrets]
    return SecretStore(
        endpoint=Endpoint(
            name="platform.secret-store",
            cidrs=(site.config.networks.subnets().endpoints,),
            ports=(Port(number=_HTTPS),),
            host=host,
            scheme="https",
            managed=False,
        ),
        provider={
            "azurekv": {
                "authType": "WorkloadIdentity",
                "vaultUrl": f"https://{host}",
                "tenantId": site.config.tenant,
            }
        },
        names={name: vault_name(name) for name in asked},
    )
