"""The store in the cluster: who its users are, and what each of them may do."""

import json
from datetime import date
from fnmatch import fnmatchcase

from hypothesis import given
from hypothesis import strategies as st

from assurance.graph.values import Access, Grant
from components.manifests import faults
from components.parts import Part
from components.storage.minio import policy
from components.storage.part import store_part
from components.storage.section import ObjectStoreConfig
from components.storage.users import identities
from tests.components.test_in_cluster import READ, WRITE, site

MINIO = ObjectStoreConfig(kind="minio", generation=3)


def test_the_servers_user_of_the_store_sees_no_bucket_but_its_own() -> None:
    document = json.loads(identities({"database": (), "fraud": (READ,)}))
    (user,) = (each for each in document["identities"] if each["name"] == "database")
    assert can(user["actions"], "Write", "team-database", "base/1")
    for bucket in ("models", "team-fraud", "team"):
        assert not can(user["actions"], "Read", bucket, "fraud/1")


def test_minio_answers_where_any_store_does_and_its_users_are_who_the_others_are() -> None:
    parts = [store_part(config, site()) for config in (MINIO, ObjectStoreConfig(generation=3))]
    one, other = (part for part in parts if part is not None)
    assert one.endpoints[0].host == other.endpoints[0].host == "minio.storage.svc"
    (service,) = (s for s in one.releases[0].stand_in.services if s.name == "minio")
    (clients,) = (o for o in other.objects if o["kind"] == "Service")
    assert set(service.ports) & {port["port"] for port in clients["spec"]["ports"]} == {9000}
    assert one.buckets == other.buckets
    (users,), (same,) = one.credentials, other.credentials
    assert users.words == same.words
    assert [each.templates["bucket"] for each in users.accounts] == [
        each.templates["bucket"] for each in same.accounts
    ]
    assert [fault for each in one.objects for fault in faults(each)] == []
    (job,) = one.objects
    (container,) = job["spec"]["template"]["spec"]["containers"]
    assert container["command"][4:] == ["fraud", "tenant-a"]
    assert {"rootUser", "fraud.json", "tenant-a.json"} == users.plain.keys()
    anew = store_part(MINIO.model_copy(update={"generation": 4}), site())
    assert anew is not None
    assert anew.objects[0]["metadata"]["name"] != job["metadata"]["name"]


def test_a_user_of_minio_may_do_what_was_granted_and_what_it_likes_with_its_own_bucket() -> None:
    rules = json.loads(policy("fraud", (READ, WRITE)))["Statement"]

    def may(action: str, resource: str, prefix: str | None = None) -> bool:
        return any(
            any(fnmatchcase(action, each) for each in rule["Action"])
            and any(fnmatchcase(f"arn:aws:s3:::{resource}", each) for each in rule["Resource"])
            and all(
                prefix is not None and fnmatchcase(prefix, wanted)
                for wanted in rule.get("Condition", {}).get("StringLike", {}).get("s3:prefix", ())
            )
            for rule in rules
        )

    assert may("s3:PutObject", "team-fraud/x")
    assert may("s3:ListBucket", "team-fraud")
    assert may("s3:GetObject", "models/fraud/x")
    assert may("s3:ListBucket", "models", "fraud/")
    assert may("s3:PutObject", "datasets/raw/x")
    for action, resource, prefix in (
        ("s3:PutObject", "models/fraud/x", None),
        ("s3:GetObject", "models/ads/x", None),
        ("s3:ListBucket", "models", ""),
        ("s3:ListBucket", "models", None),
        ("s3:GetObject", "team-tenant-a/x", None),
        ("s3:DeleteBucket", "datasets", None),
    ):
        assert not may(action, resource, prefix), (action, resource)


def test_what_nobody_mends_any_more_is_pinned_with_its_last_day_and_its_licence() -> None:
    """The verdict says both of every stack that has it."""
    (release,) = (store_part(MINIO, site()) or Part(key="")).releases
    assert release.pin.end_of_life == date(2026, 2, 12)
    assert release.pin.licence == "AGPL-3.0"


def can(actions: list[str], action: str, bucket: str, key: str) -> bool:
    """As the server decides: a pattern over action, bucket and key, or a bucket in whole."""
    target = f"{action}:{bucket}/{key}"
    return any(
        fnmatchcase(target, each) if "*" in each else each in (action, f"{action}:{bucket}")
        for each in actions
    )


TEAMS = st.sampled_from(["a", "ab", "a-b", "b"])
GRANTS = st.builds(
    Grant,
    access=st.sampled_from(Access),
    kind=st.just("bucket"),
    name=st.sampled_from(["models", "team"]),
    prefix=st.sampled_from(["a/", "ab/", "a/b/"]),
)


@given(st.dictionaries(TEAMS, st.lists(GRANTS, max_size=3), min_size=1), st.data())
def test_a_user_of_the_store_does_what_was_granted_and_what_it_likes_with_its_own_bucket(
    grants: dict[str, list[Grant]], data: st.DataObject
) -> None:
    users = {u["name"]: u["actions"] for u in json.loads(identities(grants))["identities"]}
    team = data.draw(st.sampled_from(sorted(grants)))
    bucket = data.draw(st.sampled_from(["models", "team", "team-a", "team-ab", "team-a-b"]))
    key = data.draw(st.sampled_from(["a/x", "ab/x", "a/b/x", "x", "abc/x"]))
    action = data.draw(st.sampled_from(["Read", "List", "Write", "Admin"]))
    about = [g for g in grants[team] if g.name == bucket and key.startswith(g.prefix)]
    allowed = {"Read", "List"} if about else set()
    if any(grant.access is Access.WRITE for grant in about):
        allowed.add("Write")
    if bucket == f"team-{team}":
        allowed = {"Read", "List", "Write"}
    assert can(users[team], action, bucket, key) == (action in allowed)
    assert users.keys() - grants.keys() == {"ml-platform"}
