"""Platform facts survive the roads to another stack: JSON, and a wire that knows only floats."""

import json
from ipaddress import ip_network
from string import ascii_lowercase, digits
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from assurance.graph.values import (
    Addresses,
    Capability,
    Dns,
    Endpoint,
    Pool,
    Port,
    Protocol,
    Shape,
    Taint,
)
from components.facts import PlatformFacts
from components.tenancy.section import TeamDefaults
from providers.contract import ClusterFacts

names = st.builds(
    str.__add__,
    st.sampled_from(ascii_lowercase),
    st.text(f"{ascii_lowercase}{digits}-", max_size=10),
)
networks = st.sampled_from(
    [ip_network(text) for text in ("10.0.0.0/8", "172.20.0.0/16", "fd00::/8", "169.254.169.254/32")]
)
network_tuples = st.lists(networks, max_size=3).map(tuple)
ports = st.builds(
    Port,
    number=st.integers(1, 65535) | names,
    protocol=st.sampled_from(Protocol),
    end=st.none() | st.integers(1, 65535),
)
endpoints = st.builds(
    Endpoint,
    name=names,
    ports=st.lists(ports, min_size=1, max_size=3).map(tuple),
    namespace=st.none() | names,
    labels=st.dictionaries(names, names, max_size=2),
    cidrs=network_tuples,
    host=st.none() | names,
    managed=st.booleans(),
)
shapes = st.builds(
    Shape,
    cpu=st.integers(0, 10**6),
    memory=st.integers(0, 2**43),
    pods=st.integers(1, 250),
    gpu=st.integers(0, 16),
    gpu_type=st.none() | st.just("nvidia.com/gpu"),
)
pools = st.builds(
    Pool,
    name=names,
    shape=shapes,
    min=st.integers(0, 99),
    max=st.integers(0, 99),
    zones=st.lists(names, max_size=3).map(tuple),
    labels=st.dictionaries(names, names, max_size=2),
    taints=st.lists(st.builds(Taint, key=names, value=names), max_size=2).map(tuple),
    spot=st.booleans(),
    price_key=st.none() | names,
)
facts = st.builds(
    PlatformFacts,
    cluster=st.builds(
        ClusterFacts,
        name=names,
        version=st.just("1.35"),
        storage_class=st.none() | names,
        pools=st.lists(pools, max_size=3).map(tuple),
        addresses=st.builds(
            Addresses,
            pods=network_tuples,
            services=network_tuples,
            nodes=network_tuples,
            dns=st.builds(Dns, namespace=names, addresses=network_tuples),
            api_server=network_tuples,
            metadata=network_tuples,
            webhooks=network_tuples,
            balancers=network_tuples,
        ),
        capabilities=st.frozensets(st.sampled_from(Capability)),
        endpoints=st.lists(endpoints, max_size=2).map(tuple),
        simulated=st.booleans(),
    ),
    team_defaults=st.builds(TeamDefaults, open_within=st.booleans()),
    endpoints=st.dictionaries(names, endpoints, max_size=3),
    buckets=st.dictionaries(names, st.just("https://example.com/x"), max_size=2),
)


def as_the_wire_has_it(value: Any) -> Any:
    """Protobuf's Struct: every number is a float."""
    match value:
        case bool() | str() | None:
            return value
        case int():
            return float(value)
        case list():
            return [as_the_wire_has_it(item) for item in value]
        case dict():
            return {key: as_the_wire_has_it(item) for key, item in value.items()}
    raise AssertionError(value)


@given(facts)
def test_facts_come_back_whole_from_json(before: PlatformFacts) -> None:
    assert PlatformFacts.from_json(json.loads(json.dumps(before.to_json()))) == before


@given(facts)
def test_a_stack_reference_turns_integers_into_floats_and_facts_restore_them(
    before: PlatformFacts,
) -> None:
    after = PlatformFacts.from_json(as_the_wire_has_it(before.to_json()))
    assert after == before
    for pool in after.cluster.pools:
        assert isinstance(pool.shape.memory, int)
    for endpoint in after.endpoints.values():
        assert not any(isinstance(port.number, float) for port in endpoint.ports)


@given(facts)
def test_facts_are_spelled_the_same_every_time(before: PlatformFacts) -> None:
    plain = before.to_json()
    assert plain["cluster"]["capabilities"] == sorted(plain["cluster"]["capabilities"])
