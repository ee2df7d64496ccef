"""Intent as JSON: written into components' inputs, collected from a graph, kept in documents."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from assurance.graph.codec import DecodeError, decode, encode
from assurance.graph.graph import Graph
from assurance.graph.intent import Intent, TeamIntent
from assurance.graph.resource import Resource
from assurance.graph.values import (
    Addresses,
    Capability,
    Endpoint,
    Level,
    Overcommit,
    Pool,
    Waiver,
)

TEAM = "ml-platform:tenancy:Team"
PLATFORM = "ml-platform:platform:Platform"
CLUSTERS = "ml-platform:providers:"
"""Types of the components that carry intent as the input `intent`."""


class IntentError(ValueError):
    """Two components ask for different things under one name, or one cannot be read."""


def team_to_json(team: TeamIntent, endpoints: Iterable[Endpoint] = ()) -> dict[str, Any]:
    """What a team asks for, and the endpoints that its workloads offer to others."""
    plain: dict[str, Any] = encode(team)
    return {**plain, "endpoints": _endpoints_to_json(endpoints)}


def platform_to_json(
    *,
    endpoints: Iterable[Endpoint] = (),
    overcommit: Overcommit | None = None,
    waivers: Iterable[Waiver] = (),
    levels: Mapping[str, Level] | None = None,
) -> dict[str, Any]:
    """What the platform offers, and how strictly it is judged."""
    return {
        "endpoints": _endpoints_to_json(endpoints),
        "levels": encode(levels or {}),
        "overcommit": encode(overcommit or Overcommit()),
        "waivers": encode(tuple(waivers)),
    }


def intent_to_json(intent: Intent) -> dict[str, Any]:
    """The whole of it, with every default spelled out."""
    plain: dict[str, Any] = encode(intent)
    return plain


def intent_from_json(value: Any) -> Intent:
    """What `intent_to_json` wrote, or a person."""
    return decode(Intent, value, "intent")


def intent_from_graph(graph: Graph) -> Intent:
    """What the components of a graph say was asked for. A team's name is its component's."""
    intent = Intent()
    for resource in graph.resources.values():
        if resource.custom or not _states_intent(resource):
            continue
        try:
            intent = _joined(intent, _part(resource), resource)
        except DecodeError as error:
            raise IntentError(str(error)) from None
    return intent


def _states_intent(resource: Resource) -> bool:
    """A team or a platform without intent would be judged as asking for nothing."""
    stated = "intent" in resource.inputs and resource.type.startswith(CLUSTERS)
    return resource.type in {TEAM, PLATFORM} or stated


def _part(resource: Resource) -> Intent:
    where = f"{resource.name}.intent"
    said = resource.inputs.get("intent")
    if not isinstance(said, Mapping):
        raise DecodeError(where, "an object", said)
    if resource.type == TEAM:
        return _team_part(resource.name, said, where)
    if resource.type == PLATFORM:
        return Intent(
            endpoints=_endpoints(said, where),
            overcommit=decode(Overcommit, said.get("overcommit", {}), f"{where}.overcommit"),
            waivers=decode(tuple[Waiver, ...], said.get("waivers", []), f"{where}.waivers"),
            levels=decode(dict[str, Level], said.get("levels", {}), f"{where}.levels"),
        )
    return _cluster_part(said, where)


def _team_part(name: str, said: Mapping[str, Any], where: str) -> Intent:
    asked = {key: value for key, value in said.items() if key != "endpoints"}
    team = decode(TeamIntent, asked, where)
    return Intent(teams={name: team}, endpoints=_endpoints(said, where))


def _cluster_part(said: Mapping[str, Any], where: str) -> Intent:
    """A cluster's facts; those that no proof needs are passed over."""
    capabilities = said.get("capabilities", [])
    return Intent(
        endpoints=_endpoints(said, where),
        pools=decode(tuple[Pool, ...], said.get("pools", []), f"{where}.pools"),
        addresses=decode(Addresses, said["addresses"], f"{where}.addresses")
        if said.get("addresses")
        else None,
        capabilities=decode(frozenset[Capability], capabilities, f"{where}.capabilities"),
    )


def _endpoints(said: Mapping[str, Any], where: str) -> dict[str, Endpoint]:
    given = said.get("endpoints") or {}
    items = given.values() if isinstance(given, Mapping) else given
    read = decode(tuple[Endpoint, ...], list(items), f"{where}.endpoints")
    return {endpoint.name: endpoint for endpoint in read}


def _endpoints_to_json(endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    named: dict[str, Any] = encode({endpoint.name: endpoint for endpoint in endpoints})
    return named


def _joined(one: Intent, other: Intent, source: Resource) -> Intent:
    return replace(
        one,
        teams=_united("team", one.teams, other.teams, source),
        endpoints=_united("endpoint", one.endpoints, other.endpoints, source),
        pools=one.pools + tuple(pool for pool in other.pools if pool not in one.pools),
        addresses=_same(one.addresses, other.addresses, source),
        capabilities=one.capabilities | other.capabilities,
        overcommit=other.overcommit if source.type == PLATFORM else one.overcommit,
        waivers=one.waivers + tuple(w for w in other.waivers if w not in one.waivers),
        levels=_united("level", one.levels, other.levels, source),
    )


def _united(
    word: str, one: Mapping[str, Any], other: Mapping[str, Any], source: Resource
) -> dict[str, Any]:
    for name in one.keys() & other.keys():
        if one[name] != other[name]:
            message = f"{source.urn}: {word} {name} is already described, differently"
            raise IntentError(message)
    return dict(sorted({**one, **other}.items()))


def _same(one: Addresses | None, other: Addresses | None, source: Resource) -> Addresses | None:
    if one is not None and other is not None and one != other:
        message = f"{source.urn}: the cluster's addresses are already described, differently"
        raise IntentError(message)
    return one or other
