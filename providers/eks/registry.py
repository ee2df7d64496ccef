"""Image repositories on ECR: a tag that is there is never written again."""

from __future__ import annotations

import json

import pulumi

from providers.contract import Registry, RegistryRequest
from providers.eks.sdk import aws
from providers.eks.surroundings import Surroundings

_DAYS_OF_UNTAGGED = 14
_EXPIRE_UNTAGGED = json.dumps(
    {
        "rules": [
            {
                "rulePriority": 1,
                "description": "Images that no tag names any more.",
                "selection": {
                    "tagStatus": "untagged",
                    "countType": "sinceImagePushed",
                    "countUnit": "days",
                    "countNumber": _DAYS_OF_UNTAGGED,
                },
                "action": {"type": "expire"},
            }
        ]
    }
)


def registry(around: Surroundings, request: RegistryRequest) -> Registry:
    """Make the repositories; nodes may pull from all of them."""
    for name in request.repositories:
        called = f"{around.names.cluster}-{name.replace('/', '-')}"
        repository = aws.ecr.Repository(
            called,
            name=around.names.repository(name),
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration={"scan_on_push": True},
            encryption_configurations=[{"encryption_type": "KMS", "kms_key": around.keys.data.arn}],
            force_delete=not around.config.protected,
            opts=around.kept,
        )
        aws.ecr.LifecyclePolicy(
            called, repository=repository.name, policy=_EXPIRE_UNTAGGED, opts=around.below
        )
    names = around.names
    host = f"{names.account}.dkr.ecr.{names.region}.{names.suffix}"
    return Registry(host=pulumi.Output.from_input(f"{host}/{names.cluster}"))
