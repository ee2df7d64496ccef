"""Intent as JSON: written into components' inputs, collected from a graph, kept in documents."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from assurance.graph.codec import encode
from assurance.graph.decoding import DecodeError, decode
from assurance.graph.graph import Graph
from assurance.graph.intent import Intent, PartIntent, TeamIntent
from assurance.graph.resource import Resource
from assurance.graph.values import (
    Addresses,
    Capability,
    Endpoint,
    Level,
    Overcommit,
    Pin,
    Pool,
    Waiver,
)

TEAM = "ml-platform:tenancy:Team"
PLATFORM = "ml-platform:platform:Platform"
DATA_PLATFORM = "ml-platform:data_platform:DataPlatform"
CLUSTERS = "ml-platform:providers:"
"""Types of the components that carry intent as the input `intent`."""
Kind = Literal["team", "platform", "cluster", "waivers"]


class IntentError(ValueError):
    """Two components ask for different things under one name, or one cannot be read."""


def team_to_json(team: TeamIntent, endpoints: Iterable[Endpoint] = ()) -> dict[str, Any]:
    """What a team asks for, and the endpoints that its workloads offer to others."""
    plain: dict[str, Any] = encode(team)
    return {**plain, "endpoints": _endpoints_to_json(endpoints)}


def waivers_to_json(waivers: Iterable[Waiver]) -> dict[str, Any]:
    """What somebody answers for."""
    return {"waivers": encode(tuple(waivers))}


def intent_to_json(intent: Intent) -> dict[str, Any]:
    """The whole of it, with every default spelled out."""
    plain: dict[str, Any] = encode(intent)
    return plain


def intent_from_json(value: Any) -> Intent:
    """What `intent_to_json` wrote, or a person."""
    return decode(Intent, value, "intent")


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """What one component, or one ConfigMap on a cluster, states."""

    kind: Kind
    name: str
    said: Any
    source: str
    """For messages."""


def intent_from_graph(graph: Graph) -> Intent:
    """What the components of a graph say was asked for. A team's name is its component's."""
    return intent_of(
        Statement(kind=kind, name=r.name, said=r.inputs.get("intent"), source=r.urn)
        for r in graph.resources.values()
        if not r.custom and (kind := _kind(r)) is not None
    )


def intent_of(statements: Iterable[Statement]) -> Intent:
    """The whole of what several state; IntentError where they contradict each other."""
    intent = Intent()
    for statement in statements:
        try:
            intent = _joined(intent, _read(statement), statement)
        except DecodeError as error:
            raise IntentError(str(error)) from None
    return intent


def _kind(resource: Resource) -> Kind | None:
    """A team or a platform without intent would be judged as asking for nothing."""
    always: dict[str, Kind] = {TEAM: "team", PLATFORM: "platform"}
    if resource.type in always:
        return always[resource.type]
    if "intent" not in resource.inputs:
        return None
    if resource.type == DATA_PLATFORM:
        return "waivers"
    return "cluster" if resource.type.startswith(CLUSTERS) else None


def _read(statement: Statement) -> Intent:
    where, said = f"{statement.name}.intent", statement.said
    if not isinstance(said, Mapping):
        raise DecodeError(where, "an object", said)
    match statement.kind:
        case "team":
            return _of_team(statement.name, said, where)
        case "cluster":
            return _of_cluster(said, where)
        case "waivers":
            waivers = said.get("waivers", [])
            return Intent(waivers=decode(tuple[Waiver, ...], waivers, f"{where}.waivers"))
        case "platform":
            return Intent(
                endpoints=_endpoints(said, where),
                parts=decode(dict[str, PartIntent], said.get("parts", {}), f"{where}.parts"),
                buckets=decode(dict[str, str], said.get("buckets", {}), f"{where}.buckets"),
                zones=decode(dict[str, str], said.get("zones", {}), f"{where}.zones"),
                overcommit=decode(Overcommit, said.get("overcommit", {}), f"{where}.overcommit"),
                pins=decode(dict[str, Pin], said.get("pins", {}), f"{where}.pins"),
                levels=decode(dict[str, Level], said.get("levels", {}), f"{where}.levels"),
                registries=decode(
                    tuple[str, ...], said.get("registries", []), f"{where}.registries"
                ),
            )


def _of_team(name: str, said: Mapping[str, Any], where: str) -> Intent:
    asked = {key: value for key, value in said.items() if key != "endpoints"}
    team = decode(TeamIntent, asked, where)
    return Intent(teams={name: team}, endpoints=_endpoints(said, where))


def _of_cluster(said: Mapping[str, Any], where: str) -> Intent:
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


def _joined(one: Intent, other: Intent, source: Statement) -> Intent:
    return replace(
        one,
        teams=_united("team", one.teams, other.teams, source),
        parts=_united("part", one.parts, other.parts, source),
        endpoints=_united("endpoint", one.endpoints, other.endpoints, source),
        buckets=_united("bucket", one.buckets, other.buckets, source),
        zones=_united("zone", one.zones, other.zones, source),
        pools=one.pools + tuple(pool for pool in other.pools if pool not in one.pools),
        addresses=_same(one.addresses, other.addresses, source),
        capabilities=one.capabilities | other.capabilities,
        overcommit=other.overcommit if source.kind == "platform" else one.overcommit,
        waivers=one.waivers + tuple(w for w in other.waivers if w not in one.waivers),
        pins=_united("pin", one.pins, other.pins, source),
        levels=_united("level", one.levels, other.levels, source),
        registries=one.registries or other.registries,
    )


def _united(
    word: str, one: Mapping[str, Any], other: Mapping[str, Any], source: Statement
) -> dict[str, Any]:
    for name in one.keys() & other.keys():
        if one[name] != other[name]:
            message = f"{source.source}: {word} {name} is already described, differently"
            raise IntentError(message)
    return dict(sorted({**one, **other}.items()))


def _same(one: Addresses | None, other: Addresses | None, source: Statement) -> Addresses | None:
    if one is not None and other is not None and one != other:
        message = f"{source.source}: the cluster's addresses are already described, differently"
        raise IntentError(message)
    return one or other
