"""A graph and its intent as pods and nodes: who may run where, and what is left of each node."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.graph.pods import PodTemplate
from assurance.graph.resource import Marker
from assurance.proofs.admission.arrival import arrive
from assurance.proofs.admission.world import Namespace, World, world_of
from assurance.proofs.capacity.amounts import Amounts, plus, show, times
from assurance.proofs.capacity.apart import neighbours
from assurance.proofs.capacity.nodes import Group, groups
from assurance.proofs.capacity.placement import may_run
from assurance.proofs.capacity.pods import Blur, Pods, named, pods_of
from assurance.proofs.capacity.reading import UnreadableError
from assurance.proofs.network.bits import Bits
from assurance.proofs.network.pods import namespace_labels
from assurance.proofs.owned import unowned


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """A group of nodes, and what DaemonSets leave of one node."""

    group: Group
    tight: Amounts
    """If every DaemonSet runs there that may."""
    roomy: Amounts
    """If only those do that certainly will; what the pool does not state is without end."""
    agents: tuple[Pods, ...] = ()
    """DaemonSets that may run there."""

    def room(self, resource: str, *, at_best: bool = False) -> float:
        """How much of a resource one node has for other pods."""
        rooms = self.roomy if at_best else self.tight
        offer = self.group.offer(resource)
        missing = (inf if at_best else 0) if offer is None else offer
        return rooms.get(resource, missing)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Crowd:
    """Pods of one template, and the sites that they may be on."""

    pods: Pods
    sure: Bits
    """Where each certainly may run, and fits if it is alone."""
    perhaps: Bits
    """Where it may run as far as anybody knows."""
    against: tuple[str, ...]
    """By site, why not."""

    def __str__(self) -> str:
        """As findings name it."""
        return self.pods.name


@dataclass(frozen=True, kw_only=True, slots=True)
class Cluster:
    """What all parts of the proof look at."""

    intent: Intent
    sites: tuple[Site, ...]
    crowds: tuple[Crowd, ...]
    agents: tuple[Pods, ...]
    """DaemonSets."""
    blurs: tuple[Blur, ...]
    namespaces: Mapping[str, Namespace]
    """Those that have limits or a quota."""
    apart: Mapping[Crowd, Mapping[Crowd, frozenset[str]]]
    """By crowd, those that it must be kept apart from, and by which labels of nodes."""

    def nodes(self, where: Bits) -> int:
        """How many there are at most on some sites."""
        return sum(site.group.most for site in self.of(where))

    def of(self, where: Bits) -> list[Site]:
        """Sites by their bits."""
        return [site for site in self.sites if where >> site.group.number & 1]


def cluster(graph: Graph, intent: Intent) -> Cluster:
    """Read everything; what cannot be read is listed."""
    world, labels = world_of(graph), namespace_labels(graph)
    blurs = list(_unread(world))
    found: list[Pods] = []
    for template in unowned(graph)[1]:
        try:
            found.append(pods_of(arrive(template, world), labels))
        except UnreadableError as error:
            blurs.append(_blur(template, str(error)))
    agents = tuple(pods for pods in found if pods.template.replicas.every_node)
    sites = tuple(_site(group, agents, blurs) for group in groups(intent.pools))
    read = (_crowd(pods, sites, blurs) for pods in found if pods not in agents)
    crowds = tuple(crowd for crowd in read if crowd is not None)
    return Cluster(
        intent=intent,
        sites=sites,
        crowds=crowds,
        agents=agents,
        blurs=tuple(dict.fromkeys(blurs)),
        namespaces={name: each for name, each in world.namespaces.items() if _bounded(each)},
        apart={
            crowd: {crowds[number]: places for number, places in near.items()}
            for crowd, near in zip(
                crowds, neighbours([crowd.pods.apart for crowd in crowds]), strict=True
            )
            if near
        },
    )


def _blur(template: PodTemplate, reason: str) -> Blur:
    known = template.namespace
    return Blur(
        subject=named(template),
        namespace=None if isinstance(known, Marker) else known or "default",
        reason=reason,
        origin=template.owner.resource.origin,
        about_pods=True,
    )


def _bounded(namespace: Namespace) -> bool:
    return bool(namespace.ranges or namespace.quotas)


def _unread(world: World) -> Iterator[Blur]:
    """LimitRanges and quotas that say something unknown."""
    for name, namespace in world.namespaces.items():
        for unread in (*namespace.unread_ranges, *namespace.unread_quotas):
            origin = unread.item.resource.origin
            yield Blur(subject=str(unread.item), namespace=name, reason=unread.why, origin=origin)


def _site(group: Group, agents: Iterable[Pods], blurs: list[Blur]) -> Site:
    there = [(pods, runs) for pods in agents if (runs := _runs(pods, group, blurs)) is not False]
    most = plus(*(times(p.appetite.placed, p.count.per_node) for p, _ in there))
    least = plus(*(pods.appetite.placed for pods, runs in there if runs))
    offers = group.offers
    return Site(
        group=group,
        tight={name: offer - most.get(name, 0) for name, offer in offers.items()},
        roomy={name: offer - least.get(name, 0) for name, offer in offers.items()},
        agents=tuple(pods for pods, _ in there),
    )


def _runs(pods: Pods, group: Group, blurs: list[Blur]) -> bool | None:
    try:
        return may_run(pods.spec, group)[0]
    except UnreadableError as error:
        blurs.append(_blur(pods.template, str(error)))
        return None


def _crowd(pods: Pods, sites: Sequence[Site], blurs: list[Blur]) -> Crowd | None:
    sure = perhaps = 0
    against: list[str] = []
    for site in sites:
        try:
            runs, places = may_run(pods.spec, site.group)
        except UnreadableError as error:
            blurs.append(_blur(pods.template, str(error)))
            return None
        reason = "" if runs else ", ".join(str(step) for place in places for step in place)
        best = _too_large(pods, site, at_best=True)
        worst = best or _too_large(pods, site) or _kept_off(pods, site)
        if runs is not False and not best:
            perhaps |= 1 << site.group.number
        if runs and not worst:
            sure |= 1 << site.group.number
        against.append(reason or worst)
    return Crowd(pods=pods, sure=sure, perhaps=perhaps, against=tuple(against))


def _too_large(pods: Pods, site: Site, *, at_best: bool = False) -> str:
    """What one pod takes more of than a node has, if it does."""
    for name, amount in pods.appetite.placed.items():
        room = site.room(name, at_best=at_best)
        if amount > room:
            if site.group.offer(name) is None:
                return f"nobody says how much {name} its nodes have"
            beside = " beside DaemonSets" if room < site.group.offers.get(name, 0) else ""
            there = f"{show(name, max(room, 0))}{beside}"
            return f"{show(name, amount)} {name}, and a node has {there}"
    return ""


def _kept_off(pods: Pods, site: Site) -> str:
    for agent in site.agents:
        if pods.apart.places(agent.apart):
            return f"{named(agent.template)} is on each of its nodes, and keeps it off"
    return ""
