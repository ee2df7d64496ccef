"""Every connection between some pods: which should be open, and which are."""

from collections.abc import Iterator
from itertools import product

from tests.components.network.evaluator import World
from tests.components.network.worlds import PORTS, TEAMS, Case, pods

PODS = pods()


OURS = [pod for pod in PODS if pod.namespace in TEAMS]


OTHERS = [pod for pod in PODS if pod.namespace not in TEAMS]


BY_NAME = {f"{pod.namespace}/{pod.name}": pod for pod in PODS}


def wrong(one: Case, world: World) -> Iterator[str]:
    """Every connection from or to a team that is open undeclared, or closed though declared."""
    for source, target in product(PODS, PODS):
        if source == target or (source in OTHERS and target in OTHERS):
            continue
        for port, protocol in PORTS:
            is_open = world.open(source, target, port, protocol)
            if is_open != one.declared(source, target, port, protocol):
                word = "open" if is_open else "closed"
                ends = f"{source.namespace}/{source.name} -> {target.namespace}/{target.name}"
                yield f"{word}: {ends}:{port}/{protocol}"


SOMEBODY = BY_NAME["ads/api"]
