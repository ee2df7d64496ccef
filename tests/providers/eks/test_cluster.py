"""The cluster's parts come in an order in which they can, and what holds data stays."""

import json
from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Any

import pytest
from google.protobuf import struct_pb2
from pulumi.runtime.proto.resource_pb2 import RegisterResourceRequest

from assurance.graph.codec import encode
from assurance.graph.graph import Graph
from assurance.graph.readers.recording import monitor
from assurance.graph.readers.recording.replies import warm
from assurance.graph.resource import Marker, Resource, Secret
from providers.config.agents import EKS_AGENTS
from providers.contract import IDENTITY
from tests.providers.eks.stacks import EVERYTHING, PROD, recorded, rehearsals
from tests.rehearsed import asked, graphs


def of_type(graph: Graph, kind: str) -> list[Resource]:
    found = list(graph.of_type(kind))
    assert found, kind
    return found


def before(graph: Graph, urn: str, seen: set[str] | None = None) -> set[str]:
    """Everything that is there before a resource is made."""
    seen = set() if seen is None else seen
    for other in graph.resources[urn].dependencies:
        if other not in seen:
            seen.add(other)
            before(graph, other, seen)
    return seen


def addons(graph: Graph) -> dict[str, Resource]:
    return {r.inputs["addonName"]: r for r in of_type(graph, "aws:eks/addon:Addon")}


@pytest.fixture(scope="module", params=["prod", "eks"])
def graph(request: pytest.FixtureRequest) -> Graph:
    path = PROD if request.param == "prod" else EVERYTHING
    return graphs(path)[request.param]


def test_what_keeps_data_comes_after_the_class_of_its_volumes() -> None:
    graph = graphs(EVERYTHING)["eks"]
    [volumes] = of_type(graph, "kubernetes:storage.k8s.io/v1:StorageClass")
    sets = of_type(graph, "kubernetes:apps/v1:StatefulSet")
    [store] = [r for r in sets if r.inputs["metadata"]["name"] == "store"]
    assert volumes.urn in before(graph, store.urn)


def test_nodes_come_after_what_makes_them_ready_and_before_what_runs_on_them(graph: Graph) -> None:
    every = addons(graph)
    groups = of_type(graph, "aws:eks/nodeGroup:NodeGroup")
    rights = of_type(graph, "aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    node_rights = {r.urn for r in rights if "-node-" in r.name and "kube-system" not in r.name}
    ways = {r.urn for r in of_type(graph, "aws:ec2/route:Route")}
    assert len(node_rights) == 3
    for group in groups:
        needed = before(graph, group.urn)
        assert {every[a].urn for a in ("vpc-cni", "kube-proxy", "eks-pod-identity-agent")} <= needed
        assert node_rights <= needed
        assert ways <= needed
    for late in ("coredns", "aws-ebs-csi-driver", "metrics-server"):
        assert {group.urn for group in groups} <= before(graph, every[late].urn)


def test_of_every_add_on_it_is_known_what_it_takes_of_each_node(graph: Graph) -> None:
    assert set(addons(graph)) - {"coredns", "metrics-server"} == set(EKS_AGENTS)


def test_nothing_is_made_on_the_cluster_before_it_can_run_and_lets_us_in(graph: Graph) -> None:
    [provider] = of_type(graph, "pulumi:providers:kubernetes")
    needed = before(graph, provider.urn)
    assert {each.urn for each in addons(graph).values()} <= needed
    admitted = of_type(graph, "aws:eks/accessPolicyAssociation:AccessPolicyAssociation")
    assert {each.urn for each in admitted} <= needed


def test_policies_are_enforced_because_the_network_plugin_is_told_to(graph: Graph) -> None:
    told = json.loads(addons(graph)["vpc-cni"].inputs["configurationValues"])
    assert told["enableNetworkPolicy"] == "true"
    assert told["env"]["ENABLE_PREFIX_DELEGATION"] == "true"


def test_nothing_has_the_address_of_a_node_and_its_credentials(graph: Graph) -> None:
    for template in of_type(graph, "aws:ec2/launchTemplate:LaunchTemplate"):
        assert template.inputs["metadataOptions"]["httpTokens"] == "required"
        assert template.inputs["metadataOptions"]["httpPutResponseHopLimit"] == 1
        assert template.inputs["blockDeviceMappings"][0]["ebs"]["encrypted"] == "true"


def test_a_role_is_named_after_one_account_and_could_be_no_other_s(graph: Graph) -> None:
    """With a hyphen between them, `a/b-c` and `a-b/c` would be one role."""
    roles = {r.name: r.inputs["name"] for r in of_type(graph, "aws:iam/role:Role")}
    for each in of_type(graph, "aws:eks/podIdentityAssociation:PodIdentityAssociation"):
        account = f"{each.inputs['namespace']}_{each.inputs['serviceAccount']}"
        assert each.name.endswith(f"-{account}")
        assert roles[each.name].endswith(f"-{account}")


def test_the_api_server_is_closed_to_the_internet_unless_it_is_said_from_where() -> None:
    [closed] = of_type(graphs(PROD)["prod"], "aws:eks/cluster:Cluster")
    assert closed.inputs["vpcConfig"]["endpointPublicAccess"] is False
    [open_] = of_type(graphs(EVERYTHING)["eks"], "aws:eks/cluster:Cluster")
    assert open_.inputs["vpcConfig"]["publicAccessCidrs"] == ["198.51.100.0/24"]


KEPT = (
    "aws:eks/cluster:Cluster",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:kms/key:Key",
    "aws:rds/instance:Instance",
    "aws:s3/bucket:Bucket",
)


@pytest.mark.parametrize("kind", KEPT)
def test_what_holds_data_is_protected_where_the_stack_file_does_not_say_otherwise(
    kind: str,
) -> None:
    assert all(each.options.protect for each in of_type(graphs(PROD)["prod"], kind))
    assert not any(each.options.protect for each in of_type(graphs(EVERYTHING)["eks"], kind))


def secrets(graph: Graph) -> Iterator[tuple[str, Any]]:
    for resource in graph.resources.values():
        for key in ("kubeconfig", "authToken", "secretString"):
            if key in resource.inputs:
                yield f"{resource.name} {key}", resource.inputs[key]


def answered(request: RegisterResourceRequest, urn: str) -> tuple[str, struct_pb2.Struct]:
    """What a cluster and a password come to once they are there."""
    made, outputs = warm(request, urn)
    if request.type == "pulumi-python:dynamic/credential:Credential":
        outputs["value"] = "canary-of-the-cache"
    if request.type == "aws:eks/cluster:Cluster":
        outputs["endpoint"] = "https://canary.example.org"
        outputs.get_or_create_struct("certificateAuthority")["data"] = "canary-of-the-cluster"
    return made, outputs


def test_no_secret_is_known_before_anything_stands() -> None:
    for where, each in rehearsals():
        found = dict(secrets(each))
        assert len(found) == 3, where
        for place, value in found.items():
            assert isinstance(value, Marker), f"{where}: {place}"


def test_no_secret_is_plain_wherever_it_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitor, "warm", answered)
    graph = recorded(EVERYTHING, "warm")
    found = dict(secrets(graph))
    assert len(found) == 3
    for place, value in found.items():
        assert isinstance(value, Secret), place
        assert "canary" in str(value.value), place
    [kubeconfig] = [each.value for each in found.values() if "apiVersion" in str(each.value)]
    [user] = json.loads(kubeconfig)["users"]
    assert user["user"]["exec"]["args"][:4] == [
        "eks",
        "get-token",
        "--cluster-name",
        "ml-platform-eks",
    ]
    told = json.dumps([encode(each.inputs) for each in graph.resources.values()])
    assert "canary-of-the" not in told


