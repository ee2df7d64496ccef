"""Whom the proof holds apart: teams, and the platform's own namespaces."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from assurance.graph.intent import Intent, PartIntent, PodsIntent, TeamIntent
from assurance.graph.values import Need

WORKLOAD = "ml-platform/workload"
"""The label by which a team's need names its workload."""

Labels = Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Party:
    """One that reaches what it needs, and is reached by who needs it."""

    name: str
    """A team's own, or `platform.monitoring/monitoring`."""
    title: str
    """As findings call it."""
    namespaces: tuple[str, ...]
    needs: tuple[Need, ...]
    pods: Mapping[str, Labels] = field(default_factory=dict)
    """The labels of those whom its needs name."""
    open_within: bool
    entries: tuple[PodsIntent, ...] = ()
    """Pods that are reached from what is no pod."""
    of_platform: bool = False

    def has(self, need: Need, labels: Labels) -> bool:
        """Whether pods with these labels have one of its needs."""
        if need.by is None:
            return True
        return self.pods[need.by].items() <= labels.items()


def parties(intent: Intent) -> dict[str, Party]:
    """All of them, by name."""
    teams = (_of_team(name, team) for name, team in intent.teams.items())
    calls = _calls(intent.teams)
    parts = (each for key, part in intent.parts.items() for each in _of_part(key, part, calls))
    return {party.name: party for party in (*teams, *parts)}


def _of_team(name: str, team: TeamIntent) -> Party:
    named = {need.by for need in team.needs if need.by is not None}
    return Party(
        name=name,
        title=f"team {name}",
        namespaces=team.namespaces,
        needs=team.needs,
        pods={by: {WORKLOAD: by} for by in named},
        open_within=team.open_within,
    )


def _calls(teams: Mapping[str, TeamIntent]) -> list[PodsIntent]:
    """What teams ask the platform's pods to call, as needs of these pods."""
    return [
        PodsIntent(
            name=call.by.name,
            namespace=call.by.namespace,
            labels=call.by.labels,
            needs=(Need(to=f"team.{name}.{call.workload}", ports=call.ports),),
        )
        for name, team in teams.items()
        for call in team.calls
    ]


def _of_part(key: str, part: PartIntent, calls: Iterable[PodsIntent]) -> Iterator[Party]:
    for namespace, open_within in part.namespaces.items():
        there = [pods for pods in (*part.pods, *calls) if pods.namespace == namespace]
        clients = [pods for pods in there if pods.entered_from is None]
        yield Party(
            name=f"{key}/{namespace}",
            title=f"{key} in {namespace}",
            namespaces=(namespace,),
            needs=tuple(replace(need, by=pods.name) for pods in clients for need in pods.needs),
            pods={pods.name: pods.labels for pods in clients},
            open_within=open_within,
            entries=tuple(pods for pods in there if pods.entered_from is not None),
            of_platform=True,
        )
