"""Scalars of AWS: accounts, regions, zones, roles."""

from typing import Annotated

from providers.config.scalars import text

AccountId = Annotated[str, *text(r"[0-9]{12}", 12, "an account's twelve digits, in quotes")]
"""An AWS account."""

Region = Annotated[
    str,
    *text(r"[a-z]{2}(?:-[a-z]+)+-[0-9]", 25, "a region such as eu-central-1", "eu-central-1"),
]
"""A region."""

Zone = Annotated[
    str,
    *text(
        r"[a-z]{2}(?:-[a-z]+)+-[0-9][a-z]",
        26,
        "an availability zone such as eu-central-1a",
        "eu-central-1a",
    ),
]
"""An availability zone of a region; local and wavelength zones cannot carry a cluster."""

RoleArn = Annotated[
    str,
    *text(
        r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[\w+=,.@/-]+",
        2048,
        "an IAM role such as arn:aws:iam::123456789012:role/platform",
        "arn:aws:iam::123456789012:role/platform",
    ),
]
"""An IAM role."""

GroupName = Annotated[
    str,
    *text(
        r"(?!(?:system|eks|aws|amazon|iam):)[A-Za-z0-9][-\w.:@/]*",
        63,
        "a group such as fraud-engineers, and none of system:, eks:, aws:, amazon: or iam:",
        "fraud-engineers",
    ),
]
"""A group, as the cluster's roles are bound to it."""
