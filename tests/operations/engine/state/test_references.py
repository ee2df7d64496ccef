"""What resources say of one another stays true."""

from typing import Any

import pytest

from operations.engine.state.references import rejoined, renamed
from tests.operations.engine.state.backend import ROOT_URN, resource, urn

OLD, NEW = urn("old"), urn("new")


@pytest.mark.parametrize("key", ["parent", "deletedWith", "viewOf"])
def test_whoever_names_an_alias_names_what_it_has_become(key: str) -> None:
    found, now = renamed([resource("new", aliases=[OLD]), {**resource("a"), key: OLD}])
    assert found[1][key] == NEW
    assert now[OLD] == NEW
    assert "aliases" not in found[0]


def test_lists_and_providers_name_it_as_well() -> None:
    depends: dict[str, Any] = {
        "dependencies": [urn("x"), OLD],
        "propertyDependencies": {"p": [OLD], "q": []},
        "provider": f"{OLD}::id-1",
    }
    found, _ = renamed([resource("x"), resource("new", aliases=[OLD]), resource("a", **depends)])
    assert found[2] == resource(
        "a",
        dependencies=[urn("x"), NEW],
        propertyDependencies={"p": [NEW], "q": []},
        provider=f"{NEW}::id-1",
    )


def test_a_child_of_something_renamed_has_its_parent_s_type_in_its_urn() -> None:
    parent = resource("p", type="m:x:New", aliases=["urn:pulumi:s::p::m:x:Old::p"])
    child = {
        **resource("c"),
        "urn": "urn:pulumi:s::p::m:x:Old$a:b:C::c",
        "parent": "urn:pulumi:s::p::m:x:Old::p",
    }
    found, _ = renamed([parent, child])
    assert found[1]["urn"] == "urn:pulumi:s::p::m:x:New$a:b:C::c"
    assert found[1]["parent"] == parent["urn"]


def test_a_child_of_the_stack_has_no_type_but_its_own() -> None:
    root = {
        **resource("r"),
        "urn": ROOT_URN,
        "aliases": ["urn:pulumi:old::p::pulumi:pulumi:Stack::p-old"],
    }
    child = resource("c", parent=None)
    child["parent"] = "urn:pulumi:old::p::pulumi:pulumi:Stack::p-old"
    found, _ = renamed([root, child])
    assert found[1]["urn"] == urn("c")
    assert found[1]["parent"] == ROOT_URN


def test_a_child_of_what_is_gone_goes_to_whoever_is_above() -> None:
    parents = {urn("gone"): urn("goner"), urn("goner"): ROOT_URN}
    root = {**resource("r"), "urn": ROOT_URN}
    child = {**resource("c"), "parent": urn("gone")}
    orphan = {**resource("o"), "parent": urn("unknown")}
    found = [*rejoined([root, child, orphan], parents)]
    assert found[1]["parent"] == ROOT_URN
    assert "parent" not in found[2]


def test_nobody_refers_to_what_is_gone() -> None:
    said = {
        "dependencies": [urn("a"), urn("gone")],
        "replaceWith": [urn("gone")],
        "propertyDependencies": {"p": [urn("gone")], "q": [urn("gone"), urn("a")]},
        "deletedWith": urn("gone"),
    }
    found = [*rejoined([resource("a"), resource("b", **said)], {})]
    assert found == [
        resource("a"),
        resource("b", dependencies=[urn("a")], propertyDependencies={"q": [urn("a")]}),
    ]


def test_a_reference_to_one_of_two_of_a_name_holds_as_soon_as_one_is_there() -> None:
    """Only what comes before counts: of a resource that is replaced there are two."""
    b = resource("b", dependencies=[urn("a")])
    found = [*rejoined([b, resource("a"), resource("c", dependencies=[urn("a")])], {})]
    assert found == [resource("b"), resource("a"), resource("c", dependencies=[urn("a")])]
