"""Where people come in through a gateway, and whether they show there what a team asks for."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from assurance.graph.graph import Graph
from assurance.graph.intent import Intent
from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.values import Shown
from assurance.proofs.findings import Finding, Status
from assurance.proofs.isolation.answers import Answer
from assurance.proofs.isolation.doormen import Doormen, asked, fault
from assurance.proofs.isolation.gateways import ANY_HOST, GATEWAY
from assurance.proofs.isolation.routes import Routes
from assurance.proofs.isolation.witness import finding
from assurance.proofs.network.selectors import SpecError

_REMEDY = "let one SecurityPolicy of its namespace ask for it, or say that the route is open"


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Entry:
    """A place of a gateway that leads to a route."""

    route: str
    place: str
    needs: tuple[str, ...]
    """What whoever comes has to show; nothing if anybody may come."""

    def __str__(self) -> str:
        """One line."""
        who = f"whoever has {' and '.join(self.needs)}" if self.needs else "anybody"
        return f"through the gateway: {who} → {self.route} at {self.place}"


class Entries:
    """Judges who is let in to the routes of teams."""

    def __init__(self, graph: Graph, intent: Intent, routes: Routes) -> None:
        self._teams = intent.teams
        self._team_of = {ns: name for name, team in intent.teams.items() for ns in team.namespaces}
        self._doormen = Doormen(graph.objects())
        self._routes = routes

    def all(self) -> set[Entry]:
        """Every place, and what has to be shown there."""
        return {self._entry(item, answer) for item, answer in self._routes.answers()}

    def findings(self) -> Iterator[Finding]:
        """Each route that lets in others than was said; and each team that has none such."""
        judged: dict[str, list[Finding]] = {}
        assumed: dict[str, set[str]] = {}
        seen: set[str] = set()
        for item, answer in self._routes.answers():
            team = self._team_of.get(str(item.namespace or "default"))
            if team is not None and str(item) not in seen:
                seen.add(str(item))
                judged.setdefault(team, []).extend(self._judged(team, item, answer))
                assumed.setdefault(team, set()).update(self._doormen.unseen(item))
        for team, found in judged.items():
            yield from found
            if not found:
                message = f"whoever comes to a route of {team} shows there what it asks for"
                assumes = tuple(sorted(assumed[team]))
                yield finding(
                    "route-guarded", Status.PROVED, f"team {team}", message, assumes=assumes
                )

    def _judged(self, team: str, item: KubernetesObject, answer: Answer) -> Iterator[Finding]:
        said = self._teams[team].routes.get(str(item.name)) if _speaks(item) else None
        if said is not None and said.open:
            return
        try:
            why, policies = self._why(item, said)
        except SpecError as error:
            message = f"who comes to {item} of {team} is not known: {error}"
            yield finding(
                "route-unguarded",
                Status.UNKNOWN,
                str(item),
                message,
                remedy="make it known before the deployment, or correct it",
                origin=item.resource.origin,
            )
            return
        if why is None:
            return
        entry = self._entry(item, answer)
        sure = self._sure(item, said, policies)
        yield finding(
            "route-unguarded",
            Status.REFUTED if sure else Status.UNKNOWN,
            str(item),
            f"{entry}, {_wanted(team, said)}: {why}",
            witness={
                "teams": [team],
                "place": entry.place,
                "shown": list(entry.needs),
                "policies": [str(policy) for policy in policies],
            },
            remedy=_REMEDY,
            origin=item.resource.origin,
        )

    def _why(
        self, item: KubernetesObject, said: Shown | None
    ) -> tuple[str | None, list[KubernetesObject]]:
        """What lets in others, if anything does; and whatever acts there."""
        own = self._doormen.of(item)
        policies = own or self._doormen.of_gateway(item)
        if said is None:
            return "nothing of intent speaks of it", policies
        if not own:
            return "no SecurityPolicy acts on it", policies
        for policy in own:
            if (wrong := fault(policy, said)) is not None:
                return f"{policy} {wrong}", policies
        return None, policies

    def _sure(
        self, item: KubernetesObject, said: Shown | None, policies: list[KubernetesObject]
    ) -> bool:
        """Whether it is let in for certain, and nobody of the gateway itself asks for more."""
        if said is None:
            return item.gvk.group == GATEWAY and not self._doormen.unseen(item)
        return not policies or bool(self._doormen.of(item))

    def _entry(self, item: KubernetesObject, answer: Answer) -> Entry:
        place = f"{answer.path} of every host" if answer.host == ANY_HOST else str(answer)
        return Entry(route=str(item), place=place, needs=self._needs(item))

    def _needs(self, item: KubernetesObject) -> tuple[str, ...]:
        """Nothing, where nobody knows."""
        with suppress(SpecError):
            return asked(self._doormen.of(item))
        return ()


def _speaks(item: KubernetesObject) -> bool:
    """Whether intent can speak of it: routes of other kinds are nobody's words."""
    return (item.gvk.group, item.gvk.kind) == (GATEWAY, "HTTPRoute")


def _wanted(team: str, said: Shown | None) -> str:
    if said is None:
        return f"a route that {team} never asked for"
    if said.tokens is not None:
        return f"where {team} asks for a token of {said.tokens.issuer}"
    return f"where {team} asks for a key of its Secret {said.keys}"
