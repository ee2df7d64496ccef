"""IAM policies as plain values: everything in them is known before anything exists."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from assurance.graph.values import Access, Grant
from providers.eks.names import Names
from providers.grants import grantable

Statement = Mapping[str, Any]
_VERSION = "2012-10-17"

_READ_OBJECTS = ("s3:GetObject", "s3:GetObjectVersion")
_WRITE_OBJECTS = (
    "s3:AbortMultipartUpload",
    "s3:DeleteObject",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
)
_ENCRYPT = (
    "kms:Decrypt*",
    "kms:DescribeKey",
    "kms:Encrypt*",
    "kms:GenerateDataKey*",
    "kms:ReEncrypt*",
)
CHALLENGE = "_acme-challenge.*"
"""Names whose records show an authority that the name behind is ours."""
_RECORD_TYPES = ("A", "AAAA", "CNAME", "TXT")
"""What external-dns writes: addresses, and in texts that it was the one who did."""
_READ_SECRET = ("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue")


def document(statements: Iterable[Statement]) -> str:
    """A policy as IAM takes it."""
    return json.dumps({"Version": _VERSION, "Statement": list(statements)}, separators=(",", ":"))


def allow(actions: Sequence[str], resources: Sequence[str], **conditions: Any) -> Statement:
    """Allow actions on resources, where the conditions hold."""
    condition = {"Condition": conditions} if conditions else {}
    return {
        "Effect": "Allow",
        "Action": list(actions),
        "Resource": list(resources),
        **condition,
    }


def service_trust(service: str, names: Names) -> str:
    """Only this service may take the role, and only on this account's behalf."""
    condition = {"StringEquals": {"aws:SourceAccount": names.account}}
    return document([_trust(service, ["sts:AssumeRole"], condition)])


def plain_trust(service: str) -> str:
    """Only this service may take the role; EC2 says no more of whom it asks for."""
    return document([_trust(service, ["sts:AssumeRole"], {})])


def pod_trust(service_account: str, names: Names) -> str:
    """Only EKS may take the role, for the pods of one ServiceAccount of this cluster."""
    namespace, _, name = service_account.partition("/")
    condition = {
        "StringEquals": {
            "aws:RequestTag/eks-cluster-arn": names.cluster_arn,
            "aws:RequestTag/kubernetes-namespace": namespace,
            "aws:RequestTag/kubernetes-service-account": name,
        }
    }
    statement = _trust("pods.eks.amazonaws.com", ["sts:AssumeRole", "sts:TagSession"], condition)
    return document([statement])


def _trust(service: str, actions: Sequence[str], condition: Mapping[str, Any]) -> Statement:
    return {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": list(actions),
        **({"Condition": condition} if condition else {}),
    }


def granted(grants: Iterable[Grant], names: Names) -> list[Statement]:
    """What grants mean here; no statement where nothing is granted."""
    asked = {grantable(grant) for grant in grants}
    every = sorted(asked, key=lambda g: (g.kind, g.name, g.prefix, g.access))
    statements: list[Statement] = []
    for grant in every:
        statements += _GRANTED[grant.kind](grant, names)
    services = sorted({_VIA[grant.kind] for grant in every if grant.kind in _VIA})
    return [*statements, *(use_of_key(s, names, write=_writes(every)) for s in services)]


def _bucket(grant: Grant, names: Names) -> list[Statement]:
    """Listing is of the bucket, and limited by prefix; the rest is of the objects below it."""
    bucket = names.bucket_arn(grant.name)
    prefix = {"StringLike": {"s3:prefix": [f"{grant.prefix}*"]}} if grant.prefix else {}
    writes = _WRITE_OBJECTS if grant.access is Access.WRITE else ()
    return [
        allow(["s3:ListBucket"], [bucket], **prefix),
        allow(["s3:GetBucketLocation"], [bucket]),
        allow([*_READ_OBJECTS, *writes], [f"{bucket}/{grant.prefix}*"]),
    ]


