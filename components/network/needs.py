"""Which ports a need opens, and which needs cannot be met."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from assurance.graph.values import Addresses, Endpoint, Need, Outside, Port
from components.config.faults import Fault
from components.network.internet import internet_blocks

_NO_INTERNET = "internet: the cluster's ranges leave no public address; correct cluster.addresses"
_NO_API_SERVER = "api-server: its addresses are not known; state cluster.addresses.api_server"
API_SERVER_PORTS = (Port(number=443), Port(number=6443))
"""Where the Kubernetes API listens: behind a cloud's load balancer, and by itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamNetwork:
    """What the network must know of a team."""

    namespace: str
    needs: tuple[Need, ...] = ()
    open_within: bool = True
    models: frozenset[str] = frozenset()
    """Who of those that need something is a model; the others are workloads."""


def needs_key(team: str, need: Need, models: frozenset[str] = frozenset()) -> str:
    """The stack file's key that states a need; a model's follow from where it is stored."""
    if need.by is None:
        return f"teams.{team}.needs"
    if need.by in models:
        return f"teams.{team}.models.{need.by}.storage"
    return f"teams.{team}.workloads.{need.by}.needs"


def ports_of(need: Need, offered: Iterable[Port]) -> tuple[Port, ...]:
    """The ports to open: all that are offered, or those of them that the need names."""
    offers = tuple(offered)
    if not need.ports:
        return offers
    return tuple(wanted for wanted in need.ports if any(_covers(port, wanted) for port in offers))


def unmet_needs(
    teams: Mapping[str, TeamNetwork], endpoints: Mapping[str, Endpoint], addresses: Addresses
) -> Iterator[Fault]:
    """Every need that nothing can be opened for, and why."""
    for team, network in sorted(teams.items()):
        for need in network.needs:
            message = why_unmet(need, endpoints, addresses)
            if message is not None:
                key = needs_key(team, need, network.models)
                yield Fault(file="", line=None, key=key, message=message)


def why_unmet(need: Need, endpoints: Mapping[str, Endpoint], addresses: Addresses) -> str | None:
    """Why nothing can be opened for a need; None where something can."""
    match need.to:
        case Outside.INTERNET:
            return None if internet_blocks(addresses) else _NO_INTERNET
        case Outside.NODES:
            return None if need.ports else "nodes: a need of nodes names its ports"
        case Outside.API_SERVER:
            stated = addresses.api_server
            return _missing_ports(need, API_SERVER_PORTS) if stated else _NO_API_SERVER
    endpoint = endpoints.get(need.to)
    if endpoint is None:
        known = ", ".join(sorted(endpoints)) or "none"
        return f"{need.to}: no such endpoint; there are: {known}"
    if not endpoint.ports or not (endpoint.namespace or endpoint.cidrs):
        return f"{need.to}: the endpoint states neither where it is nor on which ports"
    return _missing_ports(need, endpoint.ports)


def _missing_ports(need: Need, offered: tuple[Port, ...]) -> str | None:
    missing = [str(wanted.number) for wanted in need.ports if wanted not in ports_of(need, offered)]
    if not missing:
        return None
    has = ", ".join(f"{port.number}/{port.protocol}" for port in offered)
    return f"{need.to}: port {', '.join(missing)} is not one of its ports ({has})"


def _covers(offered: Port, wanted: Port) -> bool:
    """Whether an offered port, or range of ports, includes a wanted one."""
    if offered.protocol is not wanted.protocol:
        return False
    if isinstance(offered.number, str) or isinstance(wanted.number, str):
        return offered.number == wanted.number
    last = wanted.end or wanted.number
    return offered.number <= wanted.number and last <= (offered.end or offered.number)
