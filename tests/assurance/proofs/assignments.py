"""Every assignment of a handful of pods to nodes, and every order, tried by rules of its own."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from tests.assurance.proofs.loads import ZONE, Load, Node
from tests.assurance.proofs.worlds import Manifest


class Oracle:
    """Tries everything, with rules of its own; only for a handful of pods."""

    def __init__(self, load: Load) -> None:
        self.nodes, self.pods = load.nodes(), load.pods()
        self.specs = [d["spec"]["template"]["spec"] for d in load.deployments]
        self.names = [d["metadata"]["name"] for d in load.deployments]
        self.wants = [_wanted(spec) for spec in self.specs]
        self.agents = [a["spec"]["template"]["spec"] for a in load.agents]
        self.may = [[_allowed(spec, node) for node in self.nodes] for spec in self.specs]

    def feasible(self, placed: Sequence[tuple[int, int]], pod: int) -> Iterator[int]:
        """Nodes that could take one more, given (pod, node) pairs."""
        for number, node in enumerate(self.nodes):
            here = [other for other, where in placed if where == number]
            if (
                self.may[pod][number]
                and self._room(node, [*here, pod])
                and self._apart(placed, pod, number)
            ):
                yield number

    def _room(self, node: Node, pods: Sequence[int]) -> bool:
        used: Counter[str] = Counter()
        for wants in (*map(self.wants.__getitem__, pods), *self._agents(node)):
            used.update(wants)
        offers = node.amounts()
        wanted = self.wants[pods[-1]]
        return all(used[name] <= offers.get(name, 0) for name in wanted)

    def _agents(self, node: Node) -> list[Any]:
        return [_wanted(spec) for spec in self.agents if _allowed(spec, node)]

    def _apart(self, placed: Sequence[tuple[int, int]], pod: int, where: int) -> bool:
        for other, place in placed:
            for one, two in ((pod, other), (other, pod)):
                for key, name in _terms(self.specs[one]):
                    near = place == where if key.endswith("hostname") else self._zoned(place, where)
                    if near and name == self.names[two]:
                        return False
            ports = [{p["hostPort"] for p in _ports(self.specs[n])} for n in (pod, other)]
            if place == where and ports[0] & ports[1]:
                return False
        return True

    def _zoned(self, one: int, two: int) -> bool:
        return self.nodes[one].zone is not None and self.nodes[one].zone == self.nodes[two].zone

    def some_assignment(self) -> bool:
        """Whether all can be placed at all."""
        return self._placed([], self.pods)

    def _placed(self, placed: list[tuple[int, int]], left: Sequence[int]) -> bool:
        if not left:
            return True
        return any(
            self._placed([*placed, (left[0], node)], left[1:])
            for node in list(self.feasible(placed, left[0]))
        )

    def every_order(self) -> bool:
        """Whether no order, with any feasible node taken each time, ever leaves a pod without."""
        start = (frozenset[tuple[int, int, int]](), tuple(self.pods))
        seen, todo = {start}, [start]
        while todo:
            counts, left = todo.pop()
            placed = [(pod, node) for pod, node, times in counts for _ in range(times)]
            for pod in set(left):
                nodes = list(self.feasible(placed, pod))
                if not nodes:
                    return False
                rest = list(left)
                rest.remove(pod)
                for node in nodes:
                    now = Counter([*placed, (pod, node)])
                    state = (frozenset((*pair, n) for pair, n in now.items()), tuple(rest))
                    if state not in seen:
                        seen.add(state)
                        todo.append(state)
        return True


def _wanted(spec: Manifest) -> dict[str, float]:
    requests = spec["containers"][0]["resources"]["requests"]
    numbers: dict[str, float] = {"pods": 1}
    for name, text in requests.items():
        scale = {"cpu": 1000, "memory": 1}.get(name, 1)
        amount = float(text.removesuffix("Gi").removesuffix("Mi").removesuffix("m"))
        amount /= 1024 if text.endswith("Mi") else 1
        numbers[name] = amount if text.endswith("m") else amount * scale
    return {name: amount for name, amount in numbers.items() if amount}


def _allowed(spec: Manifest, node: Node) -> bool:
    labels = dict(node.pool.labels) | ({ZONE: node.zone} if node.zone else {})
    if any(labels.get(key) != value for key, value in spec.get("nodeSelector", {}).items()):
        return False
    terms = (
        spec.get("affinity", {})
        .get("nodeAffinity", {})
        .get("requiredDuringSchedulingIgnoredDuringExecution", {})
        .get("nodeSelectorTerms")
    )
    if terms is not None and not any(
        all(_meets(labels.get(r["key"]), r) for r in term["matchExpressions"]) for term in terms
    ):
        return False
    tolerated = {t.get("key") for t in spec.get("tolerations", ())}
    shut = {t.key for t in node.pool.taints if t.effect != "PreferNoSchedule"}
    return shut <= tolerated


def _meets(value: str | None, requirement: Manifest) -> bool:
    values, operator = requirement.get("values", []), requirement["operator"]
    match operator:
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
        case "Gt":
            return value is not None and value.isdigit() and int(value) > int(values[0])
    return value is not None and value.isdigit() and int(value) < int(values[0])


def _terms(spec: Manifest) -> list[tuple[str, str]]:
    found = spec.get("affinity", {}).get("podAntiAffinity", {})
    terms = found.get("requiredDuringSchedulingIgnoredDuringExecution", [])
    return [(t["topologyKey"], t["labelSelector"]["matchLabels"]["app"]) for t in terms]


def _ports(spec: Manifest) -> list[Manifest]:
    ports: list[Manifest] = spec["containers"][0].get("ports", [])
    return ports
