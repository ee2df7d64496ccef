"""The image registry; repositories come into being with the first image."""

from collections.abc import Callable

import pulumi

from providers.aks.locks import lock
from providers.aks.network import Network
from providers.aks.private import Target, private_endpoint
from providers.aks.site import Site
from providers.contract import Registry

_REGISTRY = "Microsoft.ContainerRegistry/registries"
_ZONE = "privatelink.azurecr.io"


def registry(
    site: Site, network: Network, let_pull: Callable[[str, pulumi.Resource], pulumi.Resource]
) -> Registry:
    """Nodes may pull; from outside only those push who may reach the cluster as well."""
    names = site.names
    public = [{"action": "Allow", "iPAddressOrRange": str(one)} for one in site.config.public_from]
    made = site.make(
        "containerregistry:Registry",
        "registry",
        {
            **site.placed,
            "registryName": names.unique,
            "sku": {"name": "Premium"},
            "adminUserEnabled": False,
            "anonymousPullEnabled": False,
            "zoneRedundancy": "Enabled" if site.config.zones else "Disabled",
            "publicNetworkAccess": "Enabled" if public else "Disabled",
            "networkRuleBypassOptions": "AzureServices",
            "networkRuleSet": {"defaultAction": "Deny", "ipRules": public},
        },
        protect=True,
    )
    scope = names.id(_REGISTRY, names.unique)
    target = Target(role="registry", id=scope, part="registry", zone=_ZONE)
    named = private_endpoint(site, network, target, made)
    lock(site, "registry", scope, let_pull(scope, made), named)
    return Registry(host=pulumi.Output.from_input(f"{names.unique}.azurecr.io"))
