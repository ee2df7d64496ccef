"""Buckets on S3: closed, encrypted, versioned, over TLS only."""

from __future__ import annotations

from ipaddress import ip_network

import pulumi

from assurance.graph.values import Endpoint, Port
from providers.contract import ObjectStore, ObjectStoreRequest
from providers.eks.policies import only_over_tls
from providers.eks.sdk import aws
from providers.eks.surroundings import Surroundings

_DAYS_OF_OLD_VERSIONS = 90
_DAYS_OF_BROKEN_UPLOADS = 7


def object_store(around: Surroundings, request: ObjectStoreRequest) -> ObjectStore:
    """Make the buckets; their names are known, because nothing random is in them."""
    names = around.names
    for name in request.buckets:
        _bucket(around, names.bucket(name))
    return ObjectStore(
        endpoint=Endpoint(
            name="platform.object-store",
            cidrs=(ip_network("0.0.0.0/0"),),
            ports=(Port(number=443),),
            host=f"s3.{names.region}.{names.suffix}",
            scheme="https",
            managed=False,
        ),
        buckets={name: f"s3://{names.bucket(name)}" for name in request.buckets},
    )


def _bucket(around: Surroundings, name: str) -> None:
    bucket = aws.s3.Bucket(
        name, bucket=name, force_destroy=not around.config.protected, opts=around.kept
    )
    _close(around, name, bucket)
    aws.s3.BucketOwnershipControls(
        name,
        bucket=bucket.id,
        rule={"object_ownership": "BucketOwnerEnforced"},
        opts=around.below,
    )
    aws.s3.BucketServerSideEncryptionConfiguration(
        name,
        bucket=bucket.id,
        rules=[
            {
                "apply_server_side_encryption_by_default": {
                    "sse_algorithm": "aws:kms",
                    "kms_master_key_id": around.keys.data.arn,
                },
                "bucket_key_enabled": True,
            }
        ],
        opts=around.below,
    )
    versions = aws.s3.BucketVersioning(
        name,
        bucket=bucket.id,
        versioning_configuration={"status": "Enabled"},
        opts=around.below,
    )
    aws.s3.BucketLifecycleConfiguration(
        name,
        bucket=bucket.id,
        rules=[_tidied()],
        opts=pulumi.ResourceOptions(parent=around.parent, depends_on=[versions]),
    )


def _close(around: Surroundings, name: str, bucket: aws.s3.Bucket) -> None:
    """The policy comes second: AWS refuses to change both at once."""
    block = aws.s3.BucketPublicAccessBlock(
        name,
        bucket=bucket.id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=around.below,
    )
    aws.s3.BucketPolicy(
        name,
        bucket=bucket.id,
        policy=only_over_tls(name, around.names),
        opts=pulumi.ResourceOptions(parent=around.parent, depends_on=[block]),
    )


def _tidied() -> aws.s3.BucketLifecycleConfigurationRuleArgsDict:
    return {
        "id": "old-versions-and-broken-uploads",
        "status": "Enabled",
        "filter": {"prefix": ""},
        "noncurrent_version_expiration": {"noncurrent_days": _DAYS_OF_OLD_VERSIONS},
        "abort_incomplete_multipart_upload": {"days_after_initiation": _DAYS_OF_BROKEN_UPLOADS},
    }
