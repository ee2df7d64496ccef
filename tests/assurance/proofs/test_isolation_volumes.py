"""Volumes between teams: every way of sharing a place, and ways that only look like one."""

from dataclasses import replace
from typing import Any

import pytest

from assurance.graph.intent import Intent, TeamIntent
from assurance.graph.resource import Marker
from assurance.graph.values import Access, Grant
from assurance.proofs.findings import Finding, Status
from assurance.proofs.isolation.volumes import Volumes
from components.manifests.schemas import definitions
from tests.assurance.proofs.volumes import (
    APART,
    S3,
    SHARED,
    bucket,
    claim,
    csi,
    nfs,
    pod,
    volume,
)
from tests.assurance.proofs.worlds import Manifest, graph

TEAMS = Intent(teams={name: TeamIntent(namespaces=(name,)) for name in ("red", "blue")})


def judged(*manifests: Manifest, intent: Intent = TEAMS) -> list[Finding]:
    return list(Volumes(graph(*manifests), intent).findings())


def rules(found: list[Finding], status: Status = Status.REFUTED) -> list[str]:
    return sorted(f.rule.partition("/")[2] for f in found if f.status is status)


@pytest.mark.parametrize("name", ["bucketName", "bucket", "containerName", "container"])
@pytest.mark.parametrize("part", ["prefix", "subDir", "subPath", "subdir", "path"])
def test_drivers_name_a_bucket_and_a_part_of_it_in_many_ways(name: str, part: str) -> None:
    def placed(handle: str, where: str) -> dict[str, Any]:
        return csi(handle, S3, **{name: "lake", part: where})

    apart = volume("a", "red", **placed("a", "red/")), volume("b", "blue", **placed("b", "blue/"))
    assert rules(judged(*apart)) == []
    within = volume("b", "blue", **placed("b", "red/blue/"))
    assert rules(judged(apart[0], within)) == ["volume-shared"]


@pytest.mark.parametrize(
    "option", ["prefix red/", "--prefix=red/", "allow-other,only-dir=red/", "prefix=red/"]
)
def test_an_option_of_the_mount_narrows_a_bucket(option: str) -> None:
    one = {**csi("a", S3, bucketName="lake"), "mountOptions": ["debug", option]}
    other = bucket("lake", "b", "blue/")
    assert rules(judged(volume("a", "red", **one), volume("b", "blue", **other))) == []


@pytest.mark.parametrize("name", SHARED)
def test_two_teams_with_one_place_are_refuted(name: str) -> None:
    one, other = SHARED[name]
    for first, second in (("red", "blue"), ("blue", "red")):
        found = judged(volume("a", first, **one), volume("b", second, **other))
        assert rules(found) == ["volume-shared"], found
        assert set(found[0].witness["teams"]) == {"red", "blue"}
        assert found[0].remedy


@pytest.mark.parametrize("name", APART)
def test_two_places_are_proved_apart(name: str) -> None:
    one, other = APART[name]
    found = judged(volume("a", "red", **one), volume("b", "blue", **other))
    assert [f.status for f in found] == [Status.PROVED, Status.PROVED]


@pytest.mark.parametrize("name", SHARED)
def test_a_team_shares_with_itself_as_it_likes(name: str) -> None:
    one, other = SHARED[name]
    assert rules(judged(volume("a", "red", **one), volume("b", "red", **other))) == []


def test_what_the_platform_has_is_no_team_s() -> None:
    found = judged(volume("a", "storage", **nfs("/data")), volume("b", "red", **nfs("/data/x")))
    assert found[0].subject == "red → namespace storage"
    assert rules(judged(volume("a", "x", **nfs("/")), volume("b", "y", **nfs("/")))) == []


def test_pods_that_name_a_store_themselves_count() -> None:
    found = judged(pod("red", **nfs("/data")), volume("v", "blue", **nfs("/data")))
    assert rules(found) == ["volume-shared"]
    assert "volume data of Pod red/p" in found[0].message


def test_a_directory_of_the_node_is_everybody_s() -> None:
    for path in ("/var/lib/kubelet", "/data"):
        found = judged(pod("red", hostPath={"path": path}))
        assert rules(found) == ["host-path"]
    assert rules(judged(pod("kube-system", hostPath={"path": "/"}))) == []


@pytest.mark.parametrize(
    "place",
    ["hostPath /", "hostPath /srv/red", "local /", "local /var/lib/kubelet/x", "local /var"],
)
def test_nor_does_a_claim_get_one_by_a_volume_that_somebody_wrote(place: str) -> None:
    kind, path = place.split()
    wrote, disk = volume("v", "red", **{kind: {"path": path}}), {"path": "/mnt/disks/a"}
    wrote["metadata"]["annotations"] = {"pv.kubernetes.io/provisioned-by": "local-path"}
    assert rules(judged(wrote)) == ["host-path"]
    assert rules(list(Volumes(replace(graph(wrote), mode="live"), TEAMS).findings())) == []
    assert rules(judged(volume("v", "red", local=disk), volume("w", "kube-system"))) == []


@pytest.mark.parametrize("source", [{"emptyDir": {}}, {"configMap": {"name": "c"}}], ids=str)
def test_what_lives_and_dies_with_a_pod_is_its_own(source: dict[str, Any]) -> None:
    assert rules(judged(pod("red", **source), pod("blue", **source))) == []


