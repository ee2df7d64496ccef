"""What controllers that everybody knows need on AWS, by their ServiceAccount: data.

As their own documentation says, less what nothing here uses: no firewalls for the web, no logins.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from assurance.proofs.identity.rights import Right


@dataclass(frozen=True, kw_only=True, slots=True)
class Controller:
    """One of them."""

    somewhere: tuple[Right, ...]
    """Without these it does nothing."""
    tolerated: tuple[Right, ...] = ()


def _may(actions: str, *resources: str) -> Right:
    """Actions, by blanks, on some resources or on all."""
    return Right(actions=tuple(actions.lower().split()), resources=resources or ("*",))


def _tagged(actions: str, *keys: str) -> Right:
    """Only on what carries one of these tags, or is given it now."""
    return Right(
        actions=tuple(actions.lower().split()),
        resources=("*",),
        when={key.lower(): ("?*",) for key in keys},
    )


def _policy(*names: str) -> Right:
    """One of these policies of AWS's own."""
    return Right(actions=tuple(f"policy {name}".lower() for name in names), resources=("*",))


def _maintained(name: str, *tolerated: Right) -> Controller:
    return Controller(somewhere=(_policy(name),), tolerated=(_policy(name), *tolerated))


_ASKED, _THERE = "aws:RequestTag/elbv2.k8s.aws/cluster", "aws:ResourceTag/elbv2.k8s.aws/cluster"
_DISKS = _may(
    "kms:CreateGrant kms:Decrypt kms:DescribeKey kms:Encrypt kms:GenerateDataKey "
    "kms:GenerateDataKeyWithoutPlaintext kms:ReEncrypt*"
)
_ZONES = "arn:*:route53:::hostedzone/*"
_SECRETS = "arn:*:secretsmanager:*:*:secret:*"
_BALANCERS = Controller(
    somewhere=(
        _may("ec2:DescribeSubnets"),
        _may("elasticloadbalancing:DescribeLoadBalancers"),
        _may("elasticloadbalancing:CreateLoadBalancer"),
        _may("elasticloadbalancing:RegisterTargets"),
    ),
    tolerated=(
        _may(
            "acm:DescribeCertificate acm:ListCertificates ec2:DescribeAccountAttributes "
            "ec2:DescribeAddresses ec2:DescribeAvailabilityZones ec2:DescribeCoipPools "
            "ec2:DescribeInstances ec2:DescribeInternetGateways ec2:DescribeIpamPools "
            "ec2:DescribeNetworkInterfaces ec2:DescribeRouteTables ec2:DescribeSecurityGroups "
            "ec2:DescribeSubnets ec2:DescribeTags ec2:DescribeVpcPeeringConnections "
            "ec2:DescribeVpcs ec2:GetCoipPoolUsage ec2:GetSecurityGroupsForVpc "
            "elasticloadbalancing:DescribeCapacityReservation "
            "elasticloadbalancing:DescribeListenerAttributes "
            "elasticloadbalancing:DescribeListenerCertificates "
            "elasticloadbalancing:DescribeListeners "
            "elasticloadbalancing:DescribeLoadBalancerAttributes "
            "elasticloadbalancing:DescribeLoadBalancers elasticloadbalancing:DescribeRules "
            "elasticloadbalancing:DescribeSSLPolicies elasticloadbalancing:DescribeTags "
            "elasticloadbalancing:DescribeTargetGroupAttributes "
            "elasticloadbalancing:DescribeTargetGroups elasticloadbalancing:DescribeTargetHealth "
            "elasticloadbalancing:DescribeTrustStores"
        ),
        Right(
            actions=("iam:createservicelinkedrole",),
            resources=("*",),
            when={"iam:awsservicename": ("elasticloadbalancing.amazonaws.com",)},
        ),
        _may("ec2:CreateSecurityGroup", "arn:*:ec2:*:*:vpc/*"),
        _tagged("ec2:CreateSecurityGroup", _ASKED),
        _tagged("ec2:CreateTags", "ec2:CreateAction", _ASKED),
        _tagged("ec2:CreateTags ec2:DeleteTags", _THERE),
        _tagged(
            "ec2:AuthorizeSecurityGroupIngress ec2:DeleteSecurityGroup "
            "ec2:RevokeSecurityGroupIngress",
            _THERE,
        ),
        _tagged(
            "elasticloadbalancing:CreateLoadBalancer elasticloadbalancing:CreateTargetGroup",
            _ASKED,
        ),
        _tagged("elasticloadbalancing:AddTags", "elasticloadbalancing:CreateAction", _ASKED),
        _tagged(
            "elasticloadbalancing:AddListenerCertificates elasticloadbalancing:AddTags "
            "elasticloadbalancing:CreateListener elasticloadbalancing:CreateRule "
            "elasticloadbalancing:DeleteListener elasticloadbalancing:DeleteLoadBalancer "
            "elasticloadbalancing:DeleteRule elasticloadbalancing:DeleteTargetGroup "
            "elasticloadbalancing:DeregisterTargets elasticloadbalancing:ModifyListener "
            "elasticloadbalancing:ModifyListenerAttributes "
            "elasticloadbalancing:ModifyLoadBalancerAttributes elasticloadbalancing:ModifyRule "
            "elasticloadbalancing:ModifyTargetGroup "
            "elasticloadbalancing:ModifyTargetGroupAttributes "
            "elasticloadbalancing:RegisterTargets "
            "elasticloadbalancing:RemoveListenerCertificates elasticloadbalancing:RemoveTags "
            "elasticloadbalancing:SetIpAddressType elasticloadbalancing:SetSecurityGroups "
            "elasticloadbalancing:SetSubnets",
            _THERE,
        ),
        _may(
            "elasticloadbalancing:AddTags elasticloadbalancing:RemoveTags",
            "arn:*:elasticloadbalancing:*:*:listener/*",
            "arn:*:elasticloadbalancing:*:*:listener-rule/*",
        ),
    ),
)
_AUTOSCALER = Controller(
    somewhere=(
        _may("autoscaling:DescribeAutoScalingGroups"),
        _may("autoscaling:SetDesiredCapacity"),
        _may("autoscaling:TerminateInstanceInAutoScalingGroup"),
    ),
    tolerated=(
        _may(
            "autoscaling:DescribeAutoScalingGroups autoscaling:DescribeAutoScalingInstances "
            "autoscaling:DescribeLaunchConfigurations autoscaling:DescribeScalingActivities "
            "autoscaling:DescribeTags ec2:DescribeImages ec2:DescribeInstanceTypes "
            "ec2:DescribeLaunchTemplateVersions ec2:GetInstanceTypesFromInstanceRequirements "
            "eks:DescribeNodegroup"
        ),
    ),
)
_EXTERNAL_SECRETS = Controller(
    somewhere=(_may("secretsmanager:GetSecretValue"),),
    tolerated=(
        _may("secretsmanager:DescribeSecret secretsmanager:GetSecretValue", _SECRETS),
        Right(
            actions=("kms:decrypt",),
            resources=("*",),
            when={"kms:viaservice": ("secretsmanager.*",)},
        ),
    ),
)
_DNS = Controller(
    somewhere=(_may("route53:ChangeResourceRecordSets"),),
    tolerated=(
        _may("route53:ChangeResourceRecordSets route53:ListResourceRecordSets", _ZONES),
        _may(
            "route53:ListHostedZones route53:ListHostedZonesByName route53:ListTagsForResource "
            "route53:ListTagsForResources route53:ListResourceRecordSets"
        ),
        _may("route53:GetChange", "arn:*:route53:::change/*"),
    ),
)

