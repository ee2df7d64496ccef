"""What somebody has asked for is open, at both ends and whatever addresses pods get."""

from collections.abc import Iterator
from dataclasses import replace

from assurance.graph.intent import PodsIntent
from assurance.graph.values import Need, Outside
from assurance.proofs.findings import Finding, Status
from assurance.proofs.isolation.cluster import Cluster
from assurance.proofs.isolation.declared import (
    DNS_PORTS,
    Declared,
    Region,
    left_over,
    ports_of,
)
from assurance.proofs.isolation.parties import Party
from assurance.proofs.isolation.witness import assumptions, finding
from assurance.proofs.network.bits import Bits, members
from assurance.proofs.network.spans import (
    EVERY_ADDRESS,
    EVERY_PORT,
    Spans,
    addresses,
    common,
    minus,
    one_of,
    show_ports,
)


class Opened:
    """Judges each need of each party, who enters it, and that it can resolve names."""

    def __init__(self, cluster: Cluster, declared: Declared) -> None:
        self._cluster, self._network = cluster, cluster.network
        self._declared = declared
        plan = cluster.intent.addresses
        versions = {network.version for network in plan.pods} if plan else {4}
        self._families = tuple(s for s in EVERY_ADDRESS if int(s[0][-1]) in versions)
        self.flows = 0
        """How many declared flows between classes, or to addresses, were looked at."""

    def findings(self) -> Iterator[Finding]:
        """One for each need and each entry, and one for each party's DNS."""
        for _, party in sorted(self._cluster.parties.items()):
            for need in party.needs:
                faults = list(self._need(party, need))
                yield from faults or [self._proved(party.name, need)]
            for entered in party.entries:
                yield self._entry(party, entered)
            if party.open_within:
                faults = list(self._within(party))
                message = f"pods of {party.name} reach each other"
                good = finding("closed-within", Status.PROVED, party.title, message)
                yield from faults or [good]
            faults = list(self._dns(party))
            yield from faults[:1]
            if not faults:
                message = f"every pod of {party.name} can resolve names"
                yield finding("dns", Status.PROVED, party.title, message)

    def _proved(self, team: str, need: Need) -> Finding:
        who = need.by or team
        message = f"{who} reaches {need.to}: open at both ends"
        targets = members(self._cluster.endpoints.get(str(need.to), 0))
        believed = assumptions(self._network, *targets)
        return finding(
            "declared-flow-closed", Status.PROVED, _subject(team, need), message, assumes=believed
        )

    def _need(self, party: Party, need: Need) -> Iterator[Finding]:
        team = party.name
        sources = [i for i in self._cluster.pods_of(party) if need in self._declared.needs(i)]
        if not sources:
            message = f"no pod of the graph is {need.by}, which is said to need {need.to}"
            yield finding("need-of-nobody", Status.UNKNOWN, _subject(team, need), message)
        region = self._declared.region(need)
        if region is not None:
            yield from self._region(team, need, sources, region)
        elif not isinstance(need.to, Outside):
            yield from self._pods(team, need, sources)

    def _pods(self, team: str, need: Need, sources: list[int]) -> Iterator[Finding]:
        endpoint = self._cluster.intent.endpoints.get(str(need.to))
        if endpoint is None:
            message = f"{need.to} is needed, and nothing of that name is offered"
            yield finding("declared-flow-closed", Status.REFUTED, _subject(team, need), message)
            return
        for target in members(self._cluster.endpoints[endpoint.name]):
            wanted = ports_of(need, endpoint, self._network.pod(target))
            if not wanted:
                message = f"{need.to}: which ports it has is not known"
                yield finding("declared-flow-closed", Status.UNKNOWN, _subject(team, need), message)
            for source in sources:
                self.flows += 1
                missing = minus(wanted, self._network.between(source, target, sure=True))
                if missing:
                    yield self._closed(_subject(team, need), source, target, missing)
                    return

    def _entry(self, party: Party, entered: PodsIntent) -> Finding:
        """What is no pod reaches these pods, as the platform has declared."""
        subject = f"{entered.entered_from} → {party.name}/{entered.name}"
        origins = common(self._declared.origins(entered), self._families)
        network, pods = self._network, self._cluster.pods_of(party)
        targets = [i for i in pods if entered.labels.items() <= network.pod(i).labels.items()]
        if not targets or not origins:
            lacking = "where it comes from has not been stated" if targets else "no such pod"
            message = f"{entered.name} is entered from {entered.entered_from}: {lacking}"
            return finding("declared-entry-closed", Status.UNKNOWN, subject, message)
        for target in targets:
            self.flows += 1
            openings = network.openings("ingress", target)
            wanted = (origins, self._declared.ports_at(entered, target))
            if missing := left_over([wanted], [(o.addresses, o.ports) for o in openings]):
                where, ports = missing[0]
                acting = [str(policy) for policy in network.acting("ingress", target)]
                pod = network.pod(target)
                return finding(
                    "declared-entry-closed",
                    Status.REFUTED,
                    subject,
                    f"{one_of(where)} does not reach {pod} on {show_ports(ports)}: closed at "
                    f"ingress ({', '.join(acting)})",
                    witness={"target": str(pod), "closed by ingress": acting},
                    remedy="add the missing ingress rule",
                    origin=pod.origin,
                )
        message = f"{entered.name} is reached from {entered.entered_from}"
        return finding("declared-entry-closed", Status.PROVED, subject, message)

    def _within(self, party: Party) -> Iterator[Finding]:
        """A party that is open within reaches itself on every port."""
        own, pods = self._cluster.party_bits[party.name], self._cluster.pods_of(party)
        self.flows += len(pods)
        if all(self._covers(way, pod, own) for way in ("egress", "ingress") for pod in pods):
            return
        for source in pods:
            for target in pods:
                missing = minus(EVERY_PORT, self._network.between(source, target, sure=True))
                if missing:
                    found = self._closed(party.title, source, target, missing)
                    yield replace(found, rule="isolation/closed-within")
                    return

    def _covers(self, way: str, index: int, classes: Bits) -> bool:
        """Whether one rule alone opens everything towards some classes."""
        return any(
            opening.ports == EVERY_PORT and not classes & ~opening.sure
            for opening in self._network.openings(way, index)
        )

    def _closed(self, subject: str, source: int, target: int, missing: Spans) -> Finding:
        """Which end shuts a flow, and which policies stand there."""
        witness: dict[str, object] = {
            "source": str(self._network.pod(source)),
            "target": str(self._network.pod(target)),
            "protocol": missing[0][0],
            "port": missing[0][1],
        }
        for way, here, there in (("egress", source, target), ("ingress", target, source)):
            if minus(missing, self._network.end(way, here, there, sure=True)):
                acting = self._network.acting(way, here)
                witness[f"closed by {way}"] = [str(policy) for policy in acting]
        ends = " and ".join(
            f"{key.removeprefix('closed by ')} ({', '.join(map(str, value))})"
            for key, value in witness.items()
            if isinstance(value, list)
        )
        return finding(
            "declared-flow-closed",
            Status.REFUTED,
            subject,
            f"{witness['source']} does not reach {witness['target']} on {show_ports(missing)}: "
            f"closed at {ends}",
            witness=witness,
            remedy="add the missing rule at that end",
            origin=self._network.pod(source).origin,
            assumes=assumptions(self._network, source, target),
        )

    def _region(
        self, team: str, need: Need, sources: list[int], region: Region
    ) -> Iterator[Finding]:
        where, ports = common(region[0], self._families), region[1]
        if not where:
            message = f"where {need.to} is has not been stated: cluster.addresses"
            yield finding("declared-flow-closed", Status.UNKNOWN, _subject(team, need), message)
        for source in sources:
            self.flows += 1
            missing = self._missing(source, (where, ports))
            if missing:
                yield self._address(_subject(team, need), source, missing[0])
                return

    def _missing(self, source: int, wanted: Region) -> tuple[Region, ...]:
        openings = self._network.openings("egress", source)
        return left_over([wanted], [(o.addresses, o.ports) for o in openings])

    def _address(self, subject: str, source: int, missing: Region) -> Finding:
        where, ports = missing
        acting = [str(policy) for policy in self._network.acting("egress", source)]
        pod = self._network.pod(source)
        return finding(
            "declared-flow-closed",
            Status.REFUTED,
            subject,
            f"{pod} does not reach {one_of(where)} on {show_ports(ports)}: closed at "
            f"egress ({', '.join(acting)})",
            witness={
                "source": str(pod),
                "target": one_of(where),
                "protocol": ports[0][0],
                "port": ports[0][1],
                "closed by egress": acting,
            },
            remedy="add the missing egress rule",
            origin=pod.origin,
        )

    def _dns(self, party: Party) -> Iterator[Finding]:
        subject = party.title
        resolvers = addresses(self._cluster.dns.addresses)
        for source in self._cluster.pods_of(party):
            for target in members(self._cluster.resolver):
                self.flows += 1
                missing = minus(DNS_PORTS, self._network.between(source, target, sure=True))
                if missing:
                    yield _as_dns(self._closed(subject, source, target, missing))
                    return
            if resolvers and (closed := self._missing(source, (resolvers, DNS_PORTS))):
                yield _as_dns(self._address(subject, source, closed[0]))
                return


def _as_dns(found: Finding) -> Finding:
    return finding(
        "dns",
        found.status,
        found.subject,
        f"names cannot be resolved: {found.message}",
        witness=found.witness,
        remedy="allow egress to the resolver on UDP and TCP 53",
        origin=found.origin,
        assumes=found.assumes,
    )


def _subject(team: str, need: Need) -> str:
    return f"{team}/{need.by} → {need.to}" if need.by else f"{team} → {need.to}"
