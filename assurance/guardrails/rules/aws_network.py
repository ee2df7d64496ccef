"""The network on AWS, the cluster on it, and its nodes."""

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
    at,
)
from assurance.guardrails.rules.clouds import (
    ANYWHERE,
    CIS_AWS,
    CIS_EKS,
    FSBP,
    after,
    beside,
    each,
    made_from,
    off,
    on,
    some,
    these,
    word,
)

_VPC, _CLUSTER = "aws:ec2/vpc:Vpc", "aws:eks/cluster:Cluster"
_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
_OF_VPCS, _OF_CLUSTERS = these("networks", _VPC), these("clusters", _CLUSTER)
_OF_TEMPLATES = these("launch-templates", _TEMPLATE)
_LOGS = ("api", "audit", "authenticator", "controllerManager", "scheduler")
_NOBODY_FROM = tuple(
    Every((at(key),), Not(Matches(ITEM, ANYWHERE))) for key in ("cidrBlocks", "ipv6CidrBlocks")
)

AWS_NETWORK: tuple[Guardrail, ...] = (
    Guardrail(
        name="security-groups-let-not-everybody-in",
        title="No security group lets in the whole internet.",
        severity=Severity.CRITICAL,
        frameworks=(Control(CIS_AWS, "5.2"), Control(CIS_AWS, "5.3"), Control(FSBP, "EC2.18")),
        applies=these(
            "security-groups",
            "aws:ec2/securityGroup:SecurityGroup",
            "aws:ec2/securityGroupRule:SecurityGroupRule",
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        ),
        require=AllOf(
            (
                Not(Matches(at("cidrIpv4"), ANYWHERE)),
                Not(Matches(at("cidrIpv6"), ANYWHERE)),
                AnyOf((word("egress", "type"), AllOf(_NOBODY_FROM))),
                each("ingress", *_NOBODY_FROM),
            )
        ),
        remedy="Name the addresses that may come in; what is public goes through the gateway's "
        "load balancer.",
        page="Whatever listens behind such a group is found within minutes.",
    ),
    Guardrail(
        name="default-security-groups-are-shut",
        title="A network's default security group lets nothing through.",
        severity=Severity.MEDIUM,
        frameworks=(Control(CIS_AWS, "5.4"), Control(FSBP, "EC2.2")),
        applies=_OF_VPCS,
        require=beside(
            "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
            Not(Some((at("ingress"),), AllOf(()))),
            Not(Some((at("egress"),), AllOf(()))),
        ),
        remedy="Adopt it as a DefaultSecurityGroup with empty ingress and egress.",
        page="Whatever is made without a word about groups gets this one.",
    ),
    Guardrail(
        name="networks-log-their-flows",
        title="A network writes down who talked to whom.",
        severity=Severity.MEDIUM,
        frameworks=(Control(CIS_AWS, "3.7"), Control(FSBP, "EC2.6")),
        applies=_OF_VPCS,
        require=beside(
            "aws:ec2/flowLog:FlowLog",
            OneOf(at("trafficType"), ("ALL", "REJECT")),
            Stated(at("logDestination")),
        ),
        remedy="Give it a FlowLog of ALL traffic.",
        page="After an incident it is too late to begin.",
    ),
    Guardrail(
        name="subnets-give-no-public-addresses",
        title="A subnet gives no public address to what is put into it.",
        severity=Severity.HIGH,
        frameworks=(Control(FSBP, "EC2.15"),),
        applies=these("subnets", "aws:ec2/subnet:Subnet"),
        require=Not(on("mapPublicIpOnLaunch")),
        remedy="Leave out mapPublicIpOnLaunch.",
        page="Load balancers get their addresses without it; nodes must not have any.",
    ),
)
AWS_CLUSTER: tuple[Guardrail, ...] = (
    Guardrail(
        name="cluster-secrets-are-encrypted-with-own-keys",
        title="What etcd keeps of Secrets is encrypted with a key of ours.",
        severity=Severity.HIGH,
        frameworks=(Control(CIS_EKS, "5.3.1"), Control(FSBP, "EKS.3")),
        applies=_OF_CLUSTERS,
        require=AllOf(
            (
                Some((at("encryptionConfig", "resources"),), word("secrets")),
                Stated(at("encryptionConfig", "provider", "keyArn")),
            )
        ),
        remedy="Set encryptionConfig with resources [secrets] and the stack's key.",
        page="It can be switched on later, and never off.",
    ),
    Guardrail(
        name="cluster-endpoints-are-not-open-to-everybody",
        title="The API server is reached from inside, and from outside by named addresses only.",
        severity=Severity.CRITICAL,
        frameworks=(Control(CIS_EKS, "5.4.1"), Control(CIS_EKS, "5.4.2"), Control(FSBP, "EKS.1")),
        applies=_OF_CLUSTERS,
        require=AllOf(
            (
                on("vpcConfig", "endpointPrivateAccess"),
                AnyOf(
                    (
                        off("vpcConfig", "endpointPublicAccess"),
                        AllOf(
                            (
                                some("vpcConfig.publicAccessCidrs"),
                                each("vpcConfig.publicAccessCidrs", Not(Matches(ITEM, ANYWHERE))),
                            )
                        ),
                    )
                ),
            )
        ),
        remedy="Set endpointPrivateAccess; set endpointPublicAccess to false, or name "
        "publicAccessCidrs.",
        page="Without a list, AWS opens the endpoint to 0.0.0.0/0.",
    ),
    Guardrail(
        name="clusters-log-everything",
        title="The control plane keeps its logs, in a group of ours that comes first.",
        severity=Severity.HIGH,
        frameworks=(Control(CIS_EKS, "2.1.1"), Control(FSBP, "EKS.8")),
        applies=_OF_CLUSTERS,
        require=AllOf(
            (
                *(Some((at("enabledClusterLogTypes"),), word(log)) for log in _LOGS),
                after(
                    "aws:cloudwatch/logGroup:LogGroup", Matches(at("name"), "/aws/eks/.+/cluster")
                ),
            )
        ),
        remedy="Name all five enabledClusterLogTypes; depend on the LogGroup /aws/eks/…/cluster.",
        page="EKS makes the group itself if there is none: it has no end, and outlives destroy.",
    ),
    Guardrail(
        name="clusters-know-people-by-access-entries",
        title="Who may use the cluster is said by access entries alone.",
        severity=Severity.HIGH,
        frameworks=(),
        applies=_OF_CLUSTERS,
        require=AllOf(
            (
                word("API", "accessConfig", "authenticationMode"),
                off("accessConfig", "bootstrapClusterCreatorAdminPermissions"),
            )
        ),
        remedy="Set accessConfig: authenticationMode API, and no permissions for the creator.",
        page="Whoever ran the first deployment is otherwise an administrator for good, unseen.",
    ),
    Guardrail(
        name="clusters-are-not-deleted-by-mistake",
        title="A cluster refuses to be deleted.",
        severity=Severity.HIGH,
        frameworks=(),
        applies=_OF_CLUSTERS,
        require=on("deletionProtection"),
        remedy="Set deletionProtection.",
        page="AWS itself then refuses, whoever asks; it takes two steps to lose the cluster.",
    ),
    Guardrail(
        name="clusters-enforce-network-policies",
        title="The cluster's network does what NetworkPolicies say.",
        severity=Severity.CRITICAL,
        frameworks=(Control(CIS_EKS, "5.4.4"),),
        applies=_OF_CLUSTERS,
        require=beside(
            "aws:eks/addon:Addon",
            word("vpc-cni", "addonName"),
            word("true", "configurationValues", "enableNetworkPolicy"),
        ),
        remedy='Give it the add-on vpc-cni with {"enableNetworkPolicy": "true"}.',
        page="Without it the API server takes every NetworkPolicy, and nobody enforces one.",
    ),
    Guardrail(
        name="node-groups-have-a-launch-template",
        title="How nodes start is said by a launch template of ours.",
        severity=Severity.HIGH,
        frameworks=(),
        applies=these("node-groups", "aws:eks/nodeGroup:NodeGroup"),
        require=AllOf(
            (
                AnyOf((Stated(at("launchTemplate", "id")), Stated(at("launchTemplate", "name")))),
                made_from("launchTemplate", _TEMPLATE),
                absent(at("remoteAccess", "ec2SshKey")),
            )
        ),
        remedy="Give it a launchTemplate of this program, and no remoteAccess.",
        page="AWS's own template leaves disks unencrypted and the metadata service open to pods.",
    ),
    Guardrail(
        name="nodes-keep-their-credentials-from-pods",
        title="A node hands out its credentials by IMDSv2 alone, and to no pod.",
        severity=Severity.CRITICAL,
        frameworks=(Control(CIS_AWS, "5.6"), Control(FSBP, "EC2.8")),
        applies=_OF_TEMPLATES,
        require=AllOf(
            (
                word("required", "metadataOptions", "httpTokens"),
                Compares(at("metadataOptions", "httpPutResponseHopLimit"), Order.AT_MOST, 1),
            )
        ),
        remedy="Set metadataOptions: httpTokens required, httpPutResponseHopLimit 1.",
        page="A pod is one hop further away: with a limit of 1, no answer reaches it.",
    ),
    Guardrail(
        name="nodes-encrypt-their-disks",
        title="Every disk of a node is encrypted.",
        severity=Severity.HIGH,
        frameworks=(Control(FSBP, "EC2.3"),),
        applies=_OF_TEMPLATES,
        require=AllOf(
            (
                some("blockDeviceMappings"),
                each(
                    "blockDeviceMappings",
                    AnyOf((on("ebs", "encrypted"), word("true", "ebs", "encrypted"))),
                ),
            )
        ),
        remedy="Say encrypted in ebs of every blockDeviceMapping.",
        page="emptyDir, images and logs are on the node's disk.",
    ),
    Guardrail(
        name="nodes-have-no-public-address",
        title="A node has no public address.",
        severity=Severity.HIGH,
        frameworks=(Control(FSBP, "EC2.9"),),
        applies=_OF_TEMPLATES,
        require=each(
            "networkInterfaces",
            Not(on("associatePublicIpAddress")),
            Not(word("true", "associatePublicIpAddress")),
        ),
        remedy="Leave out associatePublicIpAddress.",
        page="Every host port would be a port on the internet.",
    ),
)
