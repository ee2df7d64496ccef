"""Of the judge of packets itself: it hears every error, and reads what is predicted to the end."""

import pytest

from tests.kind.needs import DECLARED, TEAMS, UNDECLARED, differences, predicted, probes, teams
from tests.kind.talking import Heard, Pod

PODS = [
    Pod(namespace=team, workload=name, name=f"{name}-{team}", address=f"10.0.{number}.{place}")
    for number, team in enumerate(TEAMS)
    for place, name in enumerate(("api", "batch", "*"))
]
PROBES = list(probes(PODS))
WAYS = {probe.way for probe in PROBES if PODS.index(probe.asked) % 3}


def answers() -> Heard:
    """As packets that do what is predicted would bring them."""
    return {
        (each.asking, each.url): f"talk {each.asked.name}" if each.way in WAYS else None
        for each in PROBES
    }


def test_everybody_asks_everybody_else_on_every_road() -> None:
    asked = {(each.asking, each.asked) for each in PROBES}
    assert asked == {(one, other) for one in PODS for other in PODS if one != other}
    roads = [each.url for each in PROBES if "svc" in each.url]
    assert len(roads) == len(PODS) * 6 * len(DECLARED) - 6 * len(DECLARED)
    assert UNDECLARED in {each.port for each in PROBES}


def test_every_single_error_is_heard() -> None:
    assert differences(WAYS, PROBES, answers()) == []
    ways = {probe.way for probe in PROBES}
    assert len(ways) > 100
    for way in ways:
        assert differences(WAYS ^ {way}, PROBES, answers())


def test_an_answer_of_somebody_else_is_none() -> None:
    """From outside the cluster, say: open or closed, it is not who was asked."""
    for probe in PROBES:
        said = {**answers(), (probe.asking, probe.url): "talk nobody"}
        assert len(differences(WAYS, PROBES, said)) == 1


def test_pods_that_no_policy_tells_apart_are_all_read() -> None:
    tcp = {"first": 8000, "last": 9090, "protocol": "TCP"}
    one = {"source": "ads/Deployment api, batch", "target": "ads/any other pod", "ports": [tcp]}
    ends = {"ads/api", "ads/batch", "ads/*"}
    assert predicted([one], ends) == {
        (f"ads/{name}", "ads/*", port) for name in ("api", "batch") for port in (8080, 9090)
    }
    udp = {**one, "ports": [{**tcp, "protocol": "UDP"}], "target": "the internet"}
    assert predicted([udp], ends) == set()


def test_a_listing_that_is_cut_off_is_not_taken_for_all() -> None:
    cut = {"source": "ads/Deployment a, b, c, d and 2 more", "target": "ads/Job x", "ports": []}
    with pytest.raises(AssertionError, match="not every name"):
        predicted([cut], set())


def test_the_same_seed_makes_the_same_needs_and_another_one_others() -> None:
    assert teams(3) == teams(3)
    assert len({str(teams(seed)) for seed in range(24)}) == 24
