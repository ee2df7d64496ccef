"""What the platform runs where no cloud brings it: each team is alone with what is its own."""

import json
import re
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest

from assurance.graph.resource import Marker
from assurance.graph.values import Access, Addresses, Capability, Endpoint, Grant, Port
from components.cache.part import cache_part, users
from components.cache.section import CACHE, CacheConfig
from components.config import ConfigError
from components.config.rules.names import RESERVED_NAMESPACES
from components.database.part import database_part
from components.database.section import DATABASE, SERVERS_OWN, DatabaseConfig
from components.manifests import faults
from components.parts import Demand, Part, Site
from components.parts.priority import prioritised
from components.storage.part import store_part
from components.storage.section import OBJECT_STORE, ObjectStoreConfig
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


@pytest.mark.parametrize("stated", [{"connections": 60}, {}, {"team_connections": 1000}])
def test_no_team_uses_up_the_connections_of_another(stated: dict[str, int]) -> None:
    """PostgreSQL refuses a role's next connection beyond its limit, and anybody's beyond all."""
    config = DatabaseConfig(**{"team_connections": 25, **stated})
    part = database_part(config, site())
    assert part is not None
    [server] = [o["spec"] for o in part.objects if o["kind"] == "Cluster"]
    limits = [role["connectionLimit"] for role in server["managed"]["roles"]]
    assert limits == [config.team_connections] * 2
    assert sum(limits) + SERVERS_OWN <= int(server["postgresql"]["parameters"]["max_connections"])


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
        assert {"-client|tracking", "-script|flush"} <= set(known[team])
