"""Requests to AWS that make a network, what lies in it, and what machines are made of."""

from collections.abc import Mapping
from typing import Final

from tests.providers.eks.vendor import ANOTHER, OF_THE_PLUGIN, Call, Reshape, within


def _tagged(kind: str) -> Reshape:
    return lambda tags: {"TagSpecifications": [{"ResourceType": kind, "Tags": _tags(tags)}]}


def _tags(tags: Mapping[str, str]) -> list[Mapping[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _data(key: str) -> Reshape:
    return within("LaunchTemplateData", key)


NETWORK: Final[Mapping[str, Call]] = {
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": Call(
        service="ec2",
        operation="DescribeSecurityGroups",
        reshaped={"vpcId": lambda value: {"Filters": [{"Name": "vpc-id", "Values": [value]}]}},
        absent={
            "ingress": "AWS has made the group; its rules are revoked one by one",
            "egress": "AWS has made the group; its rules are revoked one by one",
        },
    ),
    "aws:ec2/eip:Eip": Call(service="ec2", operation="AllocateAddress"),
    "aws:ec2/flowLog:FlowLog": Call(
        service="ec2",
        operation="CreateFlowLogs",
        names={"iamRoleArn": "DeliverLogsPermissionArn"},
        reshaped={"vpcId": lambda value: {"ResourceIds": [value], "ResourceType": "VPC"}},
    ),
    "aws:ec2/internetGateway:InternetGateway": Call(
        service="ec2",
        operation="CreateInternetGateway",
        absent={"vpcId": ANOTHER + ": AttachInternetGateway"},
    ),
    "aws:ec2/launchTemplate:LaunchTemplate": Call(
        service="ec2",
        operation="CreateLaunchTemplate",
        names={"name": "LaunchTemplateName"},
        reshaped={
            "blockDeviceMappings": _data("BlockDeviceMappings"),
            "metadataOptions": _data("MetadataOptions"),
            "userData": _data("UserData"),
            "tagSpecifications": lambda value: {
                "LaunchTemplateData": {
                    "TagSpecifications": [
                        {"ResourceType": each["resourceType"], "Tags": _tags(each["tags"])}
                        for each in value
                    ]
                }
            },
        },
        absent={"updateDefaultVersion": OF_THE_PLUGIN},
    ),
    "aws:ec2/natGateway:NatGateway": Call(service="ec2", operation="CreateNatGateway"),
    "aws:ec2/route:Route": Call(service="ec2", operation="CreateRoute"),
    "aws:ec2/routeTable:RouteTable": Call(service="ec2", operation="CreateRouteTable"),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": Call(
        service="ec2", operation="AssociateRouteTable"
    ),
    "aws:ec2/securityGroup:SecurityGroup": Call(
        service="ec2",
        operation="CreateSecurityGroup",
        given={"GroupName": "the engine's own name for the resource"},
    ),
    "aws:ec2/subnet:Subnet": Call(
        service="ec2",
        operation="CreateSubnet",
        reshaped={"tags": _tagged("subnet")},
        absent={"mapPublicIpOnLaunch": ANOTHER + ": ModifySubnetAttribute"},
    ),
    "aws:ec2/vpc:Vpc": Call(
        service="ec2",
        operation="CreateVpc",
        reshaped={"tags": _tagged("vpc")},
        absent={
            "enableDnsHostnames": ANOTHER + ": ModifyVpcAttribute",
            "enableDnsSupport": ANOTHER + ": ModifyVpcAttribute",
        },
    ),
    "aws:ec2/vpcEndpoint:VpcEndpoint": Call(service="ec2", operation="CreateVpcEndpoint"),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": Call(
        service="ec2",
        operation="AuthorizeSecurityGroupIngress",
        names={"securityGroupId": "GroupId", "cidrIpv4": "CidrIp"},
    ),
}
"""By type token."""
