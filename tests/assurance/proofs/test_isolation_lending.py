"""What one namespace hands to another: references that are granted, snapshots that are made."""

from typing import Any

import pytest

from assurance.graph.intent import Intent, TeamIntent
from assurance.graph.resource import Marker
from assurance.proofs.findings import Finding, Status
from assurance.proofs.isolation.lending import Lending
from assurance.proofs.isolation.volumes import Volumes
from tests.assurance.proofs.test_isolation_volumes import rules
from tests.assurance.proofs.volumes import csi, volume
from tests.assurance.proofs.worlds import Manifest, graph

TEAMS = Intent(teams={name: TeamIntent(namespaces=(name,)) for name in ("red", "blue")})
ROUTE = "gateway.networking.k8s.io"


def grant(lender: Any, borrower: Any, *kinds: str, **named: str) -> Manifest:
    source = {"group": ROUTE, "kind": "HTTPRoute", "namespace": borrower}
    to = [{"group": "", "kind": kind, **named} for kind in kinds]
    return {
        "apiVersion": f"{ROUTE}/v1beta1",
        "kind": "ReferenceGrant",
        "metadata": {"name": "g", "namespace": lender},
        "spec": {"from": [source], "to": to},
    }


def lent(*manifests: Manifest) -> list[Finding]:
    return list(Lending(graph(*manifests), TEAMS).findings())


@pytest.mark.parametrize(
    ("made", "status"),
    [
        (grant("red", "blue", "Secret"), Status.REFUTED),
        (grant("red", "blue", "Service", name="api"), Status.REFUTED),
        (grant("red", "gateway", "Secret"), Status.REFUTED),
        (grant("storage", "red", "Secret"), Status.REFUTED),
        (grant("red", "gateway", "Service"), Status.UNKNOWN),
        (grant("red", Marker.UNKNOWN, "Service"), Status.UNKNOWN),
        (grant(Marker.UNKNOWN, "blue", "Service"), Status.UNKNOWN),
        (grant("red", "red", "Secret"), Status.PROVED),
        (grant("storage", "gateway", "Secret"), Status.PROVED),
    ],
)
def test_no_team_lends_what_is_its_own_or_borrows_what_is_not(
    made: Manifest, status: Status
) -> None:
    found = lent(made)
    about_red = [each for each in found if each.status is not Status.PROVED]
    assert [each.status for each in about_red[:1]] == [status] * (status is not Status.PROVED)
    assert all(each.remedy for each in found if each.status is Status.REFUTED)


def test_who_lends_what_to_whom_is_said() -> None:
    found = lent(grant("red", "blue", "Secret", name="tls"))[0]
    assert found.message.endswith("of red lends Secret tls to blue")
    assert found.witness["teams"] == ["red", "blue"]
    assert lent() == []


def content(namespace: str, driver: str = "ebs.csi.aws.com", **source: str) -> Manifest:
    return {
        "apiVersion": "snapshot.storage.k8s.io/v1",
        "kind": "VolumeSnapshotContent",
        "metadata": {"name": f"of-{namespace}"},
        "spec": {
            "driver": driver,
            "deletionPolicy": "Retain",
            "source": source,
            "volumeSnapshotRef": {"namespace": namespace, "name": "copy"},
        },
    }


def judged(*manifests: Manifest) -> list[Finding]:
    return list(Volumes(graph(*manifests), TEAMS).findings())


def test_a_snapshot_of_another_team_s_volume_is_that_team_s_data() -> None:
    disk = volume("a", "red", **csi("vol-1"))
    assert rules(judged(disk, content("blue", volumeHandle="vol-1"))) == ["volume-shared"]
    assert rules(judged(disk, content("red", volumeHandle="vol-1"))) == []
    assert rules(judged(disk, content("blue", volumeHandle="vol-2"))) == []
    assert rules(judged(disk, content("blue", "other.csi", volumeHandle="vol-1"))) == []


def test_a_snapshot_made_by_hand_is_known_to_be_another_s_or_not_known_at_all() -> None:
    mine = content("red", volumeHandle="vol-1")
    taken = {**mine, "status": {"snapshotHandle": "snap-1"}}
    given = content("blue", snapshotHandle="snap-1")
    assert rules(judged(taken, given)) == ["volume-shared"]
    alone = judged(given)
    assert rules(alone, Status.UNKNOWN)[-1] == "volume-unknown"
    assert "it hands blue snapshot snap-1" in alone[0].message
    assert rules(judged(content("platform", snapshotHandle="snap-1")), Status.UNKNOWN) == []
