"""The cluster on Azure as a component."""

from dataclasses import replace
from ipaddress import IPv4Network

import pulumi
from pulumi_azure_native import Provider

from assurance.graph.values import Capability, Endpoint, Grant, Port
from providers.aks import pools
from providers.aks.cache import cache
from providers.aks.database import database
from providers.aks.dns import made_zone, public_zone, zone_groups
from providers.aks.identities import cluster_identities, may_pull, workload_identity
from providers.aks.kubeconfig import kubeconfig
from providers.aks.logs import control_plane_logs
from providers.aks.managed import cluster_id, managed_cluster
from providers.aks.names import Names
from providers.aks.network import network
from providers.aks.object_store import object_store
from providers.aks.registry import registry
from providers.aks.roles import CLUSTER_ADMIN, CLUSTER_USER, Assignment, Principal, assign
from providers.aks.secrets import secret_store
from providers.aks.site import Made, Site
from providers.aks.vault import vault
from providers.config import AksConfig
from providers.contract import (
    IDENTITY,
    Cache,
    CacheRequest,
    Cluster,
    ClusterFacts,
    ClusterProvider,
    Database,
    DatabaseRequest,
    Identity,
    ObjectStore,
    ObjectStoreRequest,
    Registry,
    RegistryRequest,
    SecretStore,
    SecretStoreRequest,
    Zone,
)
from providers.kubernetes import Access, kubernetes_provider

LOGIN = Endpoint(
    name=IDENTITY,
    ports=(Port(number=443),),
    cidrs=tuple(
        IPv4Network(text)
        for text in ("20.20.32.0/19", "20.190.128.0/18", "20.231.128.0/19", "40.126.0.0/18")
    ),
    host="login.microsoftonline.com",
    managed=False,
    scheme="https",
)
"""Where Entra takes a ServiceAccount's token for one of its own. From general knowledge of the
ranges that Microsoft publishes for it; when they change, so must these."""


class AksCluster(pulumi.ComponentResource):
    """A cluster of Azure Kubernetes Service, and the services of Azure beside it."""

    cluster: Cluster

    def __init__(
        self, name: str, config: AksConfig, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        facts = cluster_facts(config)
        intent = {"intent": facts.to_json()}
        super().__init__("ml-platform:providers:AksCluster", name, intent, opts)
        self._site = site = _site(name, config, self)
        self._network = network(site)
        self._vault = vault(site, self._network)
        self._identities = cluster_identities(site, self._network)
        self._aks = managed_cluster(site, self._network, self._identities)
        self._granted: tuple[pulumi.Resource, ...] = made_zone(site)
        machines = pools.others(site, self._network, self._aks)
        control_plane_logs(site, self._aks, cluster_id(site))
        reached = kubeconfig(site, self._aks)
        after = (*machines, *_admitted(site, self._aks))
        access = Access(kubeconfig=reached, identifier=facts.name, after=after)
        self.cluster = Cluster(
            facts=facts,
            kubernetes=kubernetes_provider(f"{name}-kubernetes", access, self),
            kubeconfig=reached,
        )
        self.register_outputs(intent)

    def object_store(self, request: ObjectStoreRequest) -> ObjectStore:
        """Containers of a storage account."""
        store, made = object_store(self._site, self._network, request)
        self._granted = (*self._granted, *made)
        return store

    def database(self, request: DatabaseRequest) -> Database:
        """A flexible server."""
        return database(self._site, self._network, self._vault, request)

    def cache(self, request: CacheRequest) -> Cache:
        """Azure Managed Redis."""
        return cache(self._site, self._network, self._vault, request)

    def registry(self, request: RegistryRequest) -> Registry:  # noqa: ARG002 - made by pushing
        """A registry, from which the nodes may pull."""
        return registry(
            self._site,
            self._network,
            lambda scope, made: may_pull(self._site, self._identities, scope, made),
        )

    def secret_store(self, request: SecretStoreRequest) -> SecretStore:
        """The key vault, which is there in any case."""
        return secret_store(self._site, request)

    def zone(self) -> Zone | None:
        """A zone of Azure DNS."""
        zone, made = public_zone(self._site)
        self._granted = (*self._granted, *made)
        return zone

    def identity(self, service_account: str, grants: tuple[Grant, ...]) -> Identity:
        """An identity of Entra for the pods of one ServiceAccount."""
        after = (self._vault.made, *self._vault.kept, *self._granted)
        return workload_identity(self._site, service_account, grants, self._aks, after)


def cluster_facts(config: AksConfig) -> ClusterFacts:
    """What can be known of the cluster before it exists."""
    gpu = {Capability.GPU} if any(pool.gpu for pool in config.pools.values()) else set()
    always = {
        Capability.NETWORK_POLICY,
        Capability.LOAD_BALANCER,
        Capability.METRICS,
        Capability.VOLUMES,
    }
    return ClusterFacts(
        name=f"{pulumi.get_project()}-{pulumi.get_stack()}",
        version=config.version,
        storage_class=config.storage_class,
        pools=pools.facts(config),
        addresses=config.address_plan(),
        capabilities=frozenset(always | gpu),
        endpoints=(
            *(e.endpoint(name) for name, e in sorted(config.endpoints.items())),
            LOGIN,
        ),
    )


def _site(name: str, config: AksConfig, parent: pulumi.Resource) -> Site:
    plain = Names(
        subscription=config.subscription, project=pulumi.get_project(), stack=pulumi.get_stack()
    )
    names = replace(plain, zones=zone_groups(config, plain.group))
    provider = Provider(
        f"{name}-azure",
        subscription_id=config.subscription,
        tenant_id=config.tenant,
        location=config.region,
        disable_pulumi_partner_id=True,
        opts=pulumi.ResourceOptions(parent=parent),
    )
    group = Made(
        "resources:ResourceGroup",
        f"{name}-group",
        {"resourceGroupName": names.group, "location": config.region},
        pulumi.ResourceOptions(parent=parent, provider=provider),
    )
    return Site(
        name=name, config=config, names=names, parent=parent, provider=provider, group=group
    )


def _admitted(site: Site, cluster: pulumi.Resource) -> list[pulumi.Resource]:
    """The groups that may do everything: they get at the cluster, and are its administrators."""
    scope = cluster_id(site)
    roles = {"admin": CLUSTER_ADMIN, "user": CLUSTER_USER}
    return [
        assign(
            site,
            f"{role}-{group}",
            Principal(name=group, id=group, group=True),
            Assignment(role=definition.definition(site.names), scope=scope),
            cluster,
        )
        for group in dict.fromkeys(site.config.admins)
        for role, definition in roles.items()
    ]


_: type[ClusterProvider] = AksCluster
