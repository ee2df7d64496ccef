"""Where a company's data is on AWS: buckets, caches, images, secrets, keys, logs."""

from assurance.guardrails.guardrail import Control, Guardrail, Severity
from assurance.guardrails.predicate import (
    ITEM,
    AllOf,
    AnyOf,
    Compares,
    Every,
    Matches,
    Not,
    OneOf,
    Order,
    Some,
    Stated,
    absent,
    absent_or,
    at,
)
from assurance.guardrails.rules.clouds import (
    CIS_AWS,
    FSBP,
    beside,
    on,
    own_key,
    some,
    these,
    word,
)

_KEY = "aws:kms/key:Key"
_ARN = r"arn:[^:]+:kms:[^:]+:[0-9]+:key/.+"
_CACHE = "aws:elasticache/replicationGroup:ReplicationGroup"
_OF_BUCKETS = these("buckets", "aws:s3/bucket:Bucket")
_OF_CACHES = these("caches", _CACHE)


def _deny_plain() -> Some:
    return some(
        "policy.Statement",
        word("Deny", "Effect"),
        Some((at("Principal"),), word("*")),
        Some((at("Action"),), OneOf(ITEM, ("*", "s3:*"))),
        Some((at("Condition", "Bool", "aws:securetransport"),), word("false")),
        Every((at("Resource"),), Matches(ITEM, r"\*|arn:[^:]+:s3:::[^/]+(/\*)?")),
        Some((at("Resource"),), Matches(ITEM, r"\*|[^/]+")),
        Some((at("Resource"),), Matches(ITEM, r"\*|.*/\*")),
    )


BUCKETS: tuple[Guardrail, ...] = (
    Guardrail(
        name="buckets-are-closed-to-the-public",
        title="No bucket can be opened to everybody.",
        severity=Severity.CRITICAL,
        frameworks=(Control(CIS_AWS, "2.1.4"), Control(FSBP, "S3.8")),
        applies=_OF_BUCKETS,
        require=beside(
            "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
            on("blockPublicAcls"),
            on("blockPublicPolicy"),
            on("ignorePublicAcls"),
            on("restrictPublicBuckets"),
        ),
        remedy="Give it a BucketPublicAccessBlock with all four switches on.",
        page="The block outlives every later mistake in a policy or an ACL.",
    ),
    Guardrail(
        name="buckets-take-encrypted-connections-only",
        title="A bucket refuses requests that are not encrypted on their way.",
        severity=Severity.HIGH,
        frameworks=(Control(CIS_AWS, "2.1.1"), Control(FSBP, "S3.5")),
        applies=_OF_BUCKETS,
        require=beside("aws:s3/bucketPolicy:BucketPolicy", _deny_plain()),
        remedy="Give it a BucketPolicy that denies s3:* to everybody where aws:SecureTransport is "
        "false, on the bucket and on all that is in it.",
        page="S3 answers in plain HTTP as well, unless the bucket's own policy forbids it.",
    ),
    Guardrail(
        name="buckets-are-encrypted-with-own-keys",
        title="What lies in a bucket is encrypted with a key of ours.",
        severity=Severity.MEDIUM,
        frameworks=(Control(FSBP, "S3.17"),),
        applies=_OF_BUCKETS,
        require=beside(
            "aws:s3/bucketServerSideEncryptionConfiguration:"
            "BucketServerSideEncryptionConfiguration",
            some(
                "rules",
                OneOf(
                    at("applyServerSideEncryptionByDefault", "sseAlgorithm"),
                    ("aws:kms", "aws:kms:dsse"),
                ),
                Stated(at("applyServerSideEncryptionByDefault", "kmsMasterKeyId")),
            ),
        ),
        remedy="Give it a BucketServerSideEncryptionConfiguration with aws:kms and our key.",
        page="With an own key, whoever reads an object needs the key as well, and taking the key "
        "away closes everything at once.",
    ),
    Guardrail(
        name="buckets-keep-versions",
        title="A bucket keeps what was overwritten or deleted.",
        severity=Severity.MEDIUM,
        frameworks=(Control(FSBP, "S3.14"),),
        applies=_OF_BUCKETS,
        require=beside(
            "aws:s3/bucketVersioning:BucketVersioning",
            word("Enabled", "versioningConfiguration", "status"),
        ),
        remedy="Give it a BucketVersioning that is Enabled, and let old versions expire.",
        page="A job that writes over its own input is otherwise a loss for good.",
    ),
    Guardrail(
        name="buckets-own-their-objects",
        title="Who may read an object is said by policies, not by the object's own list.",
        severity=Severity.MEDIUM,
        frameworks=(Control(FSBP, "S3.12"),),
        applies=_OF_BUCKETS,
        require=beside(
            "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
            word("BucketOwnerEnforced", "rule", "objectOwnership"),
        ),
        remedy="Give it BucketOwnershipControls with BucketOwnerEnforced.",
        page="With it, lists on single objects count for nothing, so policies are all there is to "
        "judge.",
    ),
    Guardrail(
        name="buckets-are-not-emptied-by-destroy",
        title="A bucket that holds something is not deleted.",
        severity=Severity.HIGH,
        frameworks=(),
        applies=_OF_BUCKETS,
        require=Not(on("forceDestroy")),
        remedy="Leave out forceDestroy.",
        page="With forceDestroy, a destroy or a replacement first deletes every object.",
    ),
)