def test_the_address_plan_is_that_of_the_subnets() -> None:
    graph, intent = asked(PROD)["prod"]
    plan = intent.addresses
    assert plan is not None
    subnets = of_type(graph, "aws:ec2/subnet:Subnet")
    ranges = {r.name: IPv4Network(r.inputs["cidrBlock"]) for r in subnets}
    private = {r for name, r in ranges.items() if "-private-" in name}
    database = {r for name, r in ranges.items() if "-database-" in name}
    assert set(plan.nodes) == set(plan.pods) == private
    control = {r for name, r in ranges.items() if "-control-" in name}
    assert set(plan.api_server) == set(plan.webhooks) == control
    assert set(plan.balancers) == {r for name, r in ranges.items() if "-public-" in name}
    for name in ("platform.database", "platform.cache"):
        assert set(intent.endpoints[name].cidrs) == database
    assert [str(r) for r in intent.endpoints[IDENTITY].cidrs] == ["169.254.170.23/32"]


def test_the_control_plane_is_where_no_node_and_no_pod_is_and_no_way_leads_out() -> None:
    graph, _ = asked(PROD)["prod"]
    [plane] = of_type(graph, "aws:eks/cluster:Cluster")
    subnets = {r.urn: r.name for r in of_type(graph, "aws:ec2/subnet:Subnet")}
    there = {subnets[u] for u in plane.property_dependencies["vpcConfig"] if u in subnets}
    assert there == {name for name in subnets.values() if "-control-" in name}
    assert len(there) == 3
    routed = of_type(graph, "aws:ec2/routeTableAssociation:RouteTableAssociation")
    tables = {
        subnets[subnet]: table
        for each in routed
        for subnet in each.property_dependencies["subnetId"]
        for table in each.property_dependencies["routeTableId"]
        if subnet in subnets
    }
    ways = {
        table
        for each in of_type(graph, "aws:ec2/route:Route")
        for table in each.property_dependencies["routeTableId"]
    }
    assert ways
    assert not {tables[name] for name in there} & ways


def test_every_zone_has_a_way_out_of_its_own_unless_one_spans_them() -> None:
    prod, regional = graphs(PROD)["prod"], graphs(EVERYTHING)["eks"]
    assert len(of_type(prod, "aws:ec2/natGateway:NatGateway")) == 3
    [one] = of_type(regional, "aws:ec2/natGateway:NatGateway")
    assert one.inputs["availabilityMode"] == "regional"
