"""What is made around a kind cluster: network, registry, mirrors; nothing comes up in the nodes."""

import shutil
import sys
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from providers.config import KindConfig
from providers.kind.claim import claimed
from providers.kind.cluster import node_args
from providers.kind.commands import CommandError
from providers.kind.provider import KindProvider
from tests.e2e.laptop import Machine, machine

pytestmark = pytest.mark.e2e

CERTS = "/etc/containerd/certs.d"
NOTHING = """
import json, pathlib, sys
kubeconfig = {
    "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:9"}}],
    "users": [{"name": "c", "user": {}}],
    "contexts": [{"name": "c", "context": {"cluster": "c", "user": "c"}}],
    "current-context": "c",
}
(pathlib.Path(sys.argv[2]) / "kubeconfig").write_text(json.dumps(kubeconfig))
"""
PROVIDER = KindProvider()


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Machine]:
    (tmp_path / "nothing.py").write_text(NOTHING, encoding="utf-8")
    with machine(tmp_path, f"{sys.executable} {tmp_path / 'nothing.py'}") as made:
        yield made


def wanted(name: str = "c", **keys: Any) -> dict[str, Any]:
    """What a stack file comes to; without GPUs, which would have to be claimed on real nodes."""
    said = {"provider": "kind", "pools": {"general": {"nodes": 1}}, **keys}
    return {**node_args(name, KindConfig.model_validate(said)), "kubeconfig": None}


def created(name: str = "c", **keys: Any) -> dict[str, Any]:
    return PROVIDER.create(wanted(name, **keys)).outs or {}


def registries(there: Machine, name: str = "c") -> dict[str, dict[str, Any]]:
    """By registry, what the nodes' containerd is told of it."""
    document = there.document(name)
    [patch] = map(tomllib.loads, document["containerdConfigPatches"])
    assert patch["plugins"]["io.containerd.grpc.v1.cri"]["registry"] == {"config_path": CERTS}
    found: dict[str, dict[str, Any]] = {}
    for node in document["nodes"]:
        [mount] = node["extraMounts"]
        assert (mount["containerPath"], mount["readOnly"]) == (CERTS, True)
        for path in Path(mount["hostPath"]).glob("*/hosts.toml"):
            found[path.parent.name] = tomllib.loads(path.read_text("utf-8"))
    return found


def test_a_cluster_without_registries_has_a_network_and_nothing_else(there: Machine) -> None:
    outs = created()
    assert there.networks["kind"]["IPAM"]["Config"] == [{"Subnet": "172.18.0.0/16"}]
    assert there.containers == {}
    assert all(not node.get("extraMounts") for node in there.document("c")["nodes"])
    PROVIDER.delete("c", outs)
    assert (there.clusters, there.networks) == (set(), {})


def test_a_registry_of_ones_own_is_reached_from_the_machine_and_from_every_node(
    there: Machine,
) -> None:
    outs = created(registry=5001)
    [(name, container)] = there.containers.items()
    assert container["Ports"] == ["127.0.0.1:5001:5000"]
    pull = {"capabilities": ["pull", "resolve"]}
    assert registries(there) == {"localhost:5001": {"host": {f"http://{name}:5000": pull}}}
    PROVIDER.delete("c", outs)
    assert (there.containers, there.networks) == ({}, {})
    with claimed("c") as claim:
        assert not list(claim.folder.rglob("hosts.toml"))


def test_a_mirror_is_asked_first_and_the_registry_itself_where_it_has_nothing(
    there: Machine,
) -> None:
    """No `server`: containerd then goes where it would have gone, which docker.io alone is not."""
    mirrors = {"docker.io": "https://mirror.example.com", "quay.io": "http://10.0.0.1:5000"}
    created(mirrors=mirrors)
    pull = {"capabilities": ["pull", "resolve"]}
    assert registries(there) == {host: {"host": {url: pull}} for host, url in mirrors.items()}


def test_a_range_that_docker_s_network_does_not_have_is_refused_and_nothing_is_left(
    there: Machine,
) -> None:
    first = created()
    with pytest.raises(CommandError, match=r"172\.18\.0\.0/16, the stack file says 10\.9\.0\.0/16"):
        created("d", networks={"nodes": "10.9.0.0/16"})
    assert there.clusters == {"c"}
    assert created("d")["name"] == "d"
    PROVIDER.delete("d", wanted("d"))
    assert there.networks, "its first cluster is still in it"
    PROVIDER.delete("c", first)
    assert not there.networks


def test_a_registry_s_port_that_is_taken_is_said_and_its_container_goes(there: Machine) -> None:
    created(registry=5001)
    with pytest.raises(CommandError, match="port is already allocated"):
        created("d", registry=5001)
    assert set(there.containers) == {"c-registry"}
    assert there.clusters == {"c"}


def test_a_cluster_that_nobody_here_made_is_never_removed_to_make_room(there: Machine) -> None:
    (there.folder / "clusters" / "c").mkdir(parents=True)
    with pytest.raises(CommandError, match="kind delete cluster --name c"):
        created()
    assert PROVIDER.read("c", wanted()).id is None
    assert there.clusters == {"c"}


@pytest.mark.parametrize("remains", ["nothing", "a container", "half a cluster"])
def test_what_was_cut_short_is_cleared_away_by_whoever_looks_next(
    there: Machine, remains: str
) -> None:
    if remains != "nothing":
        created(registry=5001)
    if remains == "a container":
        shutil.rmtree(there.folder / "clusters" / "c")
    for look in (
        lambda: PROVIDER.read("c", wanted(registry=5001)),
        lambda: PROVIDER.delete("c", wanted(registry=5001)),
        lambda: created(registry=5001),
    ):
        with claimed("c") as claim:
            claim.begin()
        look()
        with claimed("c") as claim:
            assert not claim.cut_short
    assert there.clusters == {"c"}
    PROVIDER.delete("c", wanted(registry=5001))
    assert (there.clusters, there.containers, there.networks) == (set(), {}, {})


def test_what_stood_around_a_cluster_that_somebody_has_deleted_goes_when_it_is_missed(
    there: Machine,
) -> None:
    outs = created(registry=5001)
    there.delete("c")
    assert PROVIDER.read("c", outs).id is None
    assert (there.containers, there.networks) == ({}, {})
    created(registry=5001)
    there.delete("c")
    created(registry=5001)
    assert (there.clusters, set(there.containers)) == ({"c"}, {"c-registry"})


def test_the_network_stays_for_a_cluster_that_is_only_just_begun(there: Machine) -> None:
    outs = created()
    with claimed("d") as claim:
        claim.begin()
        PROVIDER.delete("c", outs)
        assert there.networks
    PROVIDER.delete("d", wanted("d"))
    assert not there.networks


def test_clusters_are_made_and_removed_at_once_without_each_other_s_knowledge(
    there: Machine,
) -> None:
    names = [f"c{number}" for number in range(4)]
    with ThreadPoolExecutor(len(names)) as pool:
        for _ in range(2):
            made = list(pool.map(created, names))
            assert there.clusters == set(names)
            list(pool.map(PROVIDER.delete, names, made))
            assert (there.clusters, there.networks) == (set(), {})
            half = names[: len(names) // 2]
            list(pool.map(created, half))
            mixed = [*pool.map(_deleted, half), *pool.map(created, names[len(half) :])]
            assert len(mixed) == len(names)
            assert set(there.networks) == {"kind"}
            list(pool.map(_deleted, names[len(half) :]))


def _deleted(name: str) -> None:
    PROVIDER.delete(name, wanted(name))
