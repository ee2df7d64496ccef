"""The key vault: where passwords lie that nobody types."""

from dataclasses import dataclass, field

import pulumi

from providers.aks.network import Network
from providers.aks.private import Target, private_endpoint
from providers.aks.site import Site

_VAULT = "Microsoft.KeyVault/vaults"
_ZONE = "privatelink.vaultcore.azure.net"
_KEPT_DAYS = 90


@dataclass(frozen=True, kw_only=True, slots=True)
class Vault:
    """The vault, and how something is put into it."""

    site: Site
    made: pulumi.Resource
    kept: list[pulumi.Resource] = field(default_factory=list)
    """What was put into it so far."""

    def keep(self, name: str, value: pulumi.Output[str]) -> pulumi.Output[str]:
        """Keep a value; returned is the name under which it is found."""
        sealed: pulumi.Output[str] = pulumi.Output.secret(value)
        secret = self.site.make(
            "keyvault:Secret",
            f"secret-{name}",
            {
                **self.site.within,
                "vaultName": self.site.names.unique,
                "secretName": name,
                "properties": {"value": sealed, "contentType": "text/plain"},
                "tags": self.site.tags,
            },
            self.made,
        )
        self.kept.append(secret)
        return secret.urn.apply(lambda _: name)


def vault(site: Site, network: Network) -> Vault:
    """Roles open it, and only from within the network; what is deleted can be had back."""
    names = site.names
    made = site.make(
        "keyvault:Vault",
        "vault",
        {
            **site.placed,
            "vaultName": names.unique,
            "properties": {
                "tenantId": site.config.tenant,
                "sku": {"family": "A", "name": "standard"},
                "enableRbacAuthorization": True,
                "enableSoftDelete": True,
                "enablePurgeProtection": True,
                "softDeleteRetentionInDays": _KEPT_DAYS,
                "publicNetworkAccess": "Disabled",
                # Azure's resource manager, which writes the secrets, is one of its services.
                "networkAcls": {"bypass": "AzureServices", "defaultAction": "Deny"},
            },
        },
        protect=True,
    )
    target = Target(role="vault", id=names.id(_VAULT, names.unique), part="vault", zone=_ZONE)
    private_endpoint(site, network, target, made)
    return Vault(site=site, made=made)
