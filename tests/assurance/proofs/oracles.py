"""Two analyzers of NetworkPolicies that others wrote, asked about many clusters in one process."""

import json
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

import yaml

from assurance.proofs.network.spans import EVERY_PORT, Spans, spans
from components import machine
from operations.progress import Steps
from operations.toolchain import ORACLES
from operations.toolchain import ensure as build
from operations.venv import CLONE, Environment, ensure
from tests.assurance.proofs.samples import OUTSIDE, Sample
from tests.assurance.proofs.worlds import Manifest
from tests.components.network.evaluator import Pod

Answer = dict[tuple[str, str], Spans]
"""By source and target, which are `namespace/name` or an address."""

_NCA = """
import sys
from pathlib import Path
from nca.nca_cli import nca_main
for folder in sorted(p for p in Path(sys.argv[1]).iterdir() if p.is_dir()):
    nca_main(["--connectivity", "-r", str(folder), "-o", "txt_no_fw_rules",
              "--output_endpoints", "pods", "-f", f"{folder}.txt"])
"""
_LINE = re.compile(r"(\S+?)(?:\[Pod\])? => (\S+?)(?:\[Pod\])? : (.*)")
_PROTOCOLS = ("TCP", "UDP", "SCTP")


_LOCK = CLONE / "requirements-nca.lock"


@dataclass(frozen=True, kw_only=True, slots=True)
class Analyzers:
    """Where both are."""

    netpolicies: Path
    """Runs netpol-analyzer."""
    python: Path
    """Has network-config-analyzer, from a lock of its own."""


def analyzers() -> Analyzers:
    """Both, found or made."""
    own = Environment(directory=machine.directory() / "python" / "nca", lock=_LOCK)
    with Steps() as steps:
        built = build(ORACLES, steps)
        ensure(own, lambda _text: None)
    return Analyzers(netpolicies=built["netpolicies"], python=own.python)


def ends(one: Sample) -> dict[str, Pod | str]:
    """What is asked about: pods, and addresses; a pod of the host's network is its address."""
    pods: dict[str, Pod | str] = {
        f"{p.namespace}/{p.name}": p for p in one.pods if not p.host_network
    }
    nodes = [p.address for p in one.pods if p.host_network]
    return pods | {address: address for address in (*OUTSIDE, *nodes)}


def asked(one: Sample) -> Iterator[tuple[str, str]]:
    """Sources and targets of which at least one is a pod."""
    everybody = ends(one)
    for source, who in everybody.items():
        for target, whom in everybody.items():
            if source != target and not (isinstance(who, str) and isinstance(whom, str)):
                yield source, target


def write(work: Path, samples: Iterable[Sample]) -> list[Path]:
    """One folder of manifests for each sample."""
    folders = []
    for number, one in enumerate(samples):
        folder = work / f"{number:05}"
        folder.mkdir()
        (folder / "all.yaml").write_text(yaml.safe_dump_all(_manifests(one)), "utf-8")
        folders.append(folder)
    return folders


def _manifests(one: Sample) -> Iterator[Manifest]:
    for name, labels in one.namespaces.items():
        metadata = {"name": name, "labels": dict(labels)}
        yield {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
    for pod in one.pods:
        if pod.host_network:
            continue
        ports = [
            {"name": name, "protocol": protocol, "containerPort": number}
            for (name, protocol), number in pod.ports.items()
        ]
        yield {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": pod.name,
                "namespace": pod.namespace,
                "labels": dict(pod.labels),
            },
            "spec": {"containers": [{"name": "c", "image": "c", "ports": ports}]},
            "status": {"podIP": pod.address},
        }
    yield from one.policies


def netpol_analyzer(have: Analyzers, work: Path, samples: Sequence[Sample]) -> list[Answer]:
    """What np-guard's netpol-analyzer says is open."""
    folders = write(work, samples)
    _run([str(have.netpolicies), str(work)])
    return [
        _expanded(one, _of_json(folder.with_suffix(".json")))
        for one, folder in zip(samples, folders, strict=True)
    ]


def network_config_analyzer(have: Analyzers, work: Path, samples: Sequence[Sample]) -> list[Answer]:
    """What network-config-analyzer says is open."""
    folders = write(work, samples)
    _run([str(have.python), "-c", _NCA, str(work)])
    return [
        _expanded(one, _of_text(folder.with_suffix(".txt")))
        for one, folder in zip(samples, folders, strict=True)
    ]


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def _of_json(path: Path) -> Iterator[tuple[str, str, Spans]]:
    for found in json.loads(path.read_text("utf-8")) or ():
        source, target = (found[end].removesuffix("[Pod]") for end in ("src", "dst"))
        yield source, target, _listed(found["conn"])


def _listed(text: str) -> Spans:
    """`All Connections`, or `SCTP 9,TCP 80,8000-8080`."""
    if text == "All Connections":
        return EVERY_PORT
    found, protocol = [], ""
    for word in text.split(","):
        kind, space, numbers = word.rpartition(" ")
        protocol = kind if space else protocol
        first, _, last = numbers.partition("-")
        found.append((protocol, int(first), int(last or first)))
    return spans(found)


def _of_text(path: Path) -> Iterator[tuple[str, str, Spans]]:
    for line in path.read_text("utf-8").splitlines():
        match = _LINE.fullmatch(line.strip())
        if match:
            yield match[1], match[2], _connections(match[3])


def _connections(text: str) -> Spans:
    """`All connections`, `TCP 80,90-99`, `{protocols:TCP,dst_ports:80}`, or several of them."""
    if text == "All connections":
        return EVERY_PORT
    found = []
    for part in re.findall(r"\{[^}]*\}", text) or [text]:
        protocols = [p for p in _PROTOCOLS if re.search(rf"\b{p}\b", part)]
        assert protocols, text
        numbers = re.search(r"(?:dst_ports:|(?:TCP|UDP|SCTP) )([\d,-]+)", part)
        for protocol in protocols:
            for word in numbers[1].strip(",").split(",") if numbers else ["1-65535"]:
                first, _, last = word.partition("-")
                found.append((protocol, int(first), int(last or first)))
    return spans(found)


def _expanded(one: Sample, listed: Iterable[tuple[str, str, Spans]]) -> Answer:
    """The listed connections, for the ends that are asked about."""
    everybody, answer = ends(one), Answer()
    for source, target, ports in listed:
        for pair in ((s, t) for s in _among(everybody, source) for t in _among(everybody, target)):
            answer[pair] = spans((*answer.get(pair, ()), *ports))
    return answer


def _among(everybody: Iterable[str], stated: str) -> list[str]:
    """Those of the ends that `namespace/name`, or a range of addresses, means."""
    first, dash, last = stated.partition("-")
    if not dash or "/" in stated:
        return [end for end in everybody if end == stated]
    low, high = IPv4Address(first), IPv4Address(last)
    return [end for end in everybody if "/" not in end and low <= IPv4Address(end) <= high]
