"""Every version that a stack is made of reaches whoever judges it."""

from assurance.graph.values import Level
from assurance.levels import level_of, levels_at, levels_path
from providers.config.support import CALENDARS
from tests.rehearsed import ROOT, asked

CHART = "ml-platform:charts:Chart"
CLUSTERS = {"aws:eks/cluster:Cluster": "eks", "azure-native:containerservice:ManagedCluster": "aks"}


def test_every_chart_that_is_installed_is_pinned_and_no_other() -> None:
    looked_at = 0
    for name, (graph, intent) in asked().items():
        charts = {r.inputs["chart"] for r in graph.resources.values() if r.type == CHART}
        pinned = {f"{n} {p.version}" for n, p in intent.pins.items() if n.startswith("chart ")}
        assert pinned == {f"chart {chart}" for chart in charts}, name
        looked_at += len(charts)
    assert looked_at > 0


def test_a_clouds_cluster_has_the_version_that_is_pinned_and_its_last_day() -> None:
    seen = {}
    for graph, intent in asked().values():
        for resource in graph.resources.values():
            if resource.type in CLUSTERS:
                pin = intent.pins["Kubernetes"]
                asked_for = resource.inputs.get("version", resource.inputs.get("kubernetesVersion"))
                assert asked_for == pin.version
                seen[CLUSTERS[resource.type]] = pin.version, pin.until
    assert seen.keys() == {"eks", "aks"}
    for provider, (version, until) in seen.items():
        assert until == CALENDARS[provider].until[version]


def test_a_chart_without_a_digest_keeps_production_from_being_deployed_and_nobody_else() -> None:
    rule, forbids = "governance/unverified-pin", {}
    for name, (_, intent) in asked().items():
        levels = levels_at(levels_path(ROOT, name))
        forbids[name] = level_of(levels, rule, unknown=True) is Level.MANDATORY
        simulated = name == "sandbox"
        charts = [pin for each, pin in intent.pins.items() if each.startswith("chart ")]
        assert not simulated or all(pin.verified for pin in charts)
    assert forbids == {name: name.startswith("prod") for name in forbids}
    assert set(forbids) >= {"dev", "prod", "prod-azure", "sandbox"}
