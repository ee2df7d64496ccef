"""The image registry; repositories come into being with the first image."""

from collections.abc import Callable

import pulumi
import pulumi_azure_native as azure

from providers.aks.locks import lock
from providers.aks.network import Network
from providers.aks.private import Target, private_endpoint
from providers.aks.site import Site
from providers.contract import Registry

REGISTRY = "Microsoft.ContainerRegistry/registries"
_ZONE = "privatelink.azurecr.io"


def registry(
    site: Site, network: Network, let_pull: Callable[[str, pulumi.Resource], pulumi.Resource]
) -> Registry:
    """Nodes may pull; from outside only those push who may reach the cluster as well."""
    names, public = site.names, site.config.public_from
    made = azure.containerregistry.Registry(
        f"{site.name}-registry",
        **site.placed,
        registry_name=names.unique,
        sku=azure.containerregistry.SkuArgs(name="Premium"),
        admin_user_enabled=False,
        anonymous_pull_enabled=False,
        zone_redundancy="Enabled" if site.config.zones else "Disabled",
        public_network_access="Enabled" if public else "Disabled",
        network_rule_bypass_options="AzureServices",
        network_rule_set=azure.containerregistry.NetworkRuleSetArgs(
            default_action="Deny",
            ip_rules=[
                azure.containerregistry.IPRuleArgs(action="Allow", ip_address_or_range=str(each))
                for each in public
            ],
        ),
        opts=site.options(protect=True),
    )
    scope = names.id(REGISTRY, names.unique)
    target = Target(role="registry", id=scope, part="registry", zone=_ZONE)
    names_lead_there = private_endpoint(site, network, target, made)
    pulling = let_pull(scope, made)
    lock(site, "registry", scope, pulling, names_lead_there)
    return Registry(host=pulumi.Output.from_input(f"{names.unique}.azurecr.io"))
