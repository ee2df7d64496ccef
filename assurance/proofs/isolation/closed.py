"""What nobody has asked for is closed: other parties, the cluster itself, all other addresses."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from assurance.proofs.findings import Finding, Status
from assurance.proofs.isolation.cluster import ANY_POD, Cluster
from assurance.proofs.isolation.declared import Declared, Region, left_over, own_ranges
from assurance.proofs.isolation.parties import Party
from assurance.proofs.isolation.witness import (
    address_connection,
    assumptions,
    connection,
    finding,
    opened_by,
    why,
)
from assurance.proofs.network.bits import Bits, members
from assurance.proofs.network.model import Opening
from assurance.proofs.network.policies import Policy
from assurance.proofs.network.spans import (
    EVERY_ADDRESS,
    common,
    minus,
    show_addresses,
    show_ports,
)

_REACHES = "team-reaches-team"
_SHOWN = 10
"""Findings about one party and rule; what is beyond is counted."""


class Closed:
    """Judges everything that a party's pods can reach, party by party."""

    def __init__(self, cluster: Cluster, declared: Declared) -> None:
        self._cluster, self._network = cluster, cluster.network
        self._declared = declared
        self._own = own_ranges(cluster.intent)
        self._elsewhere = EVERY_ADDRESS
        for area in self._own.values():
            self._elsewhere = minus(self._elsewhere, area)
        self._left_over = lru_cache(1024)(left_over)
        self._insiders = 0
        self._free: dict[int, Bits] = {}
        """By class, those that it may reach on every port."""
        for name, party in cluster.parties.items():
            classes = cluster.party_bits[name]
            self._insiders |= classes
            self._free |= dict.fromkeys(members(classes), classes if party.open_within else 0)
        self.connections = 0
        """How many sets of connections were looked at."""

    def findings(self) -> Iterator[Finding]:
        """Refuted openings, or one proved finding for each party and rule."""
        for _, party in sorted(self._cluster.parties.items()):
            yield from self._pods(party)
            yield from self._addresses(party)
            yield from self._inbound(party)

    def _pods(self, party: Party) -> Iterator[Finding]:
        """By whom it leads to, an undeclared connection of this party."""
        reached = {source: self._extra(source) for source in self._cluster.pods_of(party)}
        everything = 0
        for targets in reached.values():
            everything |= targets
        foreign = everything & self._insiders & ~self._cluster.party_bits[party.name]
        others = [
            name
            for name, classes in (sorted(self._cluster.party_bits.items()) if foreign else ())
            if name != party.name and classes & foreign
        ]
        for number, other in enumerate(others[:_SHOWN]):
            classes = self._cluster.party_bits[other]
            further = len(others) - _SHOWN if number == _SHOWN - 1 else 0
            yield self._pair(party, _REACHES, other, (reached, classes), further=further)
        if not others:
            message = f"{party.name} reaches nobody else's pods but by declared need"
            yield finding(_REACHES, Status.PROVED, party.title, message)
        rest = ~self._insiders | self._cluster.party_bits[party.name]
        if everything & rest:
            yield self._pair(party, "undeclared-open", "no team", (reached, rest))
        else:
            message = f"{party.name} reaches no pod of nobody's but by declared need"
            yield finding("undeclared-open", Status.PROVED, party.title, message)

    def _extra(self, source: int) -> Bits:
        """Targets that a class reaches on some port that nobody has declared."""
        declared, wanted, found = self._declared, self._declared.targets(source), 0
        for targets, ports in self._network.flows(source):
            found |= targets & ~wanted
            self.connections += 1
            for target in members(targets & wanted & ~self._free[source]):
                if minus(ports, declared.ports(source, target)):
                    found |= 1 << target
        return found

    def _pair(
        self,
        party: Party,
        rule: str,
        other: str,
        where: tuple[Mapping[int, Bits], Bits],
        *,
        further: int = 0,
    ) -> Finding:
        reached, classes = where
        pairs = [(s, t) for s, found in reached.items() for t in members(found & classes)]
        source, target = min(pairs, key=self._plainest)
        open_ports = self._network.between(source, target)
        ports = minus(open_ports, self._declared.ports(source, target))
        witness = connection(self._network, source, target, ports)
        more = {"further parties": further} if further else {}
        return finding(
            rule,
            Status.REFUTED,
            f"{party.name} → {other}",
            f"{witness['source']} reaches {witness['target']} on {witness['ports']}, and "
            f"no need of {party.name} says so ({why(witness)})",
            witness={**witness, **more, "pairs of pods": len(pairs)},
            remedy="declare the need, or narrow the policy that opens it",
            origin=opened_by(self._network, source, target, ports),
            assumes=assumptions(self._network, source, target),
        )

    def _plainest(self, pair: tuple[int, int]) -> tuple[bool, str, str]:
        """Pods that templates show make better witnesses than those that we suppose."""
        source, target = (self._network.pod(index) for index in pair)
        return ANY_POD in {source.name, target.name}, str(source), str(target)

    def _addresses(self, party: Party) -> Iterator[Finding]:
        """Egress to addresses: the cluster's own never but by name, others never undeclared."""
        clean = True
        areas = [("reaches-cluster", name, area) for name, area in self._own.items()]
        areas.append(("undeclared-addresses", "addresses off the cluster", self._elsewhere))
        seen: set[str] = set()
        for source in self._cluster.pods_of(party):
            for where, ports in self._undeclared(source):
                for rule, name, area in areas:
                    reached = common(where, area)
                    if reached and name not in seen:
                        seen.add(name)
                        clean = False
                        yield self._address(party, rule, name, source, (reached, ports))
        if clean:
            yield finding(
                "reaches-cluster",
                Status.PROVED,
                party.title,
                f"{party.name} reaches no address that it does not need: neither the metadata "
                "service, nodes and services, nor anything off the cluster",
            )

    def _undeclared(self, source: int) -> tuple[Region, ...]:
        open_regions = tuple(
            (opening.addresses, opening.ports)
            for opening in self._network.openings("egress", source)
            if opening.addresses
        )
        return self._left_over(open_regions, self._declared.regions(source))

    def _address(self, party: Party, rule: str, name: str, source: int, region: Region) -> Finding:
        where, ports = region
        allowing = self._allowing(source, region)
        witness = address_connection(self._network, source, where, ports, allowing)
        pod = self._network.pod(source)
        return finding(
            rule,
            Status.REFUTED,
            f"{party.name} → {name}",
            f"{pod} reaches {name} (such as {witness['target']}) on {show_ports(ports)}, and no "
            f"need of {party.name} says so ({why(witness)})",
            witness={**witness, "addresses": show_addresses(where[:3])},
            remedy="close egress by default, and except the cluster's ranges from every ipBlock",
            origin=allowing[0].origin if allowing else pod.origin,
            assumes=assumptions(self._network, source),
        )

    def _allowing(self, source: int, region: Region) -> list[Policy]:
        return [
            opening.policy
            for opening in self._network.openings("egress", source)
            if opening.policy
            and common(opening.addresses, region[0])
            and common(opening.ports, region[1])
        ]

    def _inbound(self, party: Party) -> Iterator[Finding]:
        """Ingress from outside all parties: listed, unless the platform has declared it."""
        openings = [
            (target, opening)
            for target in self._cluster.pods_of(party)
            for opening in self._network.openings("ingress", target)
            if self._undeclared_from(target, opening) or self._strangers(opening.classes)
        ]
        if not openings:
            message = f"nothing outside the teams reaches {party.name}"
            yield finding("undeclared-inbound", Status.PROVED, party.title, message)
            return
        by = sorted({str(o.policy) for _, o in openings if o.policy}) or ["no policy acts"]
        target, opening = openings[0]
        origin = opening.policy.origin if opening.policy else self._network.pod(target).origin
        yield finding(
            "undeclared-inbound",
            Status.UNKNOWN,
            party.title,
            f"what is outside the teams may reach {self._network.pod(target)} on "
            f"{show_ports(opening.ports)} ({', '.join(by)}); no need speaks of it",
            witness={
                "target": str(self._network.pod(target)),
                "ports": show_ports(opening.ports),
                "from": self._names(opening.classes),
                "addresses": show_addresses(opening.addresses[:3]),
                "ingress": by,
            },
            remedy="narrow the policy, or waive the finding with its reason",
            origin=origin,
        )

    def _undeclared_from(self, target: int, opening: Opening) -> tuple[Region, ...]:
        """Addresses from which a class is reached, less those that the platform has declared."""
        if not opening.addresses:
            return ()
        return left_over([(opening.addresses, opening.ports)], self._declared.entries(target))

    def _strangers(self, classes: int) -> int:
        return classes & ~self._insiders

    def _names(self, classes: int) -> list[str]:
        found = members(self._strangers(classes))
        return [str(self._network.pod(index)) for index, _ in zip(found, range(3), strict=False)]
