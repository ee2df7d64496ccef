"""Roles on AWS: who may take one, and what it may do then."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from providers.eks.names import Names
from providers.eks.sdk import aws


@dataclass(frozen=True, kw_only=True, slots=True)
class Rights:
    """What a role may do."""

    managed: tuple[str, ...] = ()
    """Policies that AWS maintains."""
    own: str | None = None
    """A policy of its own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """A role, which can be taken before it may do anything."""

    made: aws.iam.Role
    rights: tuple[pulumi.Resource, ...]


def role(
    parent: pulumi.Resource, names: Names, words: tuple[str, ...], trust: str, rights: Rights
) -> Role:
    """A role of the cluster's, called by these words."""
    called = "-".join((names.cluster, *words))
    below = pulumi.ResourceOptions(parent=parent)
    made = aws.iam.Role(called, name=names.role(*words), assume_role_policy=trust, opts=below)
    given: list[pulumi.Resource] = [
        aws.iam.RolePolicyAttachment(
            f"{called}-{policy.rpartition('/')[2]}",
            role=made.name,
            policy_arn=names.managed_policy(policy),
            opts=below,
        )
        for policy in rights.managed
    ]
    if rights.own is not None:
        name = names.policy(*words)
        given.append(
            aws.iam.RolePolicy(called, name=name, role=made.name, policy=rights.own, opts=below)
        )
    return Role(made=made, rights=tuple(given))
