"""What a machine needs for a cluster on kind; looks, and changes nothing."""

import platform
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

from assurance.graph.values import bytes_of, millicores_of
from operations.diagnosis import GIB, Level, Line
from operations.errors import UserError
from providers.config import KindConfig

_SECONDS = 20
_OVERHEAD = 400 * 2**20
"""What one node's own processes hold, besides what it offers to pods."""
_CONTROL_PLANE = 2**30
"""What the control plane holds; no pod of a team is placed there."""
_OLDEST = (0, 31)
"""The kind with whose node images this was written."""
_INOTIFY = {"max_user_instances": 512, "max_user_watches": 524_288}
"""As kind's list of known issues asks for."""
_QUEUE = "nfnetlink_queue"
"""With it the network plugin enforces NetworkPolicies; without it, everything is open."""


def lines(stack: str, cluster: KindConfig) -> Iterator[Line]:
    """Everything that making the cluster could stumble over."""
    docker = docker_line()
    yield docker
    yield kind_line()
    if docker.level is Level.OK:
        facts = _machine()
        yield processors_line(cluster, facts["NCPU"])
        yield memory_line(cluster, facts["MemTotal"])
    yield from inotify_lines(Path("/proc/sys/fs/inotify"))
    yield queue_line(Path("/"))
    yield from port_lines(stack, cluster)


def docker_line() -> Line:
    """Docker, and whether this user may talk to it."""
    if shutil.which("docker") is None:
        fix = "install Docker; a stack of simulated nodes needs none: make up"
        return Line(subject="docker", level=Level.FAULT, says="not on PATH", fix=fix)
    code, said = _said("docker", "info", "--format", "{{.ServerVersion}}")
    if code != 0:
        fix = "start Docker, and let this user talk to it"
        return Line(subject="docker", level=Level.FAULT, says=said, fix=fix)
    return Line(subject="docker", level=Level.OK, says=said)


def kind_line() -> Line:
    """The kind command line."""
    fix = "install kind 0.31 or newer: https://kind.sigs.k8s.io/docs/user/quick-start"
    path = shutil.which("kind")
    if path is None:
        return Line(subject="kind", level=Level.FAULT, says="not on PATH", fix=fix)
    _, said = _said("kind", "--version")
    found = re.search(r"(\d+)\.(\d+)", said)
    if found is None or (int(found[1]), int(found[2])) < _OLDEST:
        says = f"{said}: {path}; it may not know these node images"
        return Line(subject="kind", level=Level.NOTE, says=says, fix=fix)
    return Line(subject="kind", level=Level.OK, says=f"{said}: {path}")


def processors_line(cluster: KindConfig, available: int) -> Line:
    """Cores for what one node offers; nodes may share them."""
    need = millicores_of(cluster.node.cpu) / 1000
    says = f"each node offers {need:g} CPU; Docker has {available}"
    if need > available:
        fix = "lower platform.cluster.node.cpu, or give Docker more"
        return Line(subject="processors for kind", level=Level.FAULT, says=says, fix=fix)
    return Line(subject="processors for kind", level=Level.OK, says=says)


def memory_line(cluster: KindConfig, available: int) -> Line:
    """Memory for every node at once, its own processes included."""
    nodes = sum(workers.nodes for workers in cluster.pools.values())
    need = nodes * (bytes_of(cluster.node.memory) + _OVERHEAD) + _CONTROL_PLANE
    says = f"{nodes} workers may use {need / GIB:.1f} GiB; Docker has {available / GIB:.1f} GiB"
    if need > available:
        fix = "fewer pools or nodes, or less of platform.cluster.node.memory"
        return Line(subject="memory for kind", level=Level.FAULT, says=says, fix=fix)
    return Line(subject="memory for kind", level=Level.OK, says=says)


def inotify_lines(folder: Path) -> Iterator[Line]:
    """Limits that five nodes on one kernel run into."""
    for name, need in _INOTIFY.items():
        path = folder / name
        if not path.exists():
            continue  # not Linux: Docker's own machine has its limits
        have = int(path.read_text("ascii"))
        says = f"fs.inotify.{name} is {have}; with five nodes, pods want {need}"
        if have < need:
            fix = f"sudo sysctl fs.inotify.{name}={need}, if pods say: too many open files"
            yield Line(subject="inotify", level=Level.NOTE, says=says, fix=fix)
        else:
            yield Line(subject="inotify", level=Level.OK, says=says)


def queue_line(root: Path) -> Line:
    """Whether the kernel can hand packets to the network plugin."""
    release = root / "lib" / "modules" / platform.release()
    known = [root / "proc" / "modules", release / "modules.builtin", release / "modules.dep"]
    texts = [path.read_text("utf-8", errors="replace") for path in known if path.exists()]
    if any(_QUEUE in text for text in texts):
        return Line(subject="network policies", level=Level.OK, says=f"the kernel has {_QUEUE}")
    says = f"no sign of {_QUEUE}: kind's network would enforce no NetworkPolicy, and say nothing"
    fix = f"sudo modprobe {_QUEUE}, or a kernel that has it"
    return Line(subject="network policies", level=Level.NOTE, says=says, fix=fix)


def port_lines(stack: str, cluster: KindConfig) -> Iterator[Line]:
    """Ports that the cluster will answer on; one that is taken may be its own."""
    named = {"api_port": cluster.api_port, "registry": cluster.registry}
    wanted = {f"ports[{n}]": port for n, port in enumerate(cluster.ports)}
    for key, port in {**named, **wanted}.items():
        if port is None:
            continue
        if _is_free(port):
            yield Line(subject=f"port {port}", level=Level.OK, says=f"free, for {key} of {stack}")
        else:
            says = f"taken, and {key} of stack {stack} wants it; well if its cluster runs already"
            fix = f"stop what listens there, or set platform.cluster.{key.partition('[')[0]}"
            yield Line(subject=f"port {port}", level=Level.NOTE, says=says, fix=fix)


def require(stack: str, cluster: KindConfig) -> None:
    """Refuse to begin what cannot end well; everything at once, each with its remedy."""
    wrong = [line for line in lines(stack, cluster) if line.level is Level.FAULT]
    if wrong:
        told = "\n".join(f"  {each.subject}: {each.says}\n    → {each.fix}" for each in wrong)
        message = f"this machine cannot run stack {stack}:\n{told}"
        raise UserError(message)


def _machine() -> dict[str, int]:
    _, said = _said("docker", "info", "--format", "{{.NCPU}} {{.MemTotal}}")
    processors, memory = map(int, said.split())
    return {"NCPU": processors, "MemTotal": memory}


def _is_free(port: int) -> bool:
    try:
        with socket.socket() as server:
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            server.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True


def _said(*words: str) -> tuple[int, str]:
    try:
        done = subprocess.run(  # noqa: S603 - docker, no shell
            words, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return 1, f"{words[0]}: no answer after {_SECONDS} s"
    return done.returncode, (done.stdout if done.returncode == 0 else done.stderr).strip()
