"""What stands around the cluster's nodes: Docker's network, the registry, the mirrors."""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from providers.kind.claim import Claim, alone
from providers.kind.commands import CommandError, docker_json, exists, machine_facts, run
from providers.kind.document import LOOPBACK, Machine

NETWORK = "kind"
"""The one network that kind puts all its nodes in."""
_REGISTRY_IMAGE = "docker.io/library/registry:3"
_REGISTRY_PORT = 5000
_OWNER = "ml-platform.cluster"

Wanted = Mapping[str, Any]


def prepare(wanted: Wanted, folder: Path) -> Machine:
    """Make what the nodes need before they start."""
    facts = machine_facts()
    with alone():
        _network(wanted["name"], wanted["network"])
    if port := wanted.get("registry"):
        _registry(wanted["name"], port)
    return Machine(
        cpu=1000 * facts["NCPU"],
        memory=facts["MemTotal"],
        old_cgroups=str(facts.get("CgroupVersion")) == "1",
        registries=_write_registries(wanted, _registries(folder)),
    )


def clear(wanted: Wanted, claim: Claim) -> None:
    """Remove what was made for this cluster alone; the network goes with its last cluster.

    The claim ends under the same lock: of two that end at once, one sees that it is the last.
    """
    ours = f"label={_OWNER}={wanted['name']}"
    for container in run("docker", "ps", "--all", "--quiet", "--filter", ours).split():
        run("docker", "rm", "--force", "--volumes", container)
    _forget(_registries(claim.folder))
    with alone():
        claim.gone()
        made = run("docker", "network", "ls", "--quiet", "--filter", f"label={_OWNER}").split()
        if made and not claim.others_under_way():
            _remove_unless_used(made)


def _remove_unless_used(networks: Iterable[str]) -> None:
    for network in networks:
        try:
            run("docker", "network", "rm", network)
        except CommandError as error:
            if "active endpoints" not in str(error):
                raise


def _network(name: str, wanted: str) -> None:
    """As kind takes the network as it finds it, it is there beforehand, with the stated range."""
    if not exists("network", "inspect", NETWORK):
        _make_network(name, wanted)
        return
    pools = docker_json("network", "inspect", NETWORK)["IPAM"]["Config"]
    ranges = [pool["Subnet"] for pool in pools]
    if wanted not in ranges:
        message = (
            f"Docker's network {NETWORK} has {' and '.join(ranges)}, the stack file says {wanted}: "
            f"set platform.cluster.networks.nodes, or remove it: docker network rm {NETWORK}"
        )
        raise CommandError(message)


def _make_network(name: str, wanted: str) -> None:
    try:
        run(
            *("docker", "network", "create", "--driver", "bridge", "--subnet", wanted),
            *("--opt", "com.docker.network.bridge.enable_ip_masquerade=true"),
            *("--label", f"{_OWNER}={name}", NETWORK),
        )
    except CommandError as error:
        message = f"{error}\nanother range for the nodes: platform.cluster.networks.nodes"
        raise CommandError(message) from None


def _registry(name: str, port: int) -> None:
    run(
        *("docker", "run", "--detach", "--restart", "unless-stopped", "--network", NETWORK),
        *("--publish", f"{LOOPBACK}:{port}:{_REGISTRY_PORT}", "--name", f"{name}-registry"),
        *("--label", f"{_OWNER}={name}", _REGISTRY_IMAGE),
        seconds=300,
    )


def _write_registries(wanted: Wanted, folder: Path) -> Path | None:
    """One `hosts.toml` for each registry that is reached otherwise than by its name.

    None of them names a server of last resort: containerd knows for itself where each registry is.
    """
    _forget(folder)
    places = dict(_places(wanted))
    for host, url in places.items():
        (folder / host).mkdir(parents=True)
        text = f'[host."{url}"]\ncapabilities = ["pull", "resolve"]\n'
        (folder / host / "hosts.toml").write_text(text, encoding="utf-8")
    return folder if places else None


def _places(wanted: Wanted) -> Iterator[tuple[str, str]]:
    yield from wanted["mirrors"].items()
    if port := wanted.get("registry"):
        yield f"localhost:{port}", f"http://{wanted['name']}-registry:{_REGISTRY_PORT}"


def _forget(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _registries(folder: Path) -> Path:
    return folder / "registries"
