"""Where analyzers of NetworkPolicies differ: what the API server and its reference say instead."""

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import pytest
import yaml

from assurance.graph.kubernetes import object_of
from assurance.graph.resource import Origin
from assurance.proofs.network.policies import read_policy
from assurance.proofs.network.selectors import NAME
from tests.assurance.proofs import oracles
from tests.assurance.proofs.oracles import Analyzers
from tests.assurance.proofs.samples import Sample, sample
from tests.assurance.proofs.test_network_oracle import ours
from tests.assurance.proofs.worlds import Manifest, policy, resource
from tests.components.network.evaluator import Pod
from tests.e2e.cluster import Kubectl

pytestmark = pytest.mark.e2e

PODS = (
    Pod(namespace="red", name="web", address="10.0.0.1", labels={"app": "a"}),
    Pod(namespace="green", name="web", address="10.0.0.2", ports={("http", "TCP"): 80}),
)
NAMESPACES = {name: {NAME: name} for name in ("red", "green")}
REFUSED = "refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A policy, a connection, and what each says about it."""

    policy: Manifest
    pair: tuple[str, str]
    is_open: bool
    """By the reference, and by us."""
    netpol_analyzer: bool | str
    network_config_analyzer: bool | str

    @property
    def sample(self) -> Sample:
        return Sample(namespaces=NAMESPACES, pods=PODS, policies=(self.policy,))


def asks_for_app(operator: str) -> Manifest:
    expression = {"key": "app", "operator": operator}
    return {
        "namespaceSelector": {"matchLabels": {NAME: "green"}},
        "podSelector": {"matchExpressions": [expression]},
    }


QUESTIONS = {
    # NetworkPolicySpec.policyTypes: "… policies that contain an egress section are assumed to
    # affect egress"; the API server takes a list without an item for no section.
    "does an empty list of egress rules shut egress": Question(
        policy=policy("red", "p", egress=[]),
        pair=("red/web", "green/web"),
        is_open=True,
        netpol_analyzer=True,
        network_config_analyzer=False,
    ),
    # The same field: rules of a direction that the types leave out are stored and mean nothing.
    "may rules stand for a direction that the types leave out": Question(
        policy=policy("red", "p", policyTypes=["Ingress"], egress=[]),
        pair=("red/web", "green/web"),
        is_open=True,
        netpol_analyzer=True,
        network_config_analyzer=REFUSED,
    ),
    # NetworkPolicyPeer.podSelector: beside a namespaceSelector it "selects the pods matching
    # podSelector in the namespaces selected by namespaceSelector".
    "does a label have to exist where the policy is": Question(
        policy=policy("red", "p", ingress=[{"from": [asks_for_app("DoesNotExist")]}]),
        pair=("green/web", "red/web"),
        is_open=True,
        netpol_analyzer=True,
        network_config_analyzer=False,
    ),
    # NetworkPolicyPort.port: "a numerical or named port on a pod".
    "does a named port open an address": Question(
        policy=policy("red", "p", policyTypes=["Egress"], egress=[{"ports": [{"port": "http"}]}]),
        pair=("red/web", "8.8.8.8"),
        is_open=False,
        netpol_analyzer=REFUSED,
        network_config_analyzer=False,
    ),
}


@pytest.fixture(scope="module")
def analyzers() -> Analyzers:
    return oracles.analyzers()


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_that_analyzers_answer_differently(
    analyzers: Analyzers, tmp_path: Path, name: str
) -> None:
    asked = QUESTIONS[name]
    assert bool(ours(asked.sample).get(asked.pair)) is asked.is_open
    for ask, expected in (
        (oracles.netpol_analyzer, asked.netpol_analyzer),
        (oracles.network_config_analyzer, asked.network_config_analyzer),
    ):
        work = tmp_path / ask.__name__
        work.mkdir()
        try:
            said: bool | str = bool(ask(analyzers, work, [asked.sample])[0].get(asked.pair))
        except (AssertionError, FileNotFoundError):
            said = REFUSED
        assert said == expected, ask.__name__


def test_the_api_server_fills_in_what_we_fill_in(kubectl: Kubectl) -> None:
    """200 random policies: what the server makes of one reads like the policy itself."""
    random, features = Random(8), Counter[str]()
    given: list[Manifest] = []
    while len(given) < 200:
        given += sample(random, features).policies
    placed = [
        {**one, "metadata": {"name": f"p{number}", "namespace": "default"}}
        for number, one in enumerate([*(q.policy for q in QUESTIONS.values()), *given])
    ]
    made = _stored(kubectl, placed)
    assert len(made) == len(placed)
    types = Counter(tuple(one["spec"]["policyTypes"]) for one in made)
    print(len(made), "policies", types)  # noqa: T201 - how hard
    assert len(types) == 3
    for before, after in zip(placed, made, strict=True):
        assert _read(before) == _read(after), before


def _stored(kubectl: Kubectl, manifests: list[Manifest]) -> list[Manifest]:
    """As the server would store them."""
    words = ("create", "--dry-run=server", "--validate=strict", "-o", "yaml", "-f", "-")
    return list(yaml.safe_load_all(kubectl(*words, manifests=manifests)))


def _read(manifest: Manifest) -> object:
    item = object_of(resource(manifest))
    assert item is not None
    return replace(read_policy(item), origin=Origin())
