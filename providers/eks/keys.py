"""Keys of our own: one for the cluster's secrets, one for logs, one for what is stored."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from providers.eks.names import Names
from providers.eks.policies import key_policy, logs_use
from providers.eks.sdk import aws

_DAYS_TO_REGRET = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Keys:
    """Each key with its alias, which policies go by."""

    cluster: aws.kms.Key
    logs: aws.kms.Key
    data: aws.kms.Key


def keys(parent: pulumi.Resource, names: Names, *, protected: bool) -> Keys:
    """Make the three; without one, what it has encrypted is lost."""
    about = {
        "cluster": ("What the cluster's API server keeps as secrets.", key_policy(names)),
        "logs": ("Logs of the cluster, its network and its stores.", _for_logs(names)),
        "data": ("Objects, databases, caches, images and their secrets.", key_policy(names)),
    }
    made = {}
    for purpose, (description, policy) in about.items():
        made[purpose] = aws.kms.Key(
            f"{names.cluster}-{purpose}",
            description=description,
            policy=policy,
            enable_key_rotation=True,
            deletion_window_in_days=_DAYS_TO_REGRET,
            opts=pulumi.ResourceOptions(parent=parent, protect=protected),
        )
        aws.kms.Alias(
            f"{names.cluster}-{purpose}",
            name=names.alias(purpose),
            target_key_id=made[purpose].key_id,
            opts=pulumi.ResourceOptions(parent=parent),
        )
    return Keys(**made)


def _for_logs(names: Names) -> str:
    return key_policy(names, logs_use(names))
