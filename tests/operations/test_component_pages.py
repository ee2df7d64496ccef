"""The pages about components say what the stacks really get of each."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from components.config import read_stack_file
from components.core import sections_of
from operations.cli import main as mlp
from operations.component_pages import Described, described, pages, sections
from tests.rehearsed import ROOT, asked, graphs

SHIPPED = tuple(sorted(ROOT.glob("Pulumi.*.yaml")))
FOLDER = ROOT / "docs" / "components"


@cache
def stacks() -> Mapping[str, Described]:
    rehearsed = graphs()
    found = (described(read_stack_file(path), rehearsed[path.stem[7:]]) for path in SHIPPED)
    return {each.stack: each for each in found if each is not None}


@cache
def written() -> Mapping[str, str]:
    return pages(stacks().values())


def test_the_committed_pages_are_fresh_and_no_others_are_there() -> None:
    committed = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
    assert committed == written(), "renew them: mlp explain --components docs/components"
    assert len(committed) > 10


def test_every_section_that_is_a_component_has_a_page_that_the_contents_link_to() -> None:
    linked = set(re.findall(r"\]\(([a-z_]+\.md)\)", written()["README.md"]))
    own = {
        name.removeprefix("platform.")
        for each in stacks().values()
        for name in sections_of(each.config)
    }
    assert own <= set(sections())
    assert linked == set(written()) - {"README.md"}


def test_the_parts_they_speak_of_are_those_that_were_registered() -> None:
    looked_at = 0
    for name, stack in stacks().items():
        _, intent = asked()[name]
        assert {f"platform.{part}" for part in stack.parts} == set(intent.parts)
        for part in stack.parts.values():
            there = set(intent.parts[part.key].namespaces)
            assert {place.name for place in part.namespaces} == there
            looked_at += len(there)
    assert looked_at > 15


@pytest.mark.parametrize("stack", [path.stem[7:] for path in SHIPPED])
def test_every_pod_of_the_platforms_namespaces_is_on_a_page(stack: str) -> None:
    spaces = {p.name: n for n, part in stacks()[stack].parts.items() for p in part.namespaces}
    pods = [pod for pod in graphs()[stack].pods() if pod.namespace in spaces]
    for pod in pods:
        if pod.owner.resource.assumed is not None or pod.owner.gvk.group in {"batch", "apps"}:
            page = written()[f"{spaces[str(pod.namespace)]}.md"]
            assert f"`{pod.owner.name}`, {pod.owner.gvk.kind} |" in page
    assert pods


def test_every_endpoint_that_teams_may_need_is_on_its_page() -> None:
    looked_at = 0
    for stack in stacks().values():
        for name, part in stack.parts.items():
            for endpoint in (*part.endpoints, *part.scraped):
                looked_at += 1
                assert f"| `{endpoint.name}` |" in written()[f"{name}.md"]
    assert looked_at > 10


def test_every_table_has_as_many_cells_in_each_row_as_in_its_head() -> None:
    rows = 0
    for text in written().values():
        for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
            cells = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
            assert len(cells) == 1, block
            rows += len(block.splitlines())
    assert rows > 200


def test_a_stack_on_anothers_platform_has_nothing_to_describe() -> None:
    path = ROOT / "tests" / "data" / "stacks" / "Pulumi.teams.yaml"
    assert described(read_stack_file(path), graphs()["teams"]) is None


def test_a_page_of_a_section_that_is_gone_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone.md").write_text("old")
    monkeypatch.setattr("operations.commands.explain._described", lambda: list(stacks().values()))
    assert mlp(["explain", "--components", str(tmp_path)]) == 0
    assert {path.name for path in tmp_path.iterdir()} == set(written())
