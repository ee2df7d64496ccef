"""The evaluator of NetworkPolicies beside network-config-analyzer, in an environment of its own."""

import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from random import Random

import pytest
import yaml

from assurance.proofs.network.spans import EVERY_PORT, Spans, show_ports, spans
from operations import cache
from operations.venv import CLONE, Environment, ensure
from tests.assurance.proofs.worlds import LABELS, Manifest, Sample, network, opened, sample

LOCK = CLONE / "requirements-nca.lock"
BATCH = """
import sys
from pathlib import Path
from nca.nca_cli import nca_main
for folder in sorted(p for p in Path(sys.argv[1]).iterdir() if p.is_dir()):
    nca_main(["--connectivity", "-r", str(folder), "-o", "txt_no_fw_rules",
              "--output_endpoints", "pods", "-f", f"{folder}.out"])
"""
LINE = re.compile(r"(\w+/\w+)(?:\[Pod\])? => (\w+/\w+)(?:\[Pod\])? : (.*)")
PROTOCOLS = ("TCP", "UDP", "SCTP")


@pytest.fixture(scope="module")
def analyzer() -> Path:
    """A Python that has it, from its own lock."""
    own = Environment(directory=cache.directory() / "python" / "nca", lock=LOCK)
    ensure(own, lambda _text: None)
    return own.python


def written(one: Sample) -> Iterator[Manifest]:
    """The sample as manifests, as the analyzer takes them."""
    for name, labels in one.namespaces.items():
        metadata = {"name": name, "labels": dict(labels)}
        yield {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
    for pod in one.pods:
        ports = [{"name": name, "containerPort": port} for name, port in pod.ports.items()]
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


def accepted(one: Sample) -> Sample:
    """Without what the analyzer refuses, or reads otherwise than the API server does.

    It refuses rules for a direction that the types leave out. Where types are left out, it takes an
    empty list of egress rules for closed egress; the API server's default asks for a rule. And it
    looks for Exists and DoesNotExist of a pod selector in the policy's own namespace, whatever
    namespace selector stands beside; so these are spelled as In and NotIn of every value. Both are
    cases of their own beside the other ones that the documentation decides.
    """
    policies = []
    for policy in one.policies:
        spec = deepcopy(policy["spec"])
        for way in ("Ingress", "Egress"):
            if spec.get("policyTypes") and way not in spec["policyTypes"]:
                spec.pop(way.lower(), None)
        if not spec.get("policyTypes") and not spec.get("egress"):
            spec.pop("egress", None)
        for way, side in (("ingress", "from"), ("egress", "to")):
            for rule in spec.get(way) or ():
                rule.update({side: list(map(_spelled, rule[side]))} if side in rule else {})
        policies.append({**policy, "spec": spec})
    return Sample(namespaces=one.namespaces, pods=one.pods, policies=tuple(policies))


def _spelled(peer: Manifest) -> Manifest:
    """The same peer with In and NotIn of every value that a label of the samples can have."""
    selector = peer.get("podSelector") or {}
    if "namespaceSelector" not in peer or "matchExpressions" not in selector:
        return peer
    spelled = []
    for part in selector["matchExpressions"]:
        other = {"Exists": "In", "DoesNotExist": "NotIn"}.get(part["operator"])
        every = list(LABELS.get(part["key"], ("nothing",)))
        spelled.append({"key": part["key"], "operator": other, "values": every} if other else part)
    return {**peer, "podSelector": {"matchExpressions": spelled}}


def read(text: str) -> dict[tuple[str, str], Spans]:
    """What the analyzer says is open between pods."""
    found: dict[tuple[str, str], Spans] = {}
    for line in text.splitlines():
        match = LINE.fullmatch(line.strip())
        if match:
            pair = match[1], match[2]
            found[pair] = spans((*found.get(pair, ()), *_connections(match[3])))
    return found


def _connections(text: str) -> Spans:
    """`All connections`, `TCP 80,90-99`, `{protocols:TCP,dst_ports:80}`, or several of them."""
    if text == "All connections":
        return EVERY_PORT
    found = []
    for part in re.findall(r"\{[^}]*\}", text) or [text]:
        protocols = [p for p in PROTOCOLS if re.search(rf"\b{p}\b", part)]
        assert protocols, text
        numbers = re.search(r"(?:dst_ports:|(?:TCP|UDP|SCTP) )([\d,-]+)", part)
        for protocol in protocols:
            for word in numbers[1].strip(",").split(",") if numbers else ["1-65535"]:
                first, _, last = word.partition("-")
                found.append((protocol, int(first), int(last or first)))
    return spans(found)


def _ours(one: Sample) -> dict[tuple[str, str], Spans]:
    """Addresses are left out: to the analyzer, an ipBlock never means a pod."""
    flows = opened(network(one.namespaces, one.pods, one.policies, addressed=False))
    return {pair: spans(ports) for pair, ports in flows.items() if pair[0] != pair[1]}


def compare(analyzer: Path, work: Path, count: int, seed: int) -> Counter[str]:
    """Agree on random clusters, or fail with the first that differs."""
    random, features, verdicts = Random(seed), Counter[str](), Counter[str]()
    samples = [accepted(sample(random, features)) for _ in range(count)]
    for number, one in enumerate(samples):
        folder = work / f"{number:05}"
        folder.mkdir()
        (folder / "all.yaml").write_text(yaml.safe_dump_all(written(one)))
    command = [str(analyzer), "-c", BATCH, str(work)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    for number, one in enumerate(samples):
        theirs, ours = read((work / f"{number:05}.out").read_text()), _ours(one)
        for source in one.pods:
            for target in one.pods:
                pair = f"{source.namespace}/{source.name}", f"{target.namespace}/{target.name}"
                if pair[0] == pair[1]:
                    continue
                mine, yours = ours.get(pair, ()), theirs.get(pair, ())
                kind = "open" if yours == EVERY_PORT else "some ports" if yours else "closed"
                verdicts[kind] += 1
                assert mine == yours, (
                    f"{number}: {pair}: {show_ports(mine)}, analyzer {show_ports(yours)}\n"
                    f"{yaml.safe_dump_all(written(one))}"
                )
    print(dict(verdicts), dict(sorted(features.items())))  # noqa: T201 - how hard it was
    return verdicts


@pytest.mark.e2e
def test_the_analyzer_agrees_on_300_random_clusters(analyzer: Path, tmp_path: Path) -> None:
    verdicts = compare(analyzer, tmp_path, 300, seed=4)
    assert min(verdicts["closed"], verdicts["open"]) > 0.2 * verdicts.total()


@pytest.mark.fire
def test_the_analyzer_agrees_on_3000_random_clusters(analyzer: Path, tmp_path: Path) -> None:
    compare(analyzer, tmp_path, 3000, seed=5)
