"""Rights on AWS: what a policy allows at all, whoever has it."""

from assurance.guardrails.guardrail import Control, Guardrail, Severity
from assurance.guardrails.predicate import (
    ITEM,
    AllOf,
    AnyOf,
    Every,
    Matches,
    Not,
    Path,
    Predicate,
    Present,
    Some,
    absent,
    at,
)
from assurance.guardrails.rules.clouds import CIS_AWS, FSBP, these, word

_POLICIES = (
    "aws:iam/groupPolicy:GroupPolicy",
    "aws:iam/policy:Policy",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/userPolicy:UserPolicy",
)
_OF_RESOURCES = (
    "aws:ecr/repositoryPolicy:RepositoryPolicy",
    "aws:kms/key:Key",
    "aws:kms/keyPolicy:KeyPolicy",
    "aws:s3/bucketPolicy:BucketPolicy",
    "aws:secretsmanager/secretPolicy:SecretPolicy",
    "aws:sns/topicPolicy:TopicPolicy",
    "aws:sqs/queuePolicy:QueuePolicy",
)
_OF_POLICIES = these("policies", *_POLICIES)
_READING = r"[a-z0-9-]+:(get|list|describe|lookup|batchget|view|check).*"
"""Actions that change nothing, by how AWS names them."""
_CONDITION = Present(at("Condition"))


def _allowed(key: str, require: Predicate) -> Every:
    """What every statement that allows anything keeps."""
    return Every((at(key, "Statement"),), AnyOf((word("Deny", "Effect"), require)))


def _no_item(path: Path, forbidden: Predicate) -> Not:
    return Not(Some((path,), forbidden))


AWS_RIGHTS: tuple[Guardrail, ...] = (
    Guardrail(
        name="policies-name-their-actions",
        title="A policy names what it allows: no action *, no whole service, no all-but.",
        severity=Severity.CRITICAL,
        frameworks=(Control(CIS_AWS, "1.16"), Control(FSBP, "IAM.1"), Control(FSBP, "IAM.21")),
        applies=_OF_POLICIES,
        require=_allowed(
            "policy",
            AllOf(
                (
                    absent(at("NotAction")),
                    _no_item(at("Action"), Matches(ITEM, r"[*?]+|[^:]*[*?][^:]*:.*|[^:]*:[*?]+")),
                )
            ),
        ),
        remedy="List the actions; a * may end the name of one, as in s3:Get*.",
        page="NotAction allows whatever AWS adds next. Actions are compared in lower case.",
    ),
    Guardrail(
        name="policies-name-what-is-written",
        title="A policy that allows changes says of what, or under which condition.",
        severity=Severity.HIGH,
        frameworks=(Control(FSBP, "IAM.1"),),
        applies=_OF_POLICIES,
        require=_allowed(
            "policy",
            AnyOf(
                (
                    _CONDITION,
                    AllOf(
                        (
                            absent(at("NotResource")),
                            _no_item(at("Resource"), Matches(ITEM, r"[*?]+|arn:[*?:]*")),
                        )
                    ),
                    Every((at("Action"),), Matches(ITEM, _READING)),
                )
            ),
        ),
        remedy="Name the resources, or set a Condition on their tags.",
        page="What only lists and describes may be for everything: many such actions know no "
        "resources.",
    ),
    Guardrail(
        name="roles-are-passed-on-by-name",
        title="A policy says which roles may be handed to a service.",
        severity=Severity.CRITICAL,
        frameworks=(),
        applies=_OF_POLICIES,
        require=_allowed(
            "policy",
            AnyOf(
                (
                    _no_item(at("Action"), Matches(ITEM, r"iam:(p|pa|pas|pass[a-z]*)[*?]?.*")),
                    _no_item(at("Resource"), Matches(ITEM, r"[*?]+|arn:.*:role/[*?]*")),
                )
            ),
        ),
        remedy="Name the roles, or the path that they lie under.",
        page="Whoever passes any role to a service acts as any role.",
    ),
    Guardrail(
        name="roles-are-taken-on-by-somebody",
        title="A role says who takes it on: never everybody.",
        severity=Severity.CRITICAL,
        frameworks=(),
        applies=these("roles", "aws:iam/role:Role"),
        require=_allowed(
            "assumeRolePolicy",
            AllOf(
                (
                    absent(at("NotPrincipal")),
                    _no_item(at("Principal"), Matches(ITEM, r"\*|[^:]*:\*")),
                    AnyOf(
                        (
                            _no_item(at("Principal"), Matches(ITEM, r"Federated:.*")),
                            AllOf((_CONDITION, Present(at("Condition", "StringEquals")))),
                        )
                    ),
                )
            ),
        ),
        remedy="Name the service or the role; where tokens of an issuer are trusted, say "
        "StringEquals of their subject and audience.",
        page="An issuer's tokens without a condition are those of every ServiceAccount there.",
    ),
    Guardrail(
        name="resources-are-shared-with-somebody",
        title="No key, bucket, secret or repository is open to everybody.",
        severity=Severity.CRITICAL,
        frameworks=(Control(FSBP, "S3.6"),),
        applies=these("shared-resources", *_OF_RESOURCES),
        require=_allowed(
            "policy",
            AnyOf(
                (
                    AllOf(
                        (
                            absent(at("NotPrincipal")),
                            _no_item(at("Principal"), Matches(ITEM, r"\*|AWS:\*")),
                        )
                    ),
                    Present(at("Condition", "StringEquals")),
                    Present(at("Condition", "ArnEquals")),
                )
            ),
        ),
        remedy="Name the principals, or say StringEquals of the account that asks.",
        page="A principal * is anybody with an account at AWS, and for a bucket anybody at all.",
    ),
    Guardrail(
        name="nobody-has-access-keys",
        title="Nobody has a key of AWS that does not expire.",
        severity=Severity.HIGH,
        frameworks=(),
        applies=these("users", "aws:iam/accessKey:AccessKey", "aws:iam/user:User"),
        require=AnyOf(()),
        remedy="Use a role: by Pod Identity for pods, by single sign-on for people.",
        page="A key that does not expire is found in a log or a laptop years later.",
    ),
)