_SCALED = _may("autoscaling:SetDesiredCapacity autoscaling:TerminateInstanceInAutoScalingGroup")
_OPENED = _may("ec2:AuthorizeSecurityGroupIngress ec2:RevokeSecurityGroupIngress")
_ALWAYS: Mapping[str, Controller] = {
    "amazon-cloudwatch/cloudwatch-agent": _maintained("CloudWatchAgentServerPolicy"),
    "cert-manager/cert-manager": _DNS,
    "external-dns/external-dns": _DNS,
    "external-secrets/eso": _EXTERNAL_SECRETS,
    "external-secrets/external-secrets": _EXTERNAL_SECRETS,
    "kube-system/aws-node": _maintained("AmazonEKS_CNI_Policy"),
    "kube-system/ebs-csi-controller-sa": _maintained("AmazonEBSCSIDriverPolicy", _DISKS),
    "kube-system/efs-csi-controller-sa": _maintained("AmazonEFSCSIDriverPolicy"),
}
_OF_CLUSTER: Mapping[str, tuple[Controller, Right, str]] = {
    "kube-system/aws-load-balancer-controller": (_BALANCERS, _OPENED, "kubernetes.io/cluster"),
    "kube-system/cluster-autoscaler": (_AUTOSCALER, _SCALED, "k8s.io/cluster-autoscaler"),
}
"""Those that change what carries the tag of their own cluster, and what they do with it."""


def controllers(clusters: Iterable[str]) -> dict[str, Controller]:
    """All of them, for clusters of these names."""
    found = dict(_ALWAYS)
    for account, (controller, right, tag) in _OF_CLUSTER.items():
        keys = [f"aws:resourcetag/{tag}/{cluster}".lower() for cluster in clusters]
        own = tuple(replace(right, when={key: ("owned",)}) for key in keys)
        found[account] = replace(controller, tolerated=(*controller.tolerated, *own))
    return found
