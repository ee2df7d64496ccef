"""A resource is recorded with its place, what it says and every option that there is."""

from collections.abc import Callable

import pytest

from assurance.graph.graph import Graph
from assurance.graph.readers.recording import Program, record, stack_outputs
from assurance.graph.resource import Options
from tests.assurance.graph.readers.recorded_programs import PREFIX, by_name

Write = Callable[..., Program]
FULL = """
    class Team(pulumi.ComponentResource):
        def __init__(self, name, opts):
            said = {"intent": {"a": [1, 2.5]}}
            super().__init__("ml-platform:tenancy:Team", name, said, opts)
            child = pulumi.ResourceOptions(parent=self)
            ns = thing("Namespace", "fraud", child)
            thing("ConfigMap", "settings", pulumi.ResourceOptions(
                parent=self, depends_on=[ns], protect=True, retain_on_delete=True,
                delete_before_replace=True, deleted_with=ns, version="4.25.0",
                ignore_changes=["data"], replace_on_changes=["metadata"],
                additional_secret_outputs=["data"], import_="fraud/settings",
                custom_timeouts=pulumi.CustomTimeouts(create="5m"),
                aliases=[
                    pulumi.Alias(name="old"),
                    pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE),
                    pulumi.Alias(type_="kubernetes:core/v2:ConfigMap"),
                    "urn:x",
                ],
            ), data={"namespace": ns.id})
            self.register_outputs({"done": True})

    async def main():
        provider = pulumi.ProviderResource("kubernetes", "cluster", {})
        Team("fraud-team", pulumi.ResourceOptions(providers=[provider]))
        return {"answer": 42}

    pulumi.run(main)
    """
"""A component with a namespace, and a ConfigMap with every option that there is."""
TEAM = "ml-platform:tenancy:Team"
NAMESPACE = f"{PREFIX}{TEAM}$kubernetes:core/v1:Namespace::fraud"


@pytest.fixture
def full(program: Write) -> Graph:
    return record(program(FULL), "cold")


def test_a_program_is_recorded_with_parents_and_providers(full: Graph) -> None:
    found = by_name(full)
    team = f"{PREFIX}{TEAM}::fraud-team"
    settings = f"{PREFIX}{TEAM}$kubernetes:core/v1:ConfigMap::settings"
    stack = f"{PREFIX}pulumi:pulumi:Stack::p-dev"
    provider = f"{PREFIX}pulumi:providers:kubernetes::cluster"
    assert set(full.resources) == {team, NAMESPACE, settings, stack, provider}
    assert found["fraud-team"].parent == stack
    assert (found["fraud"].parent, found["fraud"].provider) == (team, provider)


def test_a_component_is_recorded_with_what_it_says_and_a_stack_with_what_it_exports(
    full: Graph,
) -> None:
    team = by_name(full)["fraud-team"]
    assert (team.custom, team.inputs) == (False, {"intent": {"a": [1, 2.5]}})
    assert team.outputs == {"done": True}
    assert stack_outputs(full) == {"answer": 42}


def test_a_resource_is_recorded_with_dependencies_and_options(full: Graph) -> None:
    settings = by_name(full)["settings"]
    assert settings.dependencies == {NAMESPACE}
    assert settings.property_dependencies == {"data": {NAMESPACE}}
    assert settings.options == Options(
        protect=True,
        retain_on_delete=True,
        delete_before_replace=True,
        ignore_changes=("data",),
        replace_on_changes=("metadata",),
        additional_secret_outputs=("data",),
        aliases=(
            f"{PREFIX}{TEAM}$kubernetes:core/v1:ConfigMap::old",
            f"{PREFIX}kubernetes:core/v1:ConfigMap::settings",
            f"{PREFIX}{TEAM}$kubernetes:core/v2:ConfigMap::settings",
            "urn:x",
        ),
        deleted_with=NAMESPACE,
        import_id="fraud/settings",
        timeouts={"create": "5m"},
        version="4.25.0",
    )
