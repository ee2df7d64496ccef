"""Who acts upon custom resources: as stand-ins say, as order has it, as upstream's roles allow."""

import json
from pathlib import Path

from assurance.graph.readers.manifests import read_manifests
from assurance.proofs.order.controllers import Controllers
from assurance.proofs.order.world import World
from components.charts.release import Release
from components.manifests.acting import Acting
from components.manifests.custom import KINDS
from components.manifests.custom.definitions import definition_name
from components.manifests.keys import key_of
from tests.components.charts.releases import RELEASES
from tests.components.charts.test_stand_ins import rendering
from tests.outside import RENDERED

OURS = sorted(definition_name(gvk) for gvk in KINDS)


def acted_upon(release: Release, folder: Path) -> dict[str, set[str]]:
    """By workload, what the real chart's roles let it act upon, as the proof of order reads."""
    items = list(rendering(release).objects)
    file = folder / f"{release.name}.json"
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
    controllers = Controllers(World(read_manifests(file)))
    found: dict[str, set[str]] = {}
    for name in OURS:
        plural, _, group = name.partition(".")
        for owner in controllers.of((group, plural), "anywhere"):
            found.setdefault(str(owner.name), set()).add(name)
    return found


@RENDERED.each(RELEASES)
def test_a_stand_in_looks_after_what_the_real_controller_may_finish(
    release: Release, tmp_path: Path
) -> None:
    stated = {name: set(kinds) for name, kinds in release.stand_in.looks_after.items()}
    assert stated == acted_upon(release, tmp_path)


@RENDERED.each(RELEASES)
def test_order_finds_the_controllers_that_the_proof_finds(release: Release, tmp_path: Path) -> None:
    acting = Acting()
    for item in rendering(release).objects:
        acting.add(key_of(item), item)
    found: dict[str, set[str]] = {}
    for name in OURS:
        plural, _, group = name.partition(".")
        for key in acting.upon(group, plural):
            found.setdefault(key.name, set()).add(name)
    assert found == acted_upon(release, tmp_path)


def test_most_of_what_we_write_has_somebody_who_looks_after_it() -> None:
    looked_after = {
        kind
        for release in RELEASES
        for kinds in release.stand_in.looks_after.values()
        for kind in kinds
    }
    assert looked_after <= set(OURS)
    assert set(OURS) - looked_after == set(), sorted(set(OURS) - looked_after)


def test_rights_to_everything_make_nobody_a_controller() -> None:
    acting = Acting()
    for item in administrator():
        acting.add(key_of(item), item)
    assert list(acting.upon("cert-manager.io", "certificates")) == []


def administrator() -> list[dict[str, object]]:
    meta = {"name": "deployer", "namespace": "deploy"}
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "deployer"}
    pod = {"serviceAccountName": "deployer", "containers": [{"name": "one", "image": "one"}]}
    return [
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRole",
            "metadata": {"name": "deployer"},
            "rules": [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}],
        },
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": "deployer"},
            "roleRef": role,
            "subjects": [{"kind": "ServiceAccount", **meta}],
        },
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": meta,
            "spec": {"template": {"metadata": {}, "spec": pod}},
        },
    ]
