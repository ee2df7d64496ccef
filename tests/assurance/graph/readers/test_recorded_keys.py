"""Whatever a stack makes answers to the lines of its stack file that ask for it."""

import pytest

from assurance.graph.readers.recording.registered import SERVICES
from components.config import read_stack_file
from components.config.models import PlatformConfig
from tests.rehearsed import ROOT, asked

WORDS = "pulumi-python:dynamic/credentials:Words"
MADE_FOR = {
    "prod": {
        "aws:s3/": "platform.object_store",
        "aws:rds/": "platform.database",
        "aws:elasticache/": "platform.cache",
        "aws:ecr/": "platform.registry",
        "aws:ec2/": "platform.cluster",
        "aws:eks/cluster": "platform.cluster",
    },
    "prod-azure": {
        "azure-native:storage:": "platform.object_store",
        "azure-native:dbforpostgresql:": "platform.database",
        "azure-native:redisenterprise:": "platform.cache",
        "azure-native:containerregistry:": "platform.registry",
        "azure-native:network:VirtualNetwork": "platform.cluster",
        "azure-native:containerservice:": "platform.cluster",
    },
}


@pytest.mark.parametrize("stack", MADE_FOR)
def test_a_service_of_a_cloud_answers_to_its_section(stack: str) -> None:
    [(graph, _)] = asked(ROOT / f"Pulumi.{stack}.yaml").values()
    for prefix, key in MADE_FOR[stack].items():
        made = [r for r in graph.resources.values() if r.type.startswith(prefix) and r.custom]
        found = {(each.type, each.origin.config) for each in made}
        if prefix == "aws:ec2/":
            found = {(kind, of) for kind, of in found if not kind.startswith("aws:ec2/securityG")}
        assert found
        assert {of for _, of in found} == {key}, found


@pytest.mark.parametrize("stack", ["sandbox", "dev", "prod", "prod-azure"])
def test_what_logs_in_answers_to_a_line_of_the_stack_file(stack: str) -> None:
    path = ROOT / f"Pulumi.{stack}.yaml"
    [(graph, _)] = asked(path).values()
    file = read_stack_file(path)
    words = [each for each in graph.resources.values() if each.type == WORDS]
    assert words
    for each in words:
        assert each.origin.config is not None
        assert each.origin.config in file.lines, each.origin


def test_what_a_cloud_can_serve_is_a_section_and_a_module_of_every_cloud() -> None:
    assert set(PlatformConfig.model_fields) > SERVICES
    for cloud in ("aks", "eks"):
        there = {path.stem for path in (ROOT / "providers" / cloud).glob("*.py")}
        assert there > SERVICES
