"""The same verdicts, scopes and versions as other people's code has."""

import copy
import importlib
import inspect
import pkgutil
import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import jsonschema_rs
import lightkube.resources
import pulumi_kubernetes
import referencing
from hypothesis import given
from hypothesis import strategies as st
from lightkube.core.resource import GlobalResource, Resource

from assurance.graph.values import QuantityError, quantity
from components.manifests import kinds, schemas
from components.manifests.keys import gvk_of
from components.manifests.validation import faults
from tests.components.manifests.faulty import VALID, changed, lines
from tests.components.manifests.samples import Manifest, quota


@cache
def referee(name: str) -> jsonschema.Draft202012Validator:
    document = schemas.published()
    resource = referencing.Resource.from_contents(document)
    registry = referencing.Registry().with_resource(document["$id"], resource)
    return jsonschema.Draft202012Validator(
        {"$ref": f"{document['$id']}#/$defs/{name}"}, registry=registry
    )


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        yield (*path, key)
        if isinstance(item, dict | list):
            yield from _places(item, (*path, key))


def _mutated(manifest: Manifest, rng: random.Random) -> Manifest:
    result = copy.deepcopy(manifest)
    for _ in range(rng.randint(1, 3)):
        *steps, last = rng.choice(list(_places(result)))
        here: Any = result
        for step in steps:
            here = here[step]
        match rng.randrange(3):
            case 0:
                del here[last]
            case 1 if isinstance(here, dict):
                here[f"{last}z"] = here[last]
            case _:
                here[last] = rng.choice([0, -1, 1.5, 70000, "x", "1Gi", " ", True, None, [], {}])
        if not result:
            return copy.deepcopy(manifest)
    return result


STRICTER = {"enum", "pattern", "minimum", "maximum", "propertyNames", "maxLength"}
"""What is written into the schemas here, beyond what was published."""


def _stricter(error: jsonschema_rs.ValidationError) -> bool:
    published = error.instance_path in (["apiVersion"], ["kind"])
    return error.kind.name in STRICTER and not published


@given(st.sampled_from(VALID), st.randoms(use_true_random=False))
def test_verdicts_are_those_of_another_implementation(
    manifest: Manifest, rng: random.Random
) -> None:
    mutated = _mutated(manifest, rng)
    gvk = gvk_of(manifest)
    ours = list(schemas.validator(gvk).iter_errors(mutated))
    theirs = referee(schemas.built_in()[gvk]).is_valid(mutated)
    assert theirs == all(_stricter(error) for error in ours)
    for error in ours:
        assert error.instance_path is not None
    if ours:
        assert faults(mutated), mutated


@given(st.text(alphabet="0123456789.+-eEmkKMGTPinu ", max_size=8))
def test_quantities_are_those_that_can_be_read(text: str) -> None:
    try:
        quantity(text)
    except QuantityError:
        readable = False
    else:
        readable = True
    assert (lines(changed(quota(), "spec hard pods", text)) == []) == readable


@cache
def _lightkube() -> dict[tuple[str, str], tuple[bool, list[str]]]:
    """Of every kind that a client library has: cluster-scoped or not, and what can be done."""
    found = {}
    for module in pkgutil.iter_modules(lightkube.resources.__path__):
        members = importlib.import_module(f"lightkube.resources.{module.name}")
        for _, kind in inspect.getmembers(members, inspect.isclass):
            info = getattr(kind, "_api_info", None)
            if issubclass(kind, Resource) and info and not info.parent:
                sort = info.resource.group, info.resource.kind
                found[sort] = (issubclass(kind, GlobalResource), info.verbs)
    return found


def test_every_kind_has_the_scope_that_a_client_library_gives_it() -> None:
    compared = 0
    for gvk in schemas.built_in():
        known = _lightkube().get((gvk.group, gvk.kind))
        if known is not None:
            assert schemas.is_namespaced(gvk) != known[0], gvk
            compared += 1
    assert compared > 80


def test_only_kinds_that_are_kept_can_be_registered() -> None:
    for gvk in schemas.built_in():
        _, verbs = _lightkube().get((gvk.group, gvk.kind), (False, ["get"]))
        assert "get" in verbs, gvk


def test_every_kind_compiles() -> None:
    assert len(schemas.built_in()) > 80
    for gvk in schemas.built_in():
        assert isinstance(schemas.validator(gvk), jsonschema_rs.Validator)


def test_every_kind_that_is_served_in_several_versions_is_known_to_be_one_kind() -> None:
    versions: dict[tuple[str, str], set[str]] = {}
    for gvk in schemas.built_in():
        versions.setdefault((gvk.group, gvk.kind), set()).add(gvk.version)
    several = {sort: found for sort, found in versions.items() if len(found) > 1}
    assert several
    for sort, found in several.items():
        assert found <= set(kinds.SERVED_AS.get(sort, ())), sort


def test_versions_of_a_kind_are_those_that_pulumi_knows() -> None:
    root = Path(pulumi_kubernetes.__path__[0])
    for (group, kind), versions in kinds.SERVED_AS.items():
        newest = max(versions, key=lambda v: ("alpha" not in v, "beta" not in v, v))
        package = group.partition(".")[0]
        text = (root / package / newest / f"{kind}.py").read_text()
        aliases = set(re.findall(rf'type_="kubernetes:{group}/(\w+):{kind}"', text))
        assert set(versions) - {newest} <= aliases, kind