def _secret(grant: Grant, names: Names) -> list[Statement]:
    """AWS puts six characters of its own behind a secret's name."""
    secret = names.arn("secretsmanager", f"secret:{names.secret(grant.name)}-??????")
    return [allow(_READ_SECRET, [secret])]


def _challenges(grant: Grant, names: Names) -> list[Statement]:
    """Each change is followed until all of Route 53 knows of it."""
    asked = {"Actions": ["DELETE", "UPSERT"], "NormalizedRecordNames": [CHALLENGE]}
    return [
        _changes(grant, names, RecordTypes=["TXT"], **asked),
        allow(["route53:GetChange"], [f"arn:{names.partition}:route53:::change/*"]),
    ]


def _records(grant: Grant, names: Names) -> list[Statement]:
    """The zone is found by looking through all of them, for which AWS has no narrower right."""
    return [
        _changes(grant, names, RecordTypes=list(_RECORD_TYPES)),
        allow(["route53:ListResourceRecordSets"], [names.zone_arn(grant.name)]),
        allow(["route53:ListHostedZones"], ["*"]),
    ]


def _changes(grant: Grant, names: Names, **each: list[str]) -> Statement:
    """A request has many changes: every one of them has to be such."""
    change = "route53:ChangeResourceRecordSets"
    held = {f"{change}{what}": values for what, values in sorted(each.items())}
    return allow([change], [names.zone_arn(grant.name)], **{"ForAllValues:StringLike": held})


_GRANTED = {"bucket": _bucket, "secret": _secret, "challenges": _challenges, "records": _records}
_VIA = {"bucket": "s3", "secret": "secretsmanager"}
"""Through which service the key of what is granted is used."""


def _writes(grants: Iterable[Grant]) -> bool:
    return any(grant.access is Access.WRITE for grant in grants)


def use_of_key(service: str, names: Names, *, write: bool) -> Statement:
    """The data key, known by its alias, and only in that service's hands."""
    return allow(
        ["kms:Decrypt", *(["kms:GenerateDataKey"] if write else [])],
        [names.arn("kms", "key/*")],
        **{
            "StringEquals": {"kms:ViaService": f"{service}.{names.region}.{names.suffix}"},
            "ForAnyValue:StringEquals": {"kms:ResourceAliases": names.alias("data")},
        },
    )


def only_over_tls(bucket: str, names: Names) -> str:
    """A bucket refuses whoever speaks in plain, or in a TLS that is too old."""
    arn = f"arn:{names.partition}:s3:::{bucket}"
    everything = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
    }
    return document(
        [
            {**everything, "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
            {**everything, "Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}}},
        ]
    )


def key_policy(names: Names, *more: Statement) -> str:
    """The account's own policies decide who uses a key; without this nobody could ever again."""
    root = {"AWS": f"arn:{names.partition}:iam::{names.account}:root"}
    whole = {"Effect": "Allow", "Principal": root, "Action": "kms:*", "Resource": "*"}
    return document([whole, *more])


def logs_use(names: Names) -> Statement:
    """CloudWatch encrypts this account's log groups with the key."""
    logs = {"kms:EncryptionContext:aws:logs:arn": names.arn("logs", "*")}
    return {
        "Effect": "Allow",
        "Principal": {"Service": f"logs.{names.region}.{names.suffix}"},
        "Action": list(_ENCRYPT),
        "Resource": "*",
        "Condition": {"ArnLike": logs},
    }


def flow_log_writer(log_group: str, names: Names) -> str:
    """Write into one log group."""
    group = names.arn("logs", f"log-group:{log_group}")
    return document(
        [
            allow(["logs:CreateLogStream", "logs:PutLogEvents"], [f"{group}:log-stream:*"]),
            allow(["logs:DescribeLogStreams"], [group, f"{group}:*"]),
            allow(["logs:DescribeLogGroups"], ["*"]),
        ]
    )
