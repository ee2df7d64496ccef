"""The key vault: where passwords lie that nobody types."""

from dataclasses import dataclass

import pulumi
import pulumi_azure_native as azure

from providers.aks.network import Network
from providers.aks.private import Target, private_endpoint
from providers.aks.site import Site

VAULT = "Microsoft.KeyVault/vaults"
_ZONE = "privatelink.vaultcore.azure.net"
_KEPT_DAYS = 90


@dataclass(frozen=True, kw_only=True, slots=True)
class Vault:
    """The vault, and how something is put into it."""

    site: Site
    vault: azure.keyvault.Vault

    def keep(self, name: str, value: pulumi.Output[str]) -> pulumi.Output[str]:
        """Keep a value that is secret already; returned is the name under which it is found."""
        secret = azure.keyvault.Secret(
            f"{self.site.name}-secret-{name}",
            **self.site.within,
            vault_name=self.site.names.unique,
            secret_name=name,
            properties=azure.keyvault.SecretPropertiesArgs(value=value, content_type="text/plain"),
            tags=self.site.tags,
            opts=self.site.options(self.vault),
        )
        return pulumi.Output.all(secret.urn).apply(lambda _: name)


def vault(site: Site, network: Network) -> Vault:
    """Roles open it, and only from within the network; what is deleted can be had back."""
    names = site.names
    made = azure.keyvault.Vault(
        f"{site.name}-vault",
        **site.placed,
        vault_name=names.unique,
        properties=azure.keyvault.VaultPropertiesArgs(
            tenant_id=site.config.tenant,
            sku=azure.keyvault.SkuArgs(family="A", name=azure.keyvault.SkuName.STANDARD),
            enable_rbac_authorization=True,
            enable_soft_delete=True,
            enable_purge_protection=True,
            soft_delete_retention_in_days=_KEPT_DAYS,
            public_network_access="Disabled",
            # Azure's resource manager, through which the secrets are written, is one of these.
            network_acls=azure.keyvault.NetworkRuleSetArgs(
                bypass="AzureServices", default_action="Deny"
            ),
        ),
        opts=site.options(protect=True),
    )
    target = Target(role="vault", id=names.id(VAULT, names.unique), part="vault", zone=_ZONE)
    private_endpoint(site, network, target, made)
    return Vault(site=site, vault=made)