def test_a_claim_gets_the_volume_that_it_names() -> None:
    given = (volume("a", None, **nfs("/x")), volume("b", None, **nfs("/x")))
    named = (claim("red", volumeName="a"), claim("blue", volumeName="b"))
    assert rules(judged(*given, *named)) == ["volume-shared"]
    assert rules(judged(*given, named[0])) == []


def test_whose_data_is_on_a_volume_that_nobody_shows_is_not_known() -> None:
    named, shown = claim("red", volumeName="a"), volume("a", None, **nfs("/x"))
    assert "volume-unknown" in rules(judged(named), Status.UNKNOWN)
    assert rules(judged(shown, named), Status.UNKNOWN) == []


def test_who_gets_a_volume_that_several_claims_fit_is_not_known() -> None:
    given = (
        volume("a", None, storageClassName="shared", **nfs("/x")),
        volume("b", None, storageClassName="shared", **nfs("/x")),
    )
    wanting = (claim("red", storageClassName="shared"), claim("blue", storageClassName="shared"))
    assert rules(judged(*given, *wanting), Status.UNKNOWN) == ["volume-shared"]
    other = (claim("red", storageClassName="shared"), claim("blue", storageClassName="fast"))
    assert rules(judged(*given, *other), Status.UNKNOWN) == []


def test_a_claim_s_labels_choose_its_volume() -> None:
    volumes = (
        volume("a", None, labels={"for": "red"}, **nfs("/x")),
        volume("b", None, labels={"for": "blue"}, **nfs("/y")),
    )
    wanting = [claim(name, selector={"matchLabels": {"for": name}}) for name in ("red", "blue")]
    assert rules(judged(*volumes, *wanting)) == []
    one = volume("b", None, labels={"for": "blue"}, **nfs("/x/y"))
    assert rules(judged(volumes[0], one, *wanting)) == ["volume-shared"]


def test_data_is_not_copied_from_another_team_s_claim() -> None:
    source = {"kind": "PersistentVolumeClaim", "name": "data", "namespace": "blue"}
    assert rules(judged(claim("red", dataSourceRef=source))) == ["volume-copied"]
    assert rules(judged(claim("red", dataSourceRef={**source, "namespace": "red"}))) == []
    template = {"metadata": {"name": "t"}, "spec": {"dataSourceRef": source}}
    made = {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": "s", "namespace": "red"},
        "spec": {"template": {"spec": {"containers": []}}, "volumeClaimTemplates": [template]},
    }
    assert rules(judged(made)) == ["volume-copied"]
    assert rules(judged(pod("red", ephemeral={"volumeClaimTemplate": template}))) == [
        "volume-copied"
    ]


def secret_references() -> list[str]:
    """Every way in which Kubernetes lets a volume name a Secret of any namespace."""
    fields = definitions()["io.k8s.api.core.v1.CSIPersistentVolumeSource"]["properties"]
    return sorted(name for name in fields if name.endswith("SecretRef"))


@pytest.mark.parametrize("key", secret_references())
def test_a_volume_is_not_mounted_with_another_team_s_secret(key: str) -> None:
    source = csi("vol-1")
    source["csi"][key] = {"name": "key", "namespace": "blue"}
    assert rules(judged(volume("v", "red", **source))) == ["volume-secret"]
    source["csi"][key] = {"name": "key", "namespace": "storage"}
    assert rules(judged(volume("v", "red", **source))) == []


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (volume("v", "red", csi=Marker.UNKNOWN), "csi"),
        (volume("v", "red", **csi("x", S3, bucketName=Marker.UNKNOWN)), "bucketName"),
        (
            volume("v", "red", **{**bucket("b", "x"), "mountOptions": Marker.UNKNOWN}),
            "mountOptions",
        ),
        (volume("v", "red", nfs={"server": "s", "path": Marker.UNKNOWN}), "path"),
        ({**volume("v", "red"), "spec": Marker.UNKNOWN}, "spec"),
        (claim("red", dataSourceRef=Marker.UNKNOWN), "dataSourceRef"),
        ({**claim("red"), "spec": Marker.UNKNOWN}, "spec"),
        (pod("red", csi=Marker.UNKNOWN), "csi"),
        ({**pod("red"), "spec": Marker.UNKNOWN}, "spec"),
        ({**pod("red"), "spec": {"volumes": Marker.UNKNOWN}}, "volumes"),
        (pod("red", ephemeral=Marker.UNKNOWN), "template"),
    ],
)
def test_what_is_not_known_is_named_and_nobody_is_proved(given: Manifest, named: str) -> None:
    found = judged(given)
    assert {f.status for f in found} == {Status.UNKNOWN}
    assert any(named in f.message for f in found)


def test_what_intent_gives_to_both_is_shared_on_purpose() -> None:
    grant = Grant(access=Access.READ, kind="bucket", name="lake", prefix="public/")
    team = TEAMS.teams["red"]
    both = replace(
        TEAMS,
        teams={
            name: replace(team, namespaces=(name,), grants=(grant,)) for name in ("red", "blue")
        },
    )
    shared = [volume(name, name, **bucket("lake", name, "public/x")) for name in ("red", "blue")]
    assert rules(judged(*shared, intent=both)) == []
    assert rules(judged(*shared)) == ["volume-shared"]
    only_red = replace(both, teams={**both.teams, "blue": TEAMS.teams["blue"]})
    assert rules(judged(*shared, intent=only_red)) == ["volume-shared"]
