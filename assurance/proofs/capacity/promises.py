"""Whether what runs in a namespace fits into its quota, with everything scaled up and updated."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assurance.proofs.admission.amounts import spelled
from assurance.proofs.admission.quotas import Quota
from assurance.proofs.capacity.claims import Claim
from assurance.proofs.capacity.cluster import Cluster, Crowd
from assurance.proofs.capacity.pods import Blur, Pods
from assurance.proofs.capacity.witness import clauses, finding, joined, pods
from assurance.proofs.findings import Finding, Status
from assurance.proofs.network.pods import assumed


@dataclass(frozen=True, kw_only=True, slots=True)
class _Use:
    """What a namespace asks of one key of its quota."""

    key: str
    hard: Decimal
    always: Decimal
    peak: Decimal

    def __str__(self) -> str:
        return f"{spelled(self.key, self.peak)} of {spelled(self.key, self.hard)} {self.key}"

    @property
    def share(self) -> float:
        """How much of it is used at most."""
        return float(self.peak / self.hard if self.hard else self.peak)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Under:
    """Pods of one template under a quota: how many always, how many at most."""

    pods: Pods
    always: int
    peak: int

    def takes(self, key: str) -> Decimal:
        """What one of them uses of a quota's key."""
        return self.pods.appetite.charge.get(key, Decimal(0))


class Promises:
    """Judges workloads against their quotas."""

    def __init__(self, cluster: Cluster, claims: Sequence[Claim], blurs: Sequence[Blur]) -> None:
        self._namespaces, self._claims, self._blurs = cluster.namespaces, claims, blurs
        self._pods: dict[str, list[_Under]] = {}
        agents = (_of_agent(pods, cluster) for pods in cluster.agents)
        for each in (*map(_of_crowd, cluster.crowds), *agents):
            self._pods.setdefault(each.pods.namespace, []).append(each)

    def findings(self) -> Iterator[Finding]:
        """One for each quota under which anything runs."""
        for name, namespace in sorted(self._namespaces.items()):
            for quota in namespace.quotas:
                yield from self._judged(name, quota)

    def _judged(self, namespace: str, quota: Quota) -> Iterator[Finding]:
        under = [
            each
            for each in self._pods.get(namespace, ())
            if quota.about_pod(each.pods.appetite.pod)
        ]
        claims = [
            claim
            for claim in self._claims
            if claim.namespace == namespace and quota.about_claim(None)
        ]
        uses = [_use(key, hard, under, claims) for key, hard in sorted(quota.hard.items())]
        over = [use for use in uses if use.peak > use.hard]
        number = sum(each.peak for each in under)
        status, remedy = Status.PROVED, ""
        message = f"its at most {pods(number)} fit into its quota"
        if over:
            status, message = Status.REFUTED, _excess(under, over)
            remedy = "raise the quota, or lower requests or numbers of replicas"
        elif doubts := self._doubts(namespace, under):
            status = Status.UNKNOWN
            message = f"nobody knows whether all its pods fit into its quota ({clauses(doubts)})"
            remedy = "bound their number, or make known what they ask for"
        elif not any(use.peak for use in uses):
            return
        else:
            message += f"; closest is {max(uses, key=lambda use: use.share)}"
        yield finding(
            "workloads-over-quota",
            status,
            f"namespace {namespace}",
            message,
            witness={
                "uses": {use.key: str(use) for use in (over or uses) if use.peak},
                "pods by template": {each.pods.name: each.peak for each in under},
            },
            remedy=remedy,
            origin=quota.item.resource.origin,
            assumes=tuple(sorted({a for each in under if (a := assumed(each.pods.template))})),
        )

    def _doubts(self, namespace: str, under: Sequence[_Under]) -> list[str]:
        counts = [(each.pods.name, each.pods.count.open) for each in under]
        blurs = [blur for blur in self._blurs if blur.namespace in {None, namespace}]
        return [
            *(f"{name}: {why}" for name, why in counts if why),
            *(f"{blur.subject}: {blur.reason}" for blur in blurs),
        ]


def _excess(under: Sequence[_Under], over: Sequence[_Use]) -> str:
    """Who asks for too much: those that always run, if they alone do."""
    running = [use for use in over if use.always > use.hard]
    if running:
        who = f"the {pods(sum(each.always for each in under))} that always run"
        amounts = [(use, use.always) for use in running]
    else:
        who = (
            f"the {pods(sum(each.peak for each in under))} that there are at most (autoscalers at "
            "their maximum, updates under way)"
        )
        amounts = [(use, use.peak) for use in over]
    words = clauses(
        f"{spelled(use.key, amount)} {use.key}, and {spelled(use.key, use.hard)} is allowed"
        for use, amount in amounts
    )
    return f"{who} ask for {words} ({_largest(under, amounts[0][0].key)})"


def _largest(under: Sequence[_Under], key: str) -> str:
    """Who takes most of a key."""
    found = [each for each in under if each.takes(key) * each.peak]
    found.sort(key=lambda each: -each.takes(key) * each.peak)
    words = (f"{each.peak} x {each.pods.name} of {spelled(key, each.takes(key))}" for each in found)
    return joined(words) or "claims"


def _of_crowd(crowd: Crowd) -> _Under:
    count = crowd.pods.count
    return _Under(pods=crowd.pods, always=count.always, peak=count.peak)


def _of_agent(pods: Pods, cluster: Cluster) -> _Under:
    """A DaemonSet's: so many for each node."""
    groups = [site.group for site in cluster.sites if pods in site.agents]
    most = sum(group.most for group in groups) * pods.count.per_node
    return _Under(pods=pods, always=sum(group.least for group in groups), peak=most)


def _use(key: str, hard: Decimal, under: Sequence[_Under], claims: Sequence[Claim]) -> _Use:
    none = Decimal(0)
    stored = sum((claim.charge.get(key, none) * claim.peak for claim in claims), none)
    always = sum((each.takes(key) * each.always for each in under), stored)
    peak = sum((each.takes(key) * each.peak for each in under), stored)
    return _Use(key=key, hard=hard, always=always, peak=peak)
