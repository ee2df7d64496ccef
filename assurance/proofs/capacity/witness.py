"""How shortages and contradictions are told: subject, arithmetic, remedy."""

from collections.abc import Iterable

from assurance.graph.resource import Origin
from assurance.proofs.capacity.amounts import PODS, listed, show
from assurance.proofs.capacity.cluster import Cluster, Crowd
from assurance.proofs.findings import Finding, Status, tells
from assurance.proofs.network.bits import Bits
from assurance.proofs.network.pods import assumed

PROOF = "capacity"
_SHOWN = 5
finding = tells(PROOF)


def not_evaluated(subject: str, reason: str, origin: Origin) -> Finding:
    """What could not be read, by name."""
    return finding(
        "not-evaluated",
        Status.UNKNOWN,
        subject,
        f"not evaluated: {reason}",
        remedy="make it known before the deployment, or correct it",
        origin=origin,
    )


def places(cluster: Cluster, where: Bits) -> str:
    """Some sites by name: `pools general and gpu`."""
    names = list(dict.fromkeys(str(site.group) for site in cluster.of(where)))
    return f"{'pool' if len(names) == 1 else 'pools'} {joined(names)}"


def joined(words: Iterable[str]) -> str:
    """A few words as a list, the rest as a number."""
    found = list(words)
    if len(found) > _SHOWN:
        found = [*found[: _SHOWN - 1], f"{len(found) - _SHOWN + 1} more"]
    return " and ".join(filter(None, (", ".join(found[:-1]), *found[-1:])))


def clauses(words: Iterable[str]) -> str:
    """A few sentences, one after the other; the rest as a number."""
    found = list(words)
    more = [f"and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
    return "; ".join([*found[:_SHOWN], *more])


def described(crowd: Crowd, number: int) -> str:
    """How many pods of what size: `3 x fraud/Deployment api (250m cpu, 512Mi memory)`."""
    amounts = {n: a for n, a in crowd.pods.appetite.placed.items() if n != PODS}
    return f"{number} x {crowd} ({listed(amounts)})"


def amounts(crowd: Crowd) -> dict[str, str]:
    """What one pod asks for, for a witness."""
    return {name: show(name, amount) for name, amount in crowd.pods.appetite.placed.items()}


def resting_on(crowds: Iterable[Crowd]) -> tuple[str, ...]:
    """Stand-ins that findings about these pods rest on."""
    return tuple(sorted({a for c in crowds if (a := assumed(c.pods.template)) is not None}))


def pods(number: int) -> str:
    """`1 pod`, `3 pods`."""
    return f"{number} pod{'s' if number != 1 else ''}"
