"""Every pod finds room in every order of arrival; or a count shows that no assignment exists.

What is neither is unknown, with an assignment as witness where one was found. Quotas and limits
are judged against each other and against the pools behind them; what is asked for under them is
judged by admission.
"""

from collections.abc import Iterator
from dataclasses import replace

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.proofs.capacity.amounts import STORAGE
from assurance.proofs.capacity.backing import backing
from assurance.proofs.capacity.cluster import Cluster, cluster
from assurance.proofs.capacity.contradictions import contradictions
from assurance.proofs.capacity.fit import Fit
from assurance.proofs.capacity.pods import Blur
from assurance.proofs.capacity.witness import PROOF, finding, not_evaluated
from assurance.proofs.findings import Finding, Result, Status, result

_ALONE = "nothing takes room on the nodes but what the graph shows, and they are as pools say"
_AGENTS = "DaemonSets' pods are on a node before others are"
_ENDED = "pods that end give back their room at once"
_UPDATES = "while workloads are updated, old pods ask for what new ones do"
_ZONES = "the nodes of a pool take turns over its zones"
_DISKS = "nodes' own disks have room where their pool does not say how large they are"
_GROWTH = "pools grow while pods wait, until they are at their maximum"


def capacity(graph: Graph, intent: Intent) -> Result:
    """Pods against pools, workloads against quotas, limits against each other."""
    seen = cluster(graph, intent)
    blurs = seen.blurs
    found = [
        *(_judged(blurs, each) for each in (Fit(seen).findings() if seen.sites else ())),
        *contradictions(seen),
        *(not_evaluated(blur.subject, blur.reason, blur.origin) for blur in blurs),
        *backing(seen),
        *_unstated(seen),
    ]
    peak = sum(crowd.pods.count.peak for crowd in seen.crowds)
    population = {
        "pod templates": len(seen.crowds)
        + len(seen.agents)
        + sum(blur.about_pods for blur in blurs),
        "pods at most": peak,
        "nodes at most": sum(site.group.most for site in seen.sites),
        "quotas": sum(len(each.quotas) for each in seen.namespaces.values()),
        "limits": sum(len(each.ranges) for each in seen.namespaces.values()),
    }
    rests_on = _assumptions(seen)
    counted = ("pod templates", "quotas", "limits")
    about = next((key for key in counted if population[key]), counted[0])
    on_nodes = ("pod", "peak", "order", "daemonsets")
    return result(
        PROOF,
        (
            replace(each, assumes=tuple(sorted({*each.assumes, *rests_on})))
            if each.rule.removeprefix(f"{PROOF}/").startswith(on_nodes)
            else each
            for each in found
        ),
        population,
        about=about,
    )


def _judged(blurs: tuple[Blur, ...], found: Finding) -> Finding:
    """Nothing is certain beside pods of which nobody knows how large they are, or how many."""
    doubts = [blur.subject for blur in blurs if blur.about_pods]
    if found.status is not Status.PROVED or not doubts:
        return found
    message = f"not decided because of {', '.join(doubts[:3])}; else: {found.message}"
    return replace(found, status=Status.UNKNOWN, message=message)


def _unstated(seen: Cluster) -> Iterator[Finding]:
    if not seen.sites and (seen.crowds or seen.agents):
        yield finding(
            "pools-not-stated",
            Status.UNKNOWN,
            "cluster",
            "nobody has said what nodes there are, so whether pods fit on them is not known",
            remedy="state cluster.pools, or pools in the intent",
        )


def _assumptions(seen: Cluster) -> tuple[str, ...]:
    """What findings about pods on nodes rest on, as far as it matters here."""
    groups = [site.group for site in seen.sites]
    held = {
        _ALONE: True,
        _ENDED: True,
        _UPDATES: any(crowd.pods.count.surge for crowd in seen.crowds),
        _AGENTS: bool(seen.agents),
        _ZONES: len(groups) > len({group.pool for group in groups}),
        _DISKS: _on_disk(seen) and not all(group.counts_disk for group in groups),
        _GROWTH: any(group.most > group.least for group in groups),
    }
    return tuple(words for words, matters in held.items() if matters)


def _on_disk(seen: Cluster) -> bool:
    everybody = (*(crowd.pods for crowd in seen.crowds), *seen.agents)
    return any(STORAGE in pods.appetite.placed for pods in everybody)
