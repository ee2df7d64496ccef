import pytest

from components.charts.patch import EVERY_VERB, NamedVerbs, Patch, PatchError, patched

OPERATOR = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "operator"},
    "spec": {"template": {"spec": {"containers": [{"name": "proxy"}, {"name": "manager"}]}}},
}
ROLE = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "ClusterRole",
    "metadata": {"name": "operator"},
}
NAMED = NamedVerbs(kind="ClusterRole", name="operator")
CONTAINERS = ("spec", "template", "spec", "containers")


def patch(*path: str, name: str = "operator", value: object = True) -> Patch:
    return Patch(kind="Deployment", name=name, path=path, value=value)


def test_a_patch_finds_a_container_by_its_name_and_leaves_the_others_alone() -> None:
    (result,) = patched([OPERATOR], [patch(*CONTAINERS, "manager", "tty")])
    containers = result["spec"]["template"]["spec"]["containers"]
    assert containers == [{"name": "proxy"}, {"name": "manager", "tty": True}]
    assert OPERATOR["spec"]["template"]["spec"]["containers"][1] == {"name": "manager"}  # type: ignore[index]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (patch("spec", name="another"), "makes no such object"),
        (patch(*CONTAINERS, "sidecar", "tty"), "nothing is named sidecar"),
        (patch("spec", "strategy", "type"), "strategy is not there"),
        (patch("spec", "template", "spec", "containers", "proxy", "name", "x"), "x is not there"),
    ],
)
def test_a_patch_that_fits_nothing_is_refused(wrong: Patch, why: str) -> None:
    """A chart that has changed must not silently lose what it was given."""
    with pytest.raises(PatchError, match=why):
        patched([OPERATOR], [wrong])


def test_a_role_that_allows_everything_names_every_verb_and_a_rule_that_names_its_own_stays() -> (
    None
):
    own = {"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}
    wide = {"apiGroups": [""], "resources": ["secrets"], "verbs": ["*"]}
    (result,) = patched([{**ROLE, "rules": [own, wide]}], [NAMED])
    assert result["rules"] == [own, {**wide, "verbs": list(EVERY_VERB)}]


def test_a_role_that_allows_nothing_to_be_named_is_refused() -> None:
    """Its chart has changed, and nobody needs the patch any more."""
    with pytest.raises(PatchError, match=r"ClusterRole operator: .* any more"):
        patched([{**ROLE, "rules": []}], [NAMED])
