"""`provider: existing`: a cluster that somebody else made."""

import json
import os
from pathlib import Path

import pulumi
import yaml

from assurance.graph.values import Grant
from providers.config import ExistingConfig
from providers.config.secrets import secret
from providers.contract import (
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
    nobody,
)
from providers.kubernetes import Access, kubernetes_provider


class InCluster:
    """The verbs of a cluster without a cloud: the platform brings what is missing itself."""

    def object_store(self, request: ObjectStoreRequest) -> ObjectStore | None:  # noqa: ARG002
        """None: the platform brings its own."""
        return None

    def database(self, request: DatabaseRequest) -> Database | None:  # noqa: ARG002
        """None: the platform brings its own."""
        return None

    def cache(self, request: CacheRequest) -> Cache | None:  # noqa: ARG002
        """None: the platform brings its own."""
        return None

    def registry(self, request: RegistryRequest) -> Registry | None:  # noqa: ARG002
        """None: images are pulled from where they are."""
        return None

    def secret_store(self, request: SecretStoreRequest) -> SecretStore | None:  # noqa: ARG002
        """None: only a cloud has one."""
        return None

    def zone(self) -> Zone | None:
        """None: only a cloud has one."""
        return None

    def identity(self, service_account: str, grants: tuple[Grant, ...]) -> Identity:
        """Nobody outside the cluster knows a ServiceAccount."""
        return nobody(service_account, grants)


class ExistingCluster(pulumi.ComponentResource, InCluster):
    """A cluster found through its kubeconfig; its facts are the stack file's word."""

    cluster: Cluster

    def __init__(
        self, name: str, config: ExistingConfig, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        facts = cluster_facts(config)
        intent = {"intent": facts.to_json()}
        super().__init__("ml-platform:providers:ExistingCluster", name, intent, opts)
        kubeconfig = stated_kubeconfig(config.context)
        access = Access(kubeconfig=kubeconfig, identifier=facts.name, context=config.context)
        self.cluster = Cluster(
            facts=facts,
            kubernetes=kubernetes_provider(f"{name}-kubernetes", access, self),
            kubeconfig=kubeconfig,
            context=config.context,
        )
        self.register_outputs(intent)


def cluster_facts(config: ExistingConfig) -> ClusterFacts:
    """What the stack file states, as facts."""
    return ClusterFacts(
        name=f"{pulumi.get_project()}-{pulumi.get_stack()}",
        version=config.version,
        storage_class=config.storage_class,
        pools=tuple(pool.pool(name) for name, pool in sorted(config.pools.items())),
        addresses=config.address_plan(),
        capabilities=config.capabilities,
        endpoints=tuple(e.endpoint(name) for name, e in sorted(config.endpoints.items())),
        simulated=config.simulated,
    )


def stated_kubeconfig(context: str | None) -> pulumi.Output[str]:
    """The stack's secret, or the file of whoever deploys; of the one cluster that is meant.

    The stack publishes it to those of its teams, who know of no context.
    """
    given = secret("kubeconfig")
    whole = _kubeconfig_file() if given is None else given
    return whole.apply(lambda text: of_one_context(text, context))


def of_one_context(text: str, context: str | None) -> str:
    """The same without other clusters and their users; as it is where that cannot be told."""
    try:
        whole = yaml.safe_load(text)
        name = context or whole["current-context"]
        [chosen] = (each for each in whole["contexts"] if each["name"] == name)
        wanted = {"clusters": chosen["context"]["cluster"], "users": chosen["context"]["user"]}
        kept = {key: [e for e in whole[key] if e["name"] == one] for key, one in wanted.items()}
    except (KeyError, TypeError, ValueError, yaml.YAMLError):
        return text
    if len(whole["contexts"]) == 1 and whole.get("current-context") == name:
        return text
    return json.dumps({**whole, "current-context": name, "contexts": [chosen], **kept})


def _kubeconfig_file() -> pulumi.Output[str]:
    path = Path(os.environ.get("KUBECONFIG") or Path.home() / ".kube" / "config")
    try:
        return pulumi.Output.secret(path.read_text())
    except OSError as error:
        message = (
            f"no kubeconfig: {path} cannot be read ({error.strerror}). Set KUBECONFIG, or keep it "
            f"with the stack: pulumi config set --secret ml-platform:kubeconfig < FILE"
        )
        raise pulumi.RunError(message) from None


_: type[ClusterProvider] = ExistingCluster
