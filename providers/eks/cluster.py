"""The EKS cluster as a component: what is made, in which order, and what is known beforehand."""

from __future__ import annotations

import json
from ipaddress import ip_network

import pulumi
import pulumi_kubernetes as kubernetes
from pulumi_aws import Provider

from assurance.graph.values import Capability, Endpoint, Grant, Port
from providers.config import EksConfig
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
from providers.eks.addons import DRIVER, Addons
from providers.eks.cache import cache
from providers.eks.control_plane import control_plane
from providers.eks.controllers import controllers
from providers.eks.database import database
from providers.eks.dns import private_zone, public_domain
from providers.eks.identities import identity
from providers.eks.keys import keys
from providers.eks.logs import flow_logs, log_group
from providers.eks.names import Names
from providers.eks.network import EksNetwork, EksNetworkArgs
from providers.eks.nodes import NodesArgs, node_groups
from providers.eks.object_store import object_store
from providers.eks.policies import document, granted
from providers.eks.registry import registry
from providers.eks.sdk import aws
from providers.eks.secrets import secret_store
from providers.eks.surroundings import Surroundings
from providers.eks.zone import public_zone
from providers.kubernetes import Access, kubernetes_provider

STORAGE_CLASS = "gp3"
_AGENT = ip_network("169.254.170.23/32")
"""Where the agent on every node hands out a workload's credentials."""


class EksCluster(pulumi.ComponentResource):
    """A cluster on AWS."""

    cluster: Cluster

    def __init__(
        self, name: str, config: EksConfig, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        facts = cluster_facts(config)
        names = Names.of(facts.name, config)
        intent = {"intent": facts.to_json()}
        cloud = aws_provider(f"{name}-aws", names)
        here = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(providers={"aws": cloud}))
        super().__init__("ml-platform:providers:EksCluster", name, intent, here)
        below = pulumi.ResourceOptions(parent=self)
        self._names = names
        secured = keys(self, names, protected=config.protected)
        network = EksNetwork(f"{name}-network", EksNetworkArgs(config=config, names=names), below)
        path = names.log_group("flow-logs")
        flows = log_group(self, path, config.log_days, secured.logs)
        flow_logs(self, network.vpc, flows, path, names=names)
        plane = control_plane(self, config, names, network, secured)
        self._eks = plane.cluster
        addons = Addons(parent=self, names=names, cluster=self._eks)
        nodes = node_groups(
            self,
            NodesArgs(
                config=config,
                names=names,
                cluster=self._eks,
                network=network,
                first=addons.before_nodes(),
            ),
        )
        running = addons.after_nodes(nodes)
        for account, policy in controllers(names).items():
            identity(self, self._eks, names, account, policy)
        if config.zone is not None:
            public_domain(self, names, config.zone, protected=config.protected)
        self._zone = public_zone(names, config)
        self._around = Surroundings(
            parent=self,
            config=config,
            names=names,
            network=network,
            keys=secured,
            zone=private_zone(self, names, network),
        )
        kubeconfig = exec_kubeconfig(self._eks, names)
        # nothing on the cluster is made before who deploys may do so, and pods can run
        ready = (*plane.admitted, *nodes, *running.values())
        access = Access(kubeconfig=kubeconfig, identifier=facts.name, after=ready)
        provider = kubernetes_provider(f"{name}-kubernetes", access, self)
        volumes = storage_class(f"{name}-{STORAGE_CLASS}", provider, running[DRIVER])
        self.cluster = Cluster(
            facts=facts, kubernetes=provider, kubeconfig=kubeconfig, volumes=volumes
        )
        self.register_outputs(intent)

    def object_store(self, request: ObjectStoreRequest) -> ObjectStore | None:
        """Buckets on S3."""
        return object_store(self._around, request)

    def database(self, request: DatabaseRequest) -> Database | None:
        """PostgreSQL on RDS."""
        return database(self._around, request)

    def cache(self, request: CacheRequest) -> Cache | None:
        """Valkey on ElastiCache."""
        return cache(self._around, request)

    def registry(self, request: RegistryRequest) -> Registry | None:
        """Repositories on ECR."""
        return registry(self._around, request)

    def secret_store(self, request: SecretStoreRequest) -> SecretStore:
        """Secrets Manager; nothing of it is made here."""
        return secret_store(self._names, request)

    def zone(self) -> Zone | None:
        """A zone of Route 53 that is there already."""
        return self._zone

    def identity(self, service_account: str, grants: tuple[Grant, ...]) -> Identity:
        """A role that EKS hands to the ServiceAccount's pods; nothing is written on it."""
        policy = document(granted(grants, self._names))
        made = identity(self, self._eks, self._names, service_account, policy)
        return Identity(after=(made,))


