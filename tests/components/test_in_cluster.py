"""What the platform runs where no cloud brings it: each team is alone with what is its own."""

import json
import re
from dataclasses import replace
from datetime import date
from fnmatch import fnmatchcase
from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assurance.graph.resource import Marker
from assurance.graph.values import Access, Addresses, Capability, Endpoint, Grant, Port
from components.cache.part import cache_part, users
from components.cache.section import CACHE, CacheConfig
from components.config import ConfigError
from components.config.rules.names import RESERVED_NAMESPACES
from components.database.part import database_part
from components.database.section import DATABASE, DatabaseConfig
from components.manifests import faults
from components.parts import Demand, Part, Site
from components.parts.priority import prioritised
from components.storage.minio import policy
from components.storage.part import store_part
from components.storage.section import OBJECT_STORE, ObjectStoreConfig
from components.storage.users import identities
from providers.contract import ClusterFacts
from tests.rehearsed import graphs

NEEDS = frozenset({CACHE, DATABASE, OBJECT_STORE})
READ = Grant(access=Access.READ, kind="bucket", name="models", prefix="fraud/")
WRITE = Grant(access=Access.WRITE, kind="bucket", name="datasets", prefix="raw/")
DEMANDS = {
    "fraud": Demand(needs=NEEDS, grants=(READ, WRITE)),
    "tenant-a": Demand(needs=NEEDS),
    "idle": Demand(),
}
SECTIONS: list[Any] = [
    (cache_part, CacheConfig(generation=3), CACHE),
    (database_part, DatabaseConfig(replicas=1, generation=3), DATABASE),
    (store_part, ObjectStoreConfig(generation=3), OBJECT_STORE),
]
MINIO = ObjectStoreConfig(kind="minio", generation=3)
each_section = pytest.mark.parametrize(
    ("make", "config", "endpoint"), SECTIONS, ids=["cache", "database", "object-store"]
)


def site(**more: Any) -> Site:
    network = (ip_network("10.0.0.0/16"),)
    volumes = more.pop("capabilities", frozenset({Capability.VOLUMES}))
    facts = ClusterFacts(
        name="c",
        version="1.35",
        storage_class="fast",
        pools=(),
        addresses=Addresses(pods=network, services=network, nodes=network),
        capabilities=volumes,
        simulated=more.pop("simulated", False),
    )
    return Site(cluster=facts, teams=tuple(DEMANDS), demands=DEMANDS, **more)


@each_section
def test_each_team_that_needs_it_has_an_account_and_no_other(
    make: Any, config: Any, endpoint: str
) -> None:
    part: Part = make(config, site())
    accounts = [account for each in part.credentials for account in each.accounts]
    assert {account.team for account in accounts} == {"fraud", "tenant-a"}
    assert {account.endpoint for account in accounts} == {endpoint}
    for account in accounts:
        assert {"user", "password"} <= account.templates.keys()
        words = set(re.findall(r"\$\{(.+?)\}", " ".join(account.templates.values())))
        assert len(words) == 1
    assert {each.generation for each in part.credentials} == {3}


@each_section
def test_it_can_be_needed_and_scraped_in_namespaces_that_no_team_can_take(
    make: Any, config: Any, endpoint: str
) -> None:
    part: Part = make(config, site())
    assert endpoint in {each.name for each in part.endpoints}
    assert part.scraped
    assert {each.name for each in part.namespaces} <= RESERVED_NAMESPACES
    assert {each.pod_security for each in part.namespaces} == {"restricted"}


@each_section
def test_where_the_cloud_has_made_one_nothing_is_brought(
    make: Any, config: Any, endpoint: str
) -> None:
    there = Endpoint(name=endpoint, ports=(Port(number=443),))
    assert make(config, site(endpoints={endpoint: there})) is None


@pytest.mark.parametrize(("make", "config"), [each[:2] for each in SECTIONS[1:]])
def test_what_keeps_data_asks_for_volumes_of_the_clusters_class(make: Any, config: Any) -> None:
    part: Part = make(config, site())
    made = json.dumps([*part.objects, *(dict(release.values) for release in part.releases)])
    assert '"storageClass": "fast"' in made
    with pytest.raises(ConfigError, match="expected a cluster whose storage class makes volumes"):
        make(config, site(capabilities=frozenset()))


def test_a_role_enters_the_database_of_its_own_name_and_the_server_takes_its_password() -> None:
    part = database_part(DatabaseConfig(replicas=1), site())
    assert part is not None
    server, *databases = part.objects
    assert server["spec"]["instances"] == 2
    roles = {
        role["name"]: role["passwordSecret"]["name"] for role in server["spec"]["managed"]["roles"]
    }
    assert {each["spec"]["name"]: each["spec"]["owner"] for each in databases} == {
        name: name for name in roles
    }
    assert set(roles) == {"team_fraud", "team_tenant_a"}
    secrets = {each.name: each.plain["username"] for each in part.credentials}
    assert secrets == {secret: name for name, secret in roles.items()}
    assert server["spec"]["postgresql"]["pg_hba"][-1].split() == [
        "host",
        "all",
        "all",
        "all",
        "reject",
    ]
    kinds = [each["kind"] for each in database_part(DatabaseConfig(), site(simulated=True)).objects]  # type: ignore[union-attr]
    assert kinds.count("Deployment") == 1


