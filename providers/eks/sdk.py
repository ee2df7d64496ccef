"""pulumi_aws as far as it is needed here: checked against its types, run without its classes.

Those are loaded a hundred at a time, each with the types of all its inputs: seconds of a rehearsal.
A test registers every stack with the SDK's own classes as well, and finds no difference.
"""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pulumi

_OUTPUTS: Mapping[str, tuple[str, ...]] = {
    "aws:acm/certificate:Certificate": ("arn", "domainValidationOptions"),
    "aws:cloudwatch/logGroup:LogGroup": ("arn",),
    "aws:ec2/launchTemplate:LaunchTemplate": ("latestVersion",),
    "aws:eks/cluster:Cluster": ("certificateAuthority", "endpoint"),
    "aws:elasticache/replicationGroup:ReplicationGroup": ("primaryEndpointAddress",),
    "aws:iam/role:Role": ("arn",),
    "aws:kms/key:Key": ("arn", "keyId"),
    "aws:rds/instance:Instance": ("address", "masterUserSecrets"),
    "aws:route53/zone:Zone": ("zoneId",),
    "aws:secretsmanager/secretVersion:SecretVersion": ("secretArn",),
}
"""What is read of a resource once it is there, besides its id and what was asked for."""
_SECRETS: Mapping[str, list[str]] = {
    "aws:acm/certificate:Certificate": ["privateKey", "privateKeyWo"],
    "aws:elasticache/replicationGroup:ReplicationGroup": ["authToken", "authTokenWo"],
    "aws:rds/instance:Instance": ["password", "passwordWo"],
    "aws:secretsmanager/secretVersion:SecretVersion": [
        "secretBinary",
        "secretString",
        "secretStringWo",
    ],
}
"""What is encrypted in the stack's state, whoever has written it there."""
_PLAIN = frozenset({"labels", "tags"})
"""Mappings whose keys are somebody's own."""


class Made(pulumi.CustomResource):
    """A resource of AWS; what it was made from and came to are attributes, as the SDK has them."""

    def __init__(
        self, token: str, name: str, inputs: Mapping[str, Any], opts: pulumi.ResourceOptions
    ) -> None:
        outputs = dict.fromkeys(_OUTPUTS.get(token, ()))
        sealed = pulumi.ResourceOptions(additional_secret_outputs=_SECRETS.get(token))
        whole = pulumi.ResourceOptions.merge(opts, sealed)
        super().__init__(token, name, {**outputs, **wired(inputs)}, whole)

    def __getattr__(self, name: str) -> Any:
        """The attribute in the words of the protocol."""
        try:
            return self.__dict__[_wire(name)]
        except KeyError:
            raise AttributeError(name) from None


def wired(value: Any) -> Any:
    """Plain inputs in the words of the protocol: `kms_key_id` is `kmsKeyId` there."""
    if isinstance(value, Mapping):
        return {
            _wire(key): dict(inner) if key in _PLAIN and inner is not None else wired(inner)
            for key, inner in value.items()
        }
    return [wired(inner) for inner in value] if isinstance(value, list) else value


def _wire(name: str) -> str:
    return re.sub("_([a-z0-9])", lambda found: found[1].upper(), name)


class _Service:
    def __init__(self, name: str) -> None:
        self._service = name

    def __getattr__(self, kind: str) -> Callable[..., Made]:
        token = f"aws:{self._service}/{kind[0].lower()}{kind[1:]}:{kind}"

        def make(called: str, /, *, opts: pulumi.ResourceOptions, **inputs: Any) -> Made:
            return Made(token, called, inputs, opts)

        return make


class _Aws:
    def __getattr__(self, service: str) -> _Service:
        return _Service(service)


if TYPE_CHECKING:
    import pulumi_aws as aws
else:
    aws = _Aws()

__all__ = ["aws"]