def cluster_facts(config: EksConfig) -> ClusterFacts:
    """What can be known of the cluster before it exists."""
    pools = config.pool_values()
    gpu = {Capability.GPU} if any(pool.shape.gpu for pool in pools) else set()
    always = {
        Capability.LOAD_BALANCER,
        Capability.METRICS,
        Capability.NETWORK_POLICY,
        Capability.VOLUMES,
    }
    agent = Endpoint(name=IDENTITY, cidrs=(_AGENT,), ports=(Port(number=80),), managed=False)
    stated = (each.endpoint(name) for name, each in sorted(config.endpoints.items()))
    return ClusterFacts(
        name=Names.of(f"{pulumi.get_project()}-{pulumi.get_stack()}", config).cluster,
        version=config.version,
        storage_class=STORAGE_CLASS,
        pools=pools,
        addresses=config.address_plan(),
        capabilities=frozenset({*always, *gpu}),
        endpoints=(agent, *stated),
    )


def aws_provider(name: str, names: Names) -> Provider:
    """One explicit provider, which refuses any other account."""
    return Provider(
        name,
        region=names.region,
        allowed_account_ids=[names.account],
        default_tags={
            "tags": {
                "app.kubernetes.io/managed-by": "ml-platform",
                "ml-platform/stack": pulumi.get_stack(),
            }
        },
    )


def exec_kubeconfig(cluster: aws.eks.Cluster, names: Names) -> pulumi.Output[str]:
    """Whoever uses it is asked who they are by AWS, each time; it holds no credential."""
    made = pulumi.Output.all(
        endpoint=cluster.endpoint, authority=cluster.certificate_authority["data"]
    )
    return pulumi.Output.secret(
        made.apply(lambda at: json.dumps(_kubeconfig(at["endpoint"], at["authority"], names)))
    )


def _kubeconfig(endpoint: str, authority: str, names: Names) -> dict[str, object]:
    asking = ["eks", "get-token", "--cluster-name", names.cluster, "--region", names.region]
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": names.cluster,
        "contexts": [
            {"name": names.cluster, "context": {"cluster": names.cluster, "user": names.cluster}}
        ],
        "clusters": [
            {
                "name": names.cluster,
                "cluster": {"server": endpoint, "certificate-authority-data": authority},
            }
        ],
        "users": [
            {
                "name": names.cluster,
                "user": {
                    "exec": {
                        "apiVersion": "client.authentication.k8s.io/v1beta1",
                        "command": "aws",
                        "args": [*asking, "--output", "json"],
                        "interactiveMode": "Never",
                    }
                },
            }
        ],
    }


def storage_class(
    name: str, provider: kubernetes.Provider, driver: pulumi.Resource
) -> pulumi.CustomResource:
    """Encrypted volumes, made where the pod is; the cluster's default."""
    return pulumi.CustomResource(
        "kubernetes:storage.k8s.io/v1:StorageClass",
        name,
        {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "metadata": {
                "name": STORAGE_CLASS,
                "labels": {"app.kubernetes.io/managed-by": "ml-platform"},
                "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
            },
            "provisioner": "ebs.csi.aws.com",
            "parameters": {"type": "gp3", "encrypted": "true"},
            "volumeBindingMode": "WaitForFirstConsumer",
            "allowVolumeExpansion": True,
        },
        opts=pulumi.ResourceOptions(parent=provider, provider=provider, depends_on=[driver]),
    )


_: type[ClusterProvider] = EksCluster
