"""Quotas and container limits are those that were asked for."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from assurance.graph.kubernetes import KubernetesObject
from assurance.graph.resource import Marker, Origin
from assurance.graph.values import QuantityError, quantity
from assurance.proofs.findings import Finding, Status
from assurance.proofs.governance.findings import compared, finding

Stated = list[tuple[str, Any]]
"""Keys with amounts, as objects of one namespace state them."""
_OF = {"Container": "", "Pod": "pod "}
"""By type of a limit, how an intent begins its key."""


class Amounts:
    """Compares what stands in each namespace with what was asked for."""

    def __init__(self, objects: Iterable[KubernetesObject]) -> None:
        self._objects = [o for o in objects if o.gvk.kind in {"LimitRange", "ResourceQuota"}]
        self.compared = 0
        """How many amounts there were."""

    def quota(self, team: str, namespace: str, asked: Mapping[str, str]) -> Iterator[Finding]:
        """The least of all quotas that count everything is what was asked for, key by key."""
        stated: Stated = []
        narrow = []
        for item in self._of("ResourceQuota", namespace):
            spec = _mapping(item.manifest.get("spec"))
            if spec.get("scopes") or spec.get("scopeSelector"):
                narrow.append(f"{item} bounds some pods further, which nobody has asked for")
            else:
                stated += _mapping(spec.get("hard")).items()
        yield from self._compared("quota", team, namespace, (asked, stated, narrow))

    def containers(
        self, team: str, namespace: str, asked: Mapping[str, Mapping[str, str]]
    ) -> Iterator[Finding]:
        """Defaults and maximum of a container, and a pod's maximum, likewise."""
        wanted = {f"{part} {name}": v for part, all_ in asked.items() for name, v in all_.items()}
        stated: Stated = []
        for item in self._of("LimitRange", namespace):
            limits = _mapping(item.manifest.get("spec")).get("limits")
            for limit in limits if isinstance(limits, list | tuple) else ():
                prefix = _OF.get(str(_mapping(limit).get("type")))
                if prefix is not None:
                    for part, amounts in limit.items():
                        here = _mapping(amounts).items()
                        stated += ((f"{prefix}{part} {name}", value) for name, value in here)
        yield from self._compared("containers", team, namespace, (wanted, stated, []))

    def _of(self, kind: str, namespace: str) -> list[KubernetesObject]:
        return [o for o in self._objects if o.gvk.kind == kind and o.namespace == namespace]

    def _compared(
        self,
        rule: str,
        team: str,
        namespace: str,
        given: tuple[Mapping[str, str], Stated, list[str]],
    ) -> Iterator[Finding]:
        asked, stated, faults = given
        if not asked:
            return
        self.compared += len(asked)
        subject = f"team {team}"
        unknown = sorted(key for key, value in stated if isinstance(value, Marker))
        if unknown:
            message = f"what stands in {namespace} is not known: {', '.join(unknown)}"
            yield finding(rule, Status.UNKNOWN, subject, message)
            return
        for key in sorted({*asked, *(key for key, _ in stated)}):
            fault = _fault(key, asked.get(key), [value for k, value in stated if k == key])
            if fault is not None:
                faults.append(fault)
        yield compared(
            rule,
            subject,
            [f"in {namespace} {fault}" for fault in faults],
            f"{namespace} has the {len(asked)} amounts that were asked for",
            witness={"asked": dict(asked), "stated": [f"{k}: {v}" for k, v in sorted(stated)]},
            remedy="let what stands in the namespace be what the intent says",
            origin=self._origin(namespace),
        )

    def _origin(self, namespace: str) -> Origin:
        found = (o.resource.origin for o in self._objects if o.namespace == namespace)
        return next(found, Origin())


def _fault(key: str, asked: str | None, stated: list[Any]) -> str | None:
    if asked is None:
        return f"{key} is bounded by {stated[0]}, which nobody has asked for"
    if not stated:
        return f"nothing bounds {key}: {asked} was asked for"
    try:
        least = min(stated, key=quantity)
        if quantity(least) == quantity(asked):
            return None
        more = "more" if quantity(least) > quantity(asked) else "less"
    except QuantityError as error:
        return f"{key}: {error}"
    return f"{key} is {least}: {more} than the {asked} that was asked for"


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
