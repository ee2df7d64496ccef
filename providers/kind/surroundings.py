"""What stands around the cluster's nodes: Docker's network, the registry, the mirrors."""

import contextlib
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

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
    _network(wanted["name"], wanted["network"])
    if port := wanted.get("registry"):
        _registry(wanted["name"], port)
    return Machine(
        cpu=1000 * facts["NCPU"],
        memory=facts["MemTotal"],
        old_cgroups=str(facts.get("CgroupVersion")) == "1",
        registries=_write_registries(wanted, folder / "registries"),
    )


def clear(wanted: Wanted) -> None:
    """Remove what was made for this cluster alone; the network goes with its last cluster."""
    ours = f"label={_OWNER}={wanted['name']}"
    for container in run("docker", "ps", "--all", "--quiet", "--filter", ours).split():
        run("docker", "rm", "--force", "--volumes", container)
    made = run("docker", "network", "ls", "--quiet", "--filter", f"label={_OWNER}").split()
    for network in made:
        with contextlib.suppress(CommandError):  # others are still in it
            run("docker", "network", "rm", network)


def _network(name: str, wanted: str) -> None:
    """As kind takes the network as it finds it, it is there beforehand, with the stated range."""
    if not exists("network", "inspect", NETWORK):
        run(
            *("docker", "network", "create", "--driver", "bridge", "--subnet", wanted),
            *("--opt", "com.docker.network.bridge.enable_ip_masquerade=true"),
            *("--label", f"{_OWNER}={name}", NETWORK),
        )
        return
    pools = docker_json("network", "inspect", NETWORK)["IPAM"]["Config"]
    ranges = [pool["Subnet"] for pool in pools]
    if wanted not in ranges:
        message = (
            f"Docker's network {NETWORK} has {' and '.join(ranges)}, the stack file says {wanted}: "
            f"set platform.cluster.networks.nodes, or remove it: docker network rm {NETWORK}"
        )
        raise CommandError(message)


def _registry(name: str, port: int) -> None:
    run(
        *("docker", "run", "--detach", "--restart", "unless-stopped", "--network", NETWORK),
        *("--publish", f"{LOOPBACK}:{port}:{_REGISTRY_PORT}", "--name", f"{name}-registry"),
        *("--label", f"{_OWNER}={name}", _REGISTRY_IMAGE),
        seconds=300,
    )


def _write_registries(wanted: Wanted, folder: Path) -> Path | None:
    """One `hosts.toml` for each registry that is reached otherwise than by its name."""
    shutil.rmtree(folder, ignore_errors=True)
    places = dict(_places(wanted))
    for host, url in places.items():
        (folder / host).mkdir(parents=True)
        text = f'server = "https://{host}"\n[host."{url}"]\ncapabilities = ["pull", "resolve"]\n'
        (folder / host / "hosts.toml").write_text(text, encoding="utf-8")
    return folder if places else None


def _places(wanted: Wanted) -> Iterator[tuple[str, str]]:
    yield from wanted["mirrors"].items()
    if port := wanted.get("registry"):
        yield f"localhost:{port}", f"http://{wanted['name']}-registry:{_REGISTRY_PORT}"
