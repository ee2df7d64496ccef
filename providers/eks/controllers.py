"""What the controllers that act on AWS for the cluster may do; pure."""

from collections.abc import Mapping

from providers.eks.names import Names
from providers.eks.policies import allow, document

AUTOSCALER = "kube-system/cluster-autoscaler"
LOAD_BALANCERS = "kube-system/aws-load-balancer-controller"
"""ServiceAccounts of controllers whose charts the platform brings."""

_OWNED = "elbv2.k8s.aws/cluster"
_NONE = {"Null": {f"aws:RequestTag/{_OWNED}": "true", f"aws:ResourceTag/{_OWNED}": "false"}}
"""Ours already, and stays so: the tag is on the thing, and the request does not set it."""


def controllers(names: Names) -> Mapping[str, str]:
    """Each controller's policy by its ServiceAccount."""
    return {AUTOSCALER: _autoscaler(names), LOAD_BALANCERS: _load_balancers(names)}


def _autoscaler(names: Names) -> str:
    """Sees all groups, and changes those that EKS has marked as this cluster's."""
    seen = [
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribeScalingActivities",
        "autoscaling:DescribeTags",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:GetInstanceTypesFromInstanceRequirements",
    ]
    changed = ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"]
    groups = names.arn("autoscaling", "autoScalingGroup:*:autoScalingGroupName/*")
    ours = {f"aws:ResourceTag/k8s.io/cluster-autoscaler/{names.cluster}": "owned"}
    pools = names.arn("eks", f"nodegroup/{names.cluster}/*")
    return document(
        [
            allow(seen, ["*"]),
            allow(["eks:DescribeNodegroup"], [pools]),
            allow(changed, [groups], StringEquals=ours),
        ]
    )


def _load_balancers(names: Names) -> str:
    """Sees the network; makes and changes only what carries this cluster's tag."""
    ours = {f"aws:ResourceTag/{_OWNED}": names.cluster}
    asked = {f"aws:RequestTag/{_OWNED}": names.cluster}
    nodes = {f"aws:ResourceTag/kubernetes.io/cluster/{names.cluster}": "owned"}
    groups, vpcs = names.arn("ec2", "security-group/*"), names.arn("ec2", "vpc/*")
    balancers = [_elb(names, f"loadbalancer/{kind}/*/*") for kind in ("app", "net")]
    listeners = [_elb(names, f"listener/{kind}/*/*/*") for kind in ("app", "net")]
    rules = [_elb(names, f"listener-rule/{kind}/*/*/*/*") for kind in ("app", "net")]
    targets = _elb(names, "targetgroup/*/*")
    made = {"elasticloadbalancing:CreateAction": ["CreateLoadBalancer", "CreateTargetGroup"]}
    return document(
        [
            allow(_SEEN, ["*"]),
            allow(
                ["iam:CreateServiceLinkedRole"],
                [f"arn:{names.partition}:iam::{names.account}:role/aws-service-role/*"],
                StringEquals={"iam:AWSServiceName": "elasticloadbalancing.amazonaws.com"},
            ),
            allow(["ec2:CreateSecurityGroup"], [vpcs]),
            allow(["ec2:CreateSecurityGroup"], [groups], StringEquals=asked),
            allow(
                ["ec2:CreateTags"],
                [groups],
                StringEquals={**asked, "ec2:CreateAction": "CreateSecurityGroup"},
            ),
            allow(["ec2:CreateTags", "ec2:DeleteTags"], [groups], **_NONE),
            allow(_CHANGED_GROUPS, [groups], StringEquals=ours),
            allow(_OPENED_GROUPS, [groups], StringEquals=nodes),
            allow(_MADE, [*balancers, targets], StringEquals=asked),
            allow(_MADE_BELOW, [*balancers, *listeners], StringEquals=ours),
            allow(
                ["elasticloadbalancing:AddTags"],
                [*balancers, targets],
                StringEquals={**asked, **made},
            ),
            allow(_TAGGED, [*balancers, targets], **_NONE),
            allow(_TAGGED, [*listeners, *rules]),
            allow(_CHANGED, [*balancers, targets], StringEquals=ours),
            allow(_CHANGED_BELOW, [*listeners, *rules], StringEquals=ours),
            allow(_REGISTERED, [targets], StringEquals=ours),
        ]
    )


def _elb(names: Names, resource: str) -> str:
    return names.arn("elasticloadbalancing", resource)


_SEEN = (
    "acm:DescribeCertificate",
    "acm:ListCertificates",
    "ec2:DescribeAccountAttributes",
    "ec2:DescribeAddresses",
    "ec2:DescribeAvailabilityZones",
    "ec2:DescribeInstances",
    "ec2:DescribeInternetGateways",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeTags",
    "ec2:DescribeVpcs",
    "ec2:GetSecurityGroupsForVpc",
    "elasticloadbalancing:DescribeCapacityReservation",
    "elasticloadbalancing:DescribeListenerAttributes",
    "elasticloadbalancing:DescribeListenerCertificates",
    "elasticloadbalancing:DescribeListeners",
    "elasticloadbalancing:DescribeLoadBalancerAttributes",
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeRules",
    "elasticloadbalancing:DescribeSSLPolicies",
    "elasticloadbalancing:DescribeTags",
    "elasticloadbalancing:DescribeTargetGroupAttributes",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
)
"""Neither firewalls for the web nor logins: nothing here uses them."""
_OPENED_GROUPS = ("ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress")
"""Of the nodes as well, so that what a load balancer sends gets in."""
_CHANGED_GROUPS = (*_OPENED_GROUPS, "ec2:DeleteSecurityGroup")
_MADE = ("elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup")
_MADE_BELOW = ("elasticloadbalancing:CreateListener", "elasticloadbalancing:CreateRule")
_TAGGED = ("elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags")
_CHANGED = (
    "elasticloadbalancing:DeleteLoadBalancer",
    "elasticloadbalancing:DeleteTargetGroup",
    "elasticloadbalancing:ModifyLoadBalancerAttributes",
    "elasticloadbalancing:ModifyTargetGroup",
    "elasticloadbalancing:ModifyTargetGroupAttributes",
    "elasticloadbalancing:SetIpAddressType",
    "elasticloadbalancing:SetSecurityGroups",
    "elasticloadbalancing:SetSubnets",
)
_CHANGED_BELOW = (
    "elasticloadbalancing:AddListenerCertificates",
    "elasticloadbalancing:DeleteListener",
    "elasticloadbalancing:DeleteRule",
    "elasticloadbalancing:ModifyListener",
    "elasticloadbalancing:ModifyListenerAttributes",
    "elasticloadbalancing:ModifyRule",
    "elasticloadbalancing:RemoveListenerCertificates",
)
_REGISTERED = (
    "elasticloadbalancing:DeregisterTargets",
    "elasticloadbalancing:RegisterTargets",
)
