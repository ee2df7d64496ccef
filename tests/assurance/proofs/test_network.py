"""The evaluator of NetworkPolicies, beside one that was written without it."""

from collections import Counter
from ipaddress import ip_address
from random import Random

from assurance.proofs.network.spans import common
from tests.assurance.proofs.samples import OUTSIDE, PROBES, Sample, sample
from tests.assurance.proofs.worlds import opened

SAMPLES = 80


def disagreements(one: Sample, verdicts: Counter[bool]) -> list[str]:
    """Connections on which the two evaluators differ; pods and addresses, all probed ports."""
    model, found = one.network, []
    flows, world = opened(model), one.world
    index = {str(pod): n for n, alike in enumerate(model.classes) for pod in alike}
    for source in one.pods:
        name = f"{source.namespace}/{source.name}"
        for target in one.pods:
            if source == target:
                continue
            other = f"{target.namespace}/{target.name}"
            for port, protocol in PROBES:
                ours = bool(common(((protocol, port, port),), tuple(flows.get((name, other), ()))))
                pair = model.between(index[name], index[other])
                again = bool(common(((protocol, port, port),), pair))
                theirs = world.open(source, target, port, protocol)
                verdicts[theirs] += 1
                if not ours == again == theirs:
                    found.append(f"{name} {other} {protocol} {port}: {ours} {again} {theirs}")
        for address in OUTSIDE:
            for port, protocol in PROBES:
                where = _block(address)
                ours = any(
                    common(opening.addresses, where)
                    and common(opening.ports, ((protocol, port, port),))
                    for opening in model.openings("egress", index[name])
                )
                theirs = world.open(source, address, port, protocol)
                verdicts[theirs] += 1
                if ours != theirs:
                    found.append(f"{name} {address} {protocol} {port}: {ours} {theirs}")
    return found


def _block(address: str) -> tuple[tuple[str, int, int]]:
    number = int(ip_address(address))
    return (("IPv4", number, number),)


def test_two_evaluators_agree_on_random_clusters() -> None:
    random, features, verdicts = Random(4), Counter[str](), Counter[bool]()
    for number in range(SAMPLES):
        one = sample(random, features)
        assert disagreements(one, verdicts) == [], (number, one)
    print(dict(verdicts), dict(sorted(features.items())))  # noqa: T201 - how hard the test was
    assert min(verdicts.values()) > 0.2 * verdicts.total()
    assert min(features.values()) > 10
