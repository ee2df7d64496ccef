"""The source keeps to its own rules, and each rule catches what it is there for."""

from pathlib import PurePosixPath

import pytest

from tests import architecture
from tests.architecture import ALL, PROGRAM, RULES, Rule, judged
from tests.rehearsed import ROOT, STACK_FILES, graphs
from tests.sources import Source, components, sources, token

COMPONENT = """
import pulumi

class Thing(pulumi.ComponentResource):
    def __init__(self, name, args, opts=None):
        super().__init__("ml-platform:thing:Thing", name, None, opts)
        Child(f"{name}-child", pulumi.ResourceOptions(parent=self))
        self.register_outputs({})
"""
PLANTED: dict[Rule, list[tuple[str, str]]] = {
    architecture.type_tokens: [
        ('"ml-platform:thing:Thing"', '"ml-platform:other:Thing"'),
        ('"ml-platform:thing:Thing"', '"ml-platform:thing:Other"'),
        ('"ml-platform:thing:Thing"', '"mlplatform:thing:Thing"'),
        ('"ml-platform:thing:Thing"', 'f"ml-platform:thing:{name}"'),
        ('"ml-platform:thing:Thing"', "TOKEN"),
    ],
    architecture.outputs_come_last: [
        ("        self.register_outputs({})\n", ""),
        ("self.register_outputs({})", "self.register_outputs({})\n        self.late = 1"),
    ],
    architecture.no_borrowed_options: [
        ("pulumi.ResourceOptions(parent=self)", "opts"),
        ("pulumi.ResourceOptions(parent=self)", "pulumi.ResourceOptions.merge(opts, None)"),
    ],
    architecture.known_options: [
        ("parent=self", "parent=self, delete_before_replace=True"),
        ("parent=self", "parent=self, provider=args.cluster"),
        ("parent=self", "parent=self, deleted_with=self"),
        ("parent=self", "parent=self, hooks=None"),
        ("parent=self", "self"),
        ("parent=self", "**more"),
    ],
    architecture.no_cloud_above_providers: [
        ("import pulumi\n", "import pulumi_aws\n"),
        ("import pulumi\n", "from pulumi_azure_native import storage\n"),
        ("import pulumi\n", "def late():\n    import pulumi_aws.s3\n"),
    ],
    architecture.config_is_read_in_one_place: [
        ("self.register_outputs({})", "pulumi.Config('x').get('y')"),
    ],
    architecture.no_provider_names: [
        ("self.register_outputs({})", "a = 1 if args.provider == 'kind' else 2"),
        ("self.register_outputs({})", "a = 1 if 'kind' == provider else 2"),
        ("self.register_outputs({})", "a = 1 if config['provider'] != 'eks' else 2"),
    ],
    architecture.nothing_is_made_in_apply: [
        ("self.register_outputs({})", "x.apply(lambda v: Child(v, opts=None))"),
        ("self.register_outputs({})", "x.apply(lambda v: register(self, v))"),
        (
            "self.register_outputs({})",
            "def make(v):\n            pulumi.CustomResource('t', v)\n        x.apply(make)",
        ),
    ],
    architecture.nothing_sleeps: [
        ("self.register_outputs({})", "time.sleep(1)"),
        ("self.register_outputs({})", "sleep(1)"),
    ],
    architecture.sizes: [
        ("self.register_outputs({})", "pass\n" + "        pass\n" * 60),
        ("import pulumi\n", "import pulumi\n" * 301),
    ],
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_source_keeps_to_the_rule(rule: Rule) -> None:
    looked = judged(ROOT)[rule]
    assert looked.seen, f"{rule.__name__} has looked at nothing"
    assert not looked.faults, "\n".join(looked.faults)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_clean_component_is_no_fault(rule: Rule) -> None:
    assert rule(Source(PurePosixPath("components/thing.py"), COMPONENT)).faults == ()


@pytest.mark.parametrize(
    ("rule", "clean", "planted"),
    [(rule, *change) for rule, changes in PLANTED.items() for change in changes],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_planted_violation_is_caught(rule: Rule, clean: str, planted: str) -> None:
    text = COMPONENT.replace(clean, planted)
    assert text != COMPONENT
    looked = rule(Source(PurePosixPath("components/thing.py"), text))
    assert len(looked.faults) == 1, looked


@pytest.mark.parametrize("path", ["components/utils.py", "operations/helpers/a.py"])
def test_a_drawer_is_caught(path: str) -> None:
    assert architecture.no_drawers(Source(PurePosixPath(path), "")).faults


def test_every_rule_has_been_seen_to_bite() -> None:
    assert set(RULES) == {*PLANTED, architecture.no_drawers}


def test_no_source_file_is_left_out() -> None:
    known = {source.path for source in sources(ROOT, *ALL)}
    assert len(known) > 100
    assert {path.parts[0] for path in known} == set(ALL)


def test_every_component_is_reached_from_a_stack_file() -> None:
    declared = {token(found) for source in sources(ROOT, *PROGRAM) for found in components(source)}
    read = graphs(
        *STACK_FILES,
        *(ROOT / "tests" / "data" / "stacks" / each for each in ("eks.yaml", "kind.yaml")),
    )
    registered = {r.type for graph in read.values() for r in graph.resources.values()}
    assert declared
    assert declared <= registered, declared - registered