def test_a_server_beside_a_store_in_the_cluster_is_copied_into_a_bucket_of_its_own() -> None:
    here = site(sections=frozenset({DATABASE, OBJECT_STORE}))
    store = store_part(ObjectStoreConfig(), here)
    assert store is not None
    (account,) = (a for c in store.credentials for a in c.accounts if a.team == "database")
    (endpoint,) = store.endpoints
    part = database_part(
        DatabaseConfig(backup_days=9), replace(here, endpoints={endpoint.name: endpoint})
    )
    assert part is not None
    assert [fault for each in map(prioritised, part.objects) for fault in faults(each)] == []
    objects = {each["kind"]: each["spec"] for each in part.objects}
    backup = objects["Cluster"]["backup"]
    target = backup["barmanObjectStore"]
    assert backup["retentionPolicy"] == "9d"
    assert target["destinationPath"] == f"s3://{account.templates['bucket']}/"
    assert target["endpointURL"] == account.templates["endpoint"]
    for key in target["s3Credentials"].values():
        assert key["name"] == account.secret
        assert key["key"] in account.templates
    assert "-system-" in objects["Cluster"]["imageName"]
    assert objects["ScheduledBackup"]["cluster"]["name"] == "main"
    needs = {
        client.name: {need.to for need in client.needs}
        for place in part.namespaces
        for client in place.clients
    }
    assert OBJECT_STORE in needs["instances"]
    assert OBJECT_STORE not in needs["operator"]


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


@pytest.mark.parametrize("brought", [True, False])
def test_a_server_without_a_store_in_the_cluster_is_copied_nowhere(*, brought: bool) -> None:
    clouds = {OBJECT_STORE: Endpoint(name=OBJECT_STORE, ports=(Port(number=443),))}
    part = database_part(DatabaseConfig(), site(endpoints=clouds if brought else {}))
    assert part is not None
    assert "ScheduledBackup" not in {each["kind"] for each in part.objects}
    assert "backup" not in part.objects[0]["spec"]
    assert "-standard-" in part.objects[0]["spec"]["imageName"]


def test_what_the_server_shows_the_store_lies_in_its_own_namespace() -> None:
    objects = list(graphs()["sandbox"].objects())
    (server,) = (
        each for each in objects if each.gvk.kind == "Cluster" and each.namespace == "database"
    )
    wanted = server.manifest["spec"]["backup"]["barmanObjectStore"]["s3Credentials"]
    (secret,) = (
        each
        for each in objects
        if each.gvk.kind == "Secret"
        and (each.namespace, each.name) == ("database", wanted["accessKeyId"]["name"])
    )
    keys = {each["key"] for each in wanted.values()}
    assert keys <= secret.manifest["stringData"].keys()


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


def test_a_workload_takes_what_it_logs_in_with_from_secrets_and_its_pods_say_which() -> None:
    objects = {(o.gvk.kind, f"{o.namespace}/{o.name}"): o for o in graphs()["sandbox"].objects()}
    template = objects["Deployment", "fraud/sessions"].manifest["spec"]["template"]
    stated = {each["name"]: each for each in template["spec"]["containers"][0]["env"]}
    taken = {
        name: tuple(each["valueFrom"]["secretKeyRef"].values())
        for name, each in stated.items()
        if "valueFrom" in each
    }
    assert {frozenset(each) for each in taken.values()} == {
        frozenset({"platform-cache", "url"}),
        frozenset({"platform-database", "url"}),
        frozenset({"platform-object-store", "user"}),
        frozenset({"platform-object-store", "password"}),
    }
    assert stated["MODELS"]["value"] == "s3://models"
    assert stated["S3"]["value"] == "minio.storage.svc:8333"
    assert template["metadata"]["annotations"]["ml-platform/credentials"] == (
        "platform.cache=1,platform.database=1,platform.object-store=1"
    )
    for name in ("cache", "database", "object-store"):
        texts = objects["Secret", f"fraud/platform-{name}"].manifest["stringData"].values()
        assert not [text for text in texts if isinstance(text, str) and "${" in text]
        assert Marker.UNKNOWN in texts


def test_a_user_of_the_cache_has_its_own_keys_and_channels_and_no_way_to_see_all() -> None:
    """The words are those of Redis 7, whose server refused what is left out here."""
    known = {name: user["permissions"].split() for name, user in users(["a", "a-b"]).items()}
    assert known.keys() == {"default", "a", "a-b"}
    for team in ("a", "a-b"):
        assert [word for word in known[team] if word[0] in "~&"] == [f"~{team}:*", f"&{team}:*"]
        assert {"-@admin", "-@dangerous", "-scan", "-randomkey"} <= set(known[team])
