"""How much there is and how much is asked for: pools, quotas; and which images run."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

from assurance.graph.resource import Marker
from assurance.proofs.capacity.amounts import CPU, MEMORY, is_bytes, show
from assurance.proofs.capacity.cluster import Cluster, cluster
from assurance.proofs.replacement.amounts import same_amount
from assurance.verdict.side import Side

ALL_POOLS = "all pools"
_FIRST = ("requests.cpu", "requests.memory", "requests.nvidia.com/gpu", "requests.storage", "pods")


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    """What pods ask of nodes, with everything scaled up, and what the nodes have for them."""

    asked: int
    offered: float

    @property
    def left(self) -> float:
        """Head-room; less than nothing if too much is asked for."""
        return self.offered - self.asked


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One resource on one pool, by pods that can run on no other."""

    pool: str
    resource: str
    before: Use | None
    after: Use | None

    def __str__(self) -> str:
        """One line."""
        return f"{self.pool}, {self.resource}: {self.shown(self.before)} → {self.shown(self.after)}"

    def shown(self, use: Use | None) -> str:
        """What is left, or how much too much is asked for."""
        if use is None:
            return "none"
        if use.left < 0:
            asked, offered = self._amount(use.asked), self._amount(use.offered)
            return f"{self._amount(-use.left)} short, as {asked} are asked for of {offered}"
        return f"{self._amount(use.left)} left of {self._amount(use.offered)}"

    def _amount(self, amount: float) -> str:
        """Memory in one unit, whatever is left of it."""
        if is_bytes(self.resource) and amount != inf:
            return f"{amount / 2**30:.1f}Gi"
        return show(self.resource, amount)


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Became:
    """One value that is another one now."""

    what: str
    before: str
    after: str

    def __str__(self) -> str:
        """One line."""
        return f"{self.what}: {self.before or 'none'} → {self.after or 'none'}"


def head_room(before: Side | None, after: Side | None) -> tuple[Row, ...]:
    """Every pool's head-room, in the pools' order; `all pools` counts every pod."""
    old, new = _uses(before), _uses(after)
    keys = dict.fromkeys((*new, *old))
    return tuple(Row(pool=k[0], resource=k[1], before=old.get(k), after=new.get(k)) for k in keys)


def _uses(side: Side | None) -> dict[tuple[str, str], Use]:
    if side is None or not side.intent.pools:
        return {}
    seen = cluster(side.graph, side.intent)
    pools = list(dict.fromkeys(site.group.pool for site in seen.sites))
    return {
        (pool, resource): _use(seen, pool, resource)
        for pool in (*pools, *([ALL_POOLS] if len(pools) > 1 else ()))
        for resource in _resources(seen, pool)
    }


def _resources(seen: Cluster, pool: str) -> Iterable[str]:
    offers = {
        name for s in seen.sites if pool in {s.group.pool, ALL_POOLS} for name in s.group.offers
    }
    return sorted(offers & {CPU, MEMORY} | {name for name in offers if "/" in name})


def _use(seen: Cluster, pool: str, resource: str) -> Use:
    sites = [site for site in seen.sites if pool in {site.group.pool, ALL_POOLS}]
    here = sum(1 << site.group.number for site in sites)
    crowds = [
        crowd
        for crowd in seen.crowds
        if pool == ALL_POOLS or (crowd.perhaps and not crowd.perhaps & ~here)
    ]
    asked = sum(c.pods.appetite.placed.get(resource, 0) * c.pods.count.peak for c in crowds)
    offered = sum(site.room(resource) * site.group.most for site in sites)
    return Use(asked=asked, offered=offered if offered != inf else inf)


def quotas(before: Side | None, after: Side | None) -> tuple[Became, ...]:
    """Every amount of a ResourceQuota that is another one; new and gone ones as a whole."""
    old, new = _quota(before), _quota(after)
    both = old.keys() & new.keys()
    same = {f"{name} {key}": amount for name in both for key, amount in old[name].items()}
    other = {
        f"{name} {key}": old[name][key] if _is_as_before(key, amount, old[name]) else amount
        for name in both
        for key, amount in new[name].items()
    }
    whole = [{n: _listed(q) for n, q in each.items() if n not in both} for each in (old, new)]
    return (*became(*whole), *became(same, other))


def images(before: Side | None, after: Side | None) -> tuple[Became, ...]:
    """Every container whose image is another one, or new."""
    old, new = _images(before), _images(after)
    return became({name: image for name, image in old.items() if name in new}, new)


def became(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[Became, ...]:
    """Every value that is another one, new or gone."""
    found = (
        Became(what=what, before=old.get(what, ""), after=new.get(what, ""))
        for what in sorted({*old, *new})
    )
    return tuple(each for each in found if each.before != each.after)


def _quota(side: Side | None) -> dict[str, dict[str, str]]:
    """By namespace and quota."""
    return {
        f"{item.namespace}/{item.name}": {k: _shown(v) for k, v in _hard(item.manifest).items()}
        for item in (side.graph.objects() if side else ())
        if item.gvk.kind == "ResourceQuota" and not item.gvk.group
    }


def _is_as_before(key: str, amount: str, before: Mapping[str, str]) -> bool:
    """What the API server gives back is often spelled otherwise."""
    return key in before and same_amount(("hard", key), before[key], amount)


def _listed(amounts: Mapping[str, str]) -> str:
    known = [f"{name} {amounts[name]}" for name in _FIRST if name in amounts]
    more = len(amounts) - len(known)
    return ", ".join(known) + (f" and {more} more" if more else "")


def _hard(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    spec = manifest.get("spec")
    hard = spec.get("hard") if isinstance(spec, Mapping) else None
    return hard if isinstance(hard, Mapping) else {}


def _images(side: Side | None) -> dict[str, str]:
    return {
        f"{template.owner} {name}": image
        for template in (side.graph.pods() if side else ())
        for name, image in _containers(template.spec)
    }


def _containers(spec: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for where in ("initContainers", "containers"):
        listed = spec.get(where)
        for each in listed if isinstance(listed, list | tuple) else ():
            if isinstance(each, Mapping):
                yield _shown(each.get("name")), _shown(each.get("image"))


def _shown(value: Any) -> str:
    return "(unknown)" if isinstance(value, Marker) else str(value)