STORES: tuple[Guardrail, ...] = (
    Guardrail(
        name="caches-are-encrypted",
        title="A cache is encrypted on the way and at rest, with a key of ours.",
        severity=Severity.HIGH,
        frameworks=(Control(FSBP, "ElastiCache.4"), Control(FSBP, "ElastiCache.5")),
        applies=_OF_CACHES,
        require=AllOf(
            (
                on("transitEncryptionEnabled"),
                absent_or(at("transitEncryptionMode"), word("required", "transitEncryptionMode")),
                on("atRestEncryptionEnabled"),
                own_key(_KEY, _ARN, "kmsKeyId"),
            )
        ),
        remedy="Set transitEncryptionEnabled, atRestEncryptionEnabled and kmsKeyId.",
        page="The mode `preferred` still answers whoever does not encrypt.",
    ),
    Guardrail(
        name="caches-ask-who-is-there",
        title="A cache answers only those who authenticate.",
        severity=Severity.HIGH,
        frameworks=(Control(FSBP, "ElastiCache.6"),),
        applies=_OF_CACHES,
        require=AnyOf(
            (
                Stated(at("authToken")),
                Stated(at("authTokenWo")),
                Some((at("userGroupIds"),), Stated(ITEM)),
            )
        ),
        remedy="Set authTokenWo, authToken or userGroupIds.",
        page="Otherwise every pod that reaches the port is an administrator of the cache.",
    ),
    Guardrail(
        name="caches-are-backed-up",
        title="A cache keeps daily snapshots.",
        severity=Severity.MEDIUM,
        frameworks=(Control(FSBP, "ElastiCache.1"),),
        applies=_OF_CACHES,
        require=Compares(at("snapshotRetentionLimit"), Order.AT_LEAST, 1),
        remedy="Set snapshotRetentionLimit to 1 or more.",
        page="What features are computed from may take days to compute again.",
    ),
    Guardrail(
        name="image-repositories-scan-and-keep-tags",
        title="An image is looked over when it is pushed, and its tag never means another.",
        severity=Severity.MEDIUM,
        frameworks=(Control(FSBP, "ECR.1"), Control(FSBP, "ECR.2")),
        applies=these("repositories", "aws:ecr/repository:Repository"),
        require=AllOf(
            (
                on("imageScanningConfiguration", "scanOnPush"),
                word("IMMUTABLE", "imageTagMutability"),
            )
        ),
        remedy="Set imageScanningConfiguration.scanOnPush, and imageTagMutability to IMMUTABLE.",
        page="A tag that can be moved is a way to change what runs without changing the stack.",
    ),
    Guardrail(
        name="image-repositories-are-encrypted-with-own-keys",
        title="Images are encrypted with a key of ours.",
        severity=Severity.LOW,
        frameworks=(Control(FSBP, "ECR.5"),),
        applies=these("repositories", "aws:ecr/repository:Repository"),
        require=some(
            "encryptionConfigurations", word("KMS", "encryptionType"), Stated(at("kmsKey"))
        ),
        remedy="Set encryptionConfigurations with KMS and kmsKey.",
        page="Images hold models, and models hold what they were trained on.",
    ),
    Guardrail(
        name="secrets-can-be-had-back",
        title="A secret is encrypted with a key of ours, and not gone at once when deleted.",
        severity=Severity.MEDIUM,
        frameworks=(),
        applies=these("secrets", "aws:secretsmanager/secret:Secret"),
        require=AllOf((own_key(_KEY, _ARN, "kmsKeyId"), Not(word(0, "recoveryWindowInDays")))),
        remedy="Set kmsKeyId, and leave out recoveryWindowInDays or make it 7 or more.",
        page="With AWS's own key, whoever may read the secret may also decrypt it.",
    ),
    Guardrail(
        name="keys-rotate-and-linger",
        title="A key is renewed every year, and its deletion takes a week at least.",
        severity=Severity.HIGH,
        frameworks=(Control(CIS_AWS, "3.6"), Control(FSBP, "KMS.4")),
        applies=these("keys", _KEY),
        require=AllOf(
            (
                on("enableKeyRotation"),
                AnyOf(
                    (
                        absent(at("deletionWindowInDays")),
                        Compares(at("deletionWindowInDays"), Order.AT_LEAST, 7),
                    )
                ),
                Not(on("bypassPolicyLockoutSafetyCheck")),
            )
        ),
        remedy="Set enableKeyRotation; leave out deletionWindowInDays (30) or make it 7 or more.",
        page="With a key, everything goes that was ever encrypted with it.",
    ),
    Guardrail(
        name="log-groups-end-and-are-encrypted",
        title="A log group says how long it keeps logs, and encrypts them with a key of ours.",
        severity=Severity.MEDIUM,
        frameworks=(Control(FSBP, "CloudWatch.16"),),
        applies=these("log-groups", "aws:cloudwatch/logGroup:LogGroup"),
        require=AllOf(
            (
                Compares(at("retentionInDays"), Order.AT_LEAST, 1),
                own_key(_KEY, _ARN, "kmsKeyId"),
            )
        ),
        remedy="Set retentionInDays and kmsKeyId.",
        page="Without an end, logs are kept, and paid for, for ever; 0 means the same.",
    ),
    Guardrail(
        name="disks-are-encrypted",
        title="A volume or a file system that the program makes is encrypted.",
        severity=Severity.HIGH,
        frameworks=(Control(CIS_AWS, "2.4.1"), Control(FSBP, "EFS.1")),
        applies=these("disks", "aws:ebs/volume:Volume", "aws:efs/fileSystem:FileSystem"),
        require=on("encrypted"),
        remedy="Set encrypted; it cannot be changed later.",
        page="What claims of pods get is said by the storage class.",
    ),
)

AWS_STORES = (*BUCKETS, *STORES)
