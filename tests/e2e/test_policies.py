"""The policy pack in the real engine, on a real control plane."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from operations.sandbox import Sandbox
from tests.e2e.programs import ROOT, Programs, opened
from tests.policies.stacks import closed, deployment

pytestmark = pytest.mark.e2e

Manifest = dict[str, Any]


@pytest.fixture
def programs(sandbox: Sandbox, tmp_path: Path) -> Iterator[Programs]:
    with opened(sandbox, tmp_path) as made:
        made.policies = (str(ROOT / "policies" / "run"),)
        yield made


IN_ORDER = """
namespaces = []
for manifest in MANIFESTS:
    made = register(manifest, *namespaces)
    if manifest["kind"] == "Namespace":
        namespaces.append(made)
"""
LATER = """
namespace = kubernetes.core.v1.Namespace("later", opts=pulumi.ResourceOptions(provider=CLUSTER))
(manifest,) = MANIFESTS
(container,) = manifest["spec"]["template"]["spec"]["containers"]
container["image"] = namespace.id.apply(lambda _: "app:latest")
register(manifest)
"""


def quiet(manifest: Manifest) -> Manifest:
    """Not waited for: what is judged is the pack."""
    manifest["metadata"]["annotations"] = {"pulumi.com/skipAwait": "true"}
    return manifest


def test_a_closed_team_passes_preview_and_up(programs: Programs) -> None:
    programs.write(IN_ORDER, [*closed("closed"), quiet(deployment("closed", "app:1"))])
    programs.run("preview")
    programs.run("up")
    assert "violation" not in programs.run("preview", expect_no_changes=True).lower()


@pytest.mark.parametrize("kind", ["ResourceQuota", "LimitRange", "NetworkPolicy"])
def test_a_missing_wall_fails_the_preview_before_anything_is_made(
    programs: Programs, kind: str
) -> None:
    programs.write(IN_ORDER, (m for m in closed("open") if m["kind"] != kind))
    said = programs.failing("preview")
    assert "team-namespaces-are-closed" in said
    assert f"Namespace open has no {kind}" in said
    assert "mandatory" in said
    assert "broken" not in said


def test_a_floating_image_fails_the_preview_with_container_and_remedy(programs: Programs) -> None:
    programs.write(IN_ORDER, [*closed("floating"), quiet(deployment("floating", "app:latest"))])
    said = programs.failing("preview")
    assert "images-are-pinned" in said
    assert "Deployment floating/api, container main: image app:latest is whatever is latest" in said
    assert "Name a version, or better a digest" in said


def test_an_image_that_is_not_known_yet_is_advice_in_a_preview_and_judged_in_up(
    programs: Programs,
) -> None:
    programs.write(LATER, [quiet(deployment("default", "app:latest"))])
    said = programs.run("preview")
    assert "1 not evaluated: api-deployment because the image of main is not known yet" in said
    assert "image app:latest is whatever is latest" in programs.failing("up")
