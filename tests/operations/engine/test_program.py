import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pulumi
import pytest

from operations.engine import program

PROVIDER = "pulumi:providers:kubernetes"
CONFIG_MAP = "kubernetes:core/v1:ConfigMap"


def arguments(type_: str, **options: Any) -> pulumi.ResourceTransformationArgs:
    return pulumi.ResourceTransformationArgs(
        resource=cast("pulumi.Resource", None),
        type_=type_,
        name="name",
        props={"metadata": {"name": "a"}},
        opts=pulumi.ResourceOptions(**options),
    )


def test_the_kubernetes_provider_asks_for_the_plugin_that_is_installed() -> None:
    result = program._pin("4.25.0")(arguments(PROVIDER, protect=True))
    assert result is not None
    assert result.opts.version == "4.25.0"
    assert result.opts.protect is True


@pytest.mark.parametrize("type_", [CONFIG_MAP, "pulumi:providers:aws", "ml-platform:x:Y"])
def test_nothing_else_is_told_which_plugin_to_use(type_: str) -> None:
    assert program._pin("4.25.0")(arguments(type_)) is None


def test_an_object_that_exists_is_imported_under_its_id() -> None:
    def adopt(type_: str, inputs: Mapping[str, Any]) -> str | None:
        return "team/a" if (type_, inputs["metadata"]["name"]) == (CONFIG_MAP, "a") else None

    result = program._import(adopt)(arguments(CONFIG_MAP, retain_on_delete=True))
    assert result is not None
    assert result.opts.import_ == "team/a"
    assert result.opts.retain_on_delete is True


def test_what_is_no_object_on_a_cluster_is_never_imported() -> None:
    transform = program._import(lambda _type, _inputs: "id")
    assert transform(arguments(PROVIDER)) is None
    assert transform(arguments("pulumi:index:Stash")) is None


def test_the_program_runs_as_it_would_by_itself_with_its_own_modules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "beside_the_program.py").write_text("WORD = 'found'", encoding="utf-8")
    script = "import sys, beside_the_program as b; sys.ran = (__name__, __file__, b.WORD)"
    (tmp_path / "__main__.py").write_text(script, encoding="utf-8")
    program.inline_program(tmp_path, None)()
    ran = vars(sys).pop("ran")
    assert ran == ("__main__", str(tmp_path / "__main__.py"), "found")
