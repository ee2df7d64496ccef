"""What one pod takes of a node, as admission will have made it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from assurance.proofs.admission.arrival import Arrival
from assurance.proofs.admission.pods import Pod, charged_requests
from assurance.proofs.admission.quotas import REQUESTS, of_pods, pod_charge
from assurance.proofs.capacity.amounts import PODS, Amounts, is_cpu
from assurance.proofs.capacity.reading import UnreadableError

_NUMBER = {PODS, "count/pods"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Appetite:
    """What one pod is counted with."""

    arrival: Arrival
    pod: Pod
    placed: Amounts
    """By the scheduler; a request of 0 is none."""
    charge: Mapping[str, Decimal]
    """By quotas, under each of their keys."""


def appetite(arrival: Arrival) -> Appetite:
    """Of a template's pods; raises where that is not known."""
    if arrival.pod is None:
        raise UnreadableError(arrival.doubts[0].message)
    requests = charged_requests(arrival.pod)
    placed = {name: counted(name, amount) for name, amount in requests.items() if amount}
    return Appetite(
        arrival=arrival,
        pod=arrival.pod,
        placed={PODS: 1, **placed},
        charge=pod_charge(arrival.pod),
    )


def counted(resource: str, amount: Decimal) -> int:
    """An amount as the scheduler counts it: millicores, or whole pieces, rounded up."""
    return int((amount * (1000 if is_cpu(resource) else 1)).to_integral_value(ROUND_CEILING))


def on_nodes(key: str) -> str | None:
    """The resource of a node that a quota's key bounds, if it bounds requests for one."""
    if key in _NUMBER:
        return PODS
    if key.startswith("limits.") or not of_pods(key):
        return None
    return key.removeprefix(REQUESTS)
