"""What things are called on AWS: known before anything exists, so that policies can name them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from providers.config import EksConfig
from providers.naming import fitted, plain_name

_ROLE, _BUCKET, _POLICY, _ALIAS = 64, 63, 128, 250
_DATABASE, _CACHE, _TEMPLATE = 63, 40, 125
_GROUP_PREFIX = 37


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """The names of one cluster's things, each within its service's limit."""

    cluster: str
    account: str
    region: str
    partition: str
    zones: Mapping[str, str] = field(default_factory=dict)
    """The id of a public DNS zone by its name, where it is known."""

    @staticmethod
    def of(cluster: str, config: EksConfig) -> "Names":
        """Of a cluster as the platform calls it."""
        return Names(
            cluster=plain_name(cluster, limit=50),
            account=config.account,
            region=config.region,
            partition=config.partition,
            zones={zone.name: zone.id} if (zone := config.zone) and zone.id else {},
        )

    @property
    def suffix(self) -> str:
        """What AWS's own names end in here."""
        return "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"

    @property
    def cluster_arn(self) -> str:
        """The cluster itself."""
        return self.arn("eks", f"cluster/{self.cluster}")

    @property
    def zone(self) -> str:
        """Where databases and caches are found by names that never change."""
        return f"{self.cluster}.internal"

    def role(self, *words: str) -> str:
        """An IAM role."""
        return fitted(self.cluster, *words, limit=_ROLE)

    def policy(self, *words: str) -> str:
        """A role's own policy."""
        return fitted(*words, limit=_POLICY)

    def bucket(self, name: str) -> str:
        """A bucket; its name is one of the whole world's."""
        return fitted(self.cluster, self.account, name, limit=_BUCKET)

    def alias(self, purpose: str) -> str:
        """A key's alias, by which policies know it: its id is not known yet."""
        return fitted("alias/" + self.cluster, purpose, limit=_ALIAS)

    def database(self, *words: str) -> str:
        """An RDS instance, or what belongs to one."""
        return fitted(self.cluster, "database", *words, limit=_DATABASE)

    def cache(self, *words: str) -> str:
        """A replication group, or what belongs to one."""
        return fitted(self.cluster, "cache", *words, limit=_CACHE)

    def template(self, pool: str) -> str:
        """A pool's launch template."""
        return fitted(self.cluster, pool, limit=_TEMPLATE)

    def group_prefix(self, pool: str) -> str:
        """What a pool's node groups begin with; AWS adds 26 characters."""
        return fitted(pool, limit=_GROUP_PREFIX - 1) + "-"

    def repository(self, name: str) -> str:
        """An image repository."""
        return f"{self.cluster}/{name}"

    def secret(self, name: str) -> str:
        """A secret of Secrets Manager."""
        return f"{self.cluster}/{name}"

    def log_group(self, *words: str) -> str:
        """A log group."""
        return "/".join(("", "ml-platform", self.cluster, *words))

    def arn(self, service: str, resource: str) -> str:
        """Something in this account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def bucket_arn(self, name: str) -> str:
        """A bucket by the platform's name for it."""
        return f"arn:{self.partition}:s3:::{self.bucket(name)}"

    def zone_arn(self, name: str) -> str:
        """A public DNS zone."""
        return f"arn:{self.partition}:route53:::hostedzone/{self.zones[name]}"

    def managed_policy(self, name: str) -> str:
        """A policy that AWS maintains."""
        return f"arn:{self.partition}:iam::aws:policy/{name}"
