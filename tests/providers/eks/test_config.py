"""What a stack file may ask of a cluster on AWS, and what is worked out from it."""

import base64
import json
from datetime import date
from ipaddress import IPv4Network
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pydantic import ValidationError

from assurance.graph.values import bytes_of, millicores_of
from components.config import ConfigError, read_stack_file
from providers.config import EksConfig
from providers.config.aws_instances import INSTANCES, Instance
from providers.config.eks_networks import addresses_of
from providers.config.support import CALENDARS
from providers.eks.names import Names
from providers.eks.user_data import user_data
from tests.providers.eks.stacks import PROD
from tests.providers.eks.vendor import Seen, hold, shape_of

ACCOUNT = "123456789012"


def config(**keys: Any) -> EksConfig:
    said = {
        "provider": "eks",
        "account": ACCOUNT,
        "region": "eu-central-1",
        "admins": [f"arn:aws:iam::{ACCOUNT}:role/platform"],
    }
    return EksConfig.model_validate({**said, **keys})


ZONES = some.lists(some.sampled_from("abcdef"), min_size=2, max_size=6, unique=True)
VPCS = some.builds(
    lambda number, prefix: IPv4Network(((10 << 24) + (number << 16), prefix)),
    some.integers(0, 255),
    some.integers(16, 19),
)
SIZES = some.lists(some.integers(1, 120), min_size=1, max_size=4)


@given(ZONES, VPCS)
def test_subnets_are_within_the_network_and_share_no_address(
    letters: list[str], vpc: IPv4Network
) -> None:
    zones = [f"eu-central-1{letter}" for letter in letters]
    made = config(zones=zones, networks={"vpc": str(vpc)}, pools={"system": {"min": 1}})
    kinds = ("private", "public", "database", "control")
    every = [getattr(share, kind) for share in made.subnets() for kind in kinds]
    assert len(every) == 4 * len(zones)
    assert all(each.subnet_of(vpc) for each in every)
    assert not any(one.overlaps(other) for one, other in combinations(every, 2))
    assert all(each.prefixlen <= 28 for each in every), "AWS makes none that is smaller"


@given(ZONES, ZONES)
def test_a_zone_that_comes_later_moves_no_subnet(before: list[str], after: list[str]) -> None:
    letters = list(dict.fromkeys([*before, *after]))
    early, late = (
        config(zones=[f"eu-central-1{letter}" for letter in each]).subnets()
        for each in (before, letters)
    )
    assert late[: len(early)] == early


@given(VPCS, SIZES)
def test_nodes_and_pods_find_addresses_at_their_most_or_the_stack_file_is_refused(
    vpc: IPv4Network, sizes: list[int]
) -> None:
    names = ("system", "general", "more", "most")
    pools = {name: {"min": 1, "max": most} for name, most in zip(names, sizes, strict=False)}
    zones = 3
    wanted = sum(-(-most // zones) * addresses_of(110) for most in sizes)
    try:
        made = config(networks={"vpc": str(vpc)}, pools=pools)
    except ValidationError:
        assert wanted > vpc.num_addresses // 8 - 64
    else:
        for share in made.subnets():
            assert wanted <= share.private.num_addresses - 5


@pytest.mark.parametrize("name", sorted(INSTANCES))
def test_every_instance_type_is_one_that_ec2_has(name: str) -> None:
    model: Any = shape_of("ec2", "RunInstances")
    assert name in model.members["InstanceType"].enum


@pytest.mark.parametrize("instance", dict.fromkeys(INSTANCES.values()), ids=str)
def test_a_node_keeps_for_itself_what_it_is_not_counted_to_offer(instance: Instance) -> None:
    parts = base64.b64decode(user_data(instance)).decode().split("\n\n")
    told = json.loads(parts[2].split("\n")[0])["spec"]["kubelet"]["config"]
    shape = instance.shape()
    kept = told["kubeReserved"]
    assert told["maxPods"] == shape.pods
    assert 1000 * instance.cpu - millicores_of(kept["cpu"]) == shape.cpu
    left = instance.memory * 2**30 - bytes_of(kept["memory"])
    left -= bytes_of(told["evictionHard"]["memory.available"])
    assert 0 < shape.memory < left, "the kernel takes some as well"


@pytest.mark.parametrize(
    ("cpu", "kept"), [(2, 70), (4, 80), (8, 90), (16, 110), (32, 150), (96, 310)]
)
def test_the_cpu_that_is_kept_is_what_eks_keeps(cpu: int, kept: int) -> None:
    assert Instance(cpu=cpu, memory=8).reserved_cpu == kept


PROJECTS = some.from_regex(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,60}[A-Za-z0-9])?", fullmatch=True)
LABELS = some.from_regex(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", fullmatch=True)


@given(PROJECTS, LABELS, LABELS)
def test_every_name_is_within_what_aws_takes_whatever_stacks_and_teams_are_called(
    stack: str, team: str, workload: str
) -> None:
    names = Names.of(f"ml-platform-{stack}", config())
    for (service, operation, member), name in (
        (("iam", "CreateRole", "RoleName"), names.role(team, workload)),
        (("iam", "PutRolePolicy", "PolicyName"), names.policy(team, workload)),
        (("kms", "CreateAlias", "AliasName"), names.alias("data")),
        (("ecr", "CreateRepository", "repositoryName"), names.repository("fraud/api")),
        (("eks", "CreateCluster", "name"), names.cluster),
        (("logs", "CreateLogGroup", "logGroupName"), names.log_group("cache")),
        (("secretsmanager", "CreateSecret", "Name"), names.secret("cache")),
    ):
        request: Any = shape_of(service, operation)
        seen = Seen()
        hold(seen, member, name, request.members[member])
        assert seen.faults == []
    assert len(names.bucket(team[:40])) <= 63
    assert len(names.database("read", "5")) <= 63
    assert len(names.cache("password")) <= 40
    assert len(names.group_prefix(team)) + 26 <= 63
    assert len(names.zone) <= 255
    assert max(len(part) for part in names.zone.split(".")) <= 63
    for name in (names.cluster, names.bucket(team[:40]), names.database(), names.cache()):
        assert name.islower()
        assert name.replace("-", "").isalnum()
        assert name[0].isalpha()
        assert name[-1].isalnum()


@given(PROJECTS, PROJECTS)
def test_stacks_that_differ_have_clusters_that_differ(one: str, other: str) -> None:
    names = {Names.of(f"ml-platform-{stack}", config()).cluster for stack in (one, other)}
    assert len(names) == len({one, other})


def test_a_version_out_of_support_is_told_on_the_day_and_not_before() -> None:
    last = CALENDARS["eks"].until["1.35"]
    read_stack_file(PROD, last)
    with pytest.raises(ConfigError, match=r"platform\.cluster\.version: .* got 1\.35: EKS has"):
        read_stack_file(PROD, date(last.year, last.month + 1, 1))
