"""What proofs are told of a part: who of it needs what, and who is reached from where. Pure."""

from assurance.graph.intent import PartIntent, PodsIntent
from components.parts.part import Part


def part_intent(part: Part) -> PartIntent:
    """The part's own statements, before anything is made from them."""
    clients = (
        PodsIntent(name=client.name, namespace=place.name, labels=client.labels, needs=client.needs)
        for place in part.namespaces
        for client in place.clients
    )
    entries = (
        PodsIntent(
            name=entry.name,
            namespace=place.name,
            labels=entry.labels,
            entered_from=entry.source,
            ports=entry.ports,
        )
        for place in part.namespaces
        for entry in place.entries
    )
    return PartIntent(
        namespaces={place.name: place.open_within for place in part.namespaces},
        pods=(*clients, *entries),
        grants={each.account: each.grants for each in part.acting},
    )
