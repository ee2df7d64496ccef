"""On destroy users go before what they need, and nothing with effects outlives who undoes them."""

from collections.abc import Iterator

from assurance.graph.graph import Graph
from assurance.graph.kubernetes import PREFIX, KubernetesObject
from assurance.proofs.findings import Finding, Status
from assurance.proofs.order.controllers import Controllers, Kind, claims, effect
from assurance.proofs.order.making import assumptions, finding
from assurance.proofs.order.needs import Need
from assurance.proofs.order.relation import Relation
from assurance.proofs.order.removal import Removal
from assurance.proofs.order.world import World


class Leaving:
    """Judges a destroy of everything."""

    def __init__(self, graph: Graph, world: World, relation: Relation) -> None:
        self._graph, self._world, self._relation = graph, world, relation
        self._removal = Removal(graph, world)
        self._controllers = Controllers(world)
        self.effects = 0
        """How many objects have effects that somebody has to undo."""

    def findings(self, needs: list[Need]) -> Iterator[Finding]:
        """Users that may outlive what they need, effects that nobody undoes; else how many not."""
        count, clean = 0, True
        for need in needs:
            if need.lasting:
                count += 1
                if not self._before(need.user.urn, need.needed.resource.urn):
                    clean = False
                    yield self._outlives(need)
        if count and clean:
            message = f"{count} of {count}: users are gone before what they need is taken away"
            yield finding("removal", Status.PROVED, "graph", message)
        yield from self._effects()

    def _before(self, urn: str, other: str) -> bool:
        """Whether one is gone before the other begins to go, or the other stays."""
        first, second = self._removal.going(urn), self._removal.going(other)
        if second is None:
            return True
        return first is not None and self._relation.follows(first, second)

    def _outlives(self, need: Need) -> Finding:
        return finding(
            "removal",
            Status.REFUTED,
            need.shown,
            f"on destroy {need.shown} may still be there when {need.needed} goes: "
            f"{self._how(need.user.urn, str(need.needed), need.needed.resource.urn)}",
            witness={"user": need.user.urn, "needs": need.needed.resource.urn},
            remedy="delete the user explicitly, and let it depend on what it needs",
            origin=need.user.origin,
            assumes=assumptions(need.user, need.needed.resource),
        )

    def _how(self, urn: str, named: str, other: str) -> str:
        first, second = self._removal.going(urn), self._removal.going(other)
        if first is None:
            return "it is retained"
        if first == second:
            return f"both go with {self._name(first)}, in no order"
        goes = "it" if first == urn else f"{self._name(first)}, with which it goes,"
        there = named if second == other else f"{self._name(second or '')}, with which that goes"
        return f"{goes} does not depend on {there}"

    def _effects(self) -> Iterator[Finding]:
        """Load balancers, volumes, gateways, custom resources: gone before their controllers."""
        kept, clean, assumed = 0, True, set[str]()
        for item in self._world.objects:
            kind = effect(item, self._world.plural(item))
            if kind is None:
                continue
            self.effects += 1
            urn = self._removal.home(item) if claims(item) else item.resource.urn
            found = urn and (self._left(item, urn) or self._outlived(item, urn, kind))
            if found:
                clean = False
                yield found
                continue
            kept += 1
            if not self._controllers.of(kind, str(item.namespace or "")):
                assumed.add(
                    f"whoever looks after {'.'.join(filter(None, kind[::-1]))} is no part "
                    "of this program, and stays"
                )
        if kept and clean:
            message = f"{kept} of {kept}: nothing with effects outlives who undoes them"
            yield finding(
                "effects", Status.PROVED, "graph", message, assumes=tuple(sorted(assumed))
            )

    def _left(self, item: KubernetesObject, urn: str) -> Finding | None:
        """What goes with a whole cluster, its effects being elsewhere."""
        goes = self._removal.going(urn)
        with_what = self._graph.resources.get(goes or "")
        undone = with_what is not None and with_what.type.startswith(PREFIX)
        if undone or (goes is None and not self._on_own_cluster(item)):
            return None
        how = f"it goes with {self._name(goes)}" if goes else "it is retained"
        return finding(
            "left-behind",
            Status.REFUTED,
            str(item),
            f"on destroy nobody undoes what {item} has brought about outside the cluster: {how}",
            witness={"object": urn, "goes with": goes},
            remedy="delete it explicitly, without deleted_with or retain_on_delete",
            origin=item.resource.origin,
            assumes=assumptions(item.resource),
        )

    def _on_own_cluster(self, item: KubernetesObject) -> bool:
        """Whether the program makes the cluster as well, which then goes underneath it."""
        provider = item.resource.provider or ""
        return any(
            r.custom
            and not r.type.startswith(("pulumi:", PREFIX))
            and self._relation.follows(provider, r.urn)
            for r in self._graph.resources.values()
        )

    def _outlived(self, item: KubernetesObject, urn: str, kind: Kind) -> Finding | None:
        """Whether it may still be there when its controllers go."""
        found = self._controllers.of(kind, str(item.namespace or ""))
        late = [each for each in found if not self._before(urn, each.resource.urn)]
        if not late or self._removal.going(urn) is None:
            return None
        status = Status.REFUTED if len(late) == len(found) else Status.UNKNOWN
        doubt = "" if status is Status.REFUTED else f"; of {len(found)} that may look after it"
        how = self._how(urn, str(late[0]), late[0].resource.urn)
        return finding(
            "outlives-controller",
            status,
            str(item),
            f"on destroy {item} may still be there when {late[0]} goes, which undoes what it has "
            f"brought about: {how}{doubt}",
            witness={"object": urn, "controllers": [each.resource.urn for each in late]},
            remedy=f"let it depend on {late[0]}, or on the gate that waits for it",
            origin=item.resource.origin,
            assumes=assumptions(item.resource, late[0].resource),
        )

    def _name(self, urn: str) -> str:
        resource = self._graph.resources.get(urn)
        kind = urn.rsplit("::", 2)[-2].rpartition("$")[2].rpartition(":")[2]
        return f"{kind} {resource.name if resource else urn.rpartition('::')[2]}"
