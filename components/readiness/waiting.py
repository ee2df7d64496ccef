"""Waiting until workloads are ready: one watch at a time, no polling while nothing moves."""

import asyncio
import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from components.readiness.cluster import Cluster, Listing, Object, Unreachable, connect
from components.readiness.interruption import INTERRUPTED
from components.readiness.reasons import Trouble, reasons, refusal
from components.readiness.status import failed, refused, unready
from components.readiness.workload import Kind, WorkloadRef

SLICE = 5.0
"""Seconds on one watch before everything is looked at again."""
GRACE = 20.0
"""Seconds that a refusal must last: pods of an older version still hold quota for a while."""
PAUSE = 1.0
"""Seconds before a silent cluster is asked again."""

Group = tuple[Kind, str]


class NotReady(Exception):  # noqa: N818 - the message is the error
    """What is not ready, pod by pod, why, and what to do."""


async def wait_until_ready(
    kubeconfig: str, context: str | None, workloads: tuple[WorkloadRef, ...], seconds: float
) -> None:
    """Return once all workloads are available; raise NotReady when that is over or hopeless."""
    if workloads:
        async with connect(kubeconfig, context) as cluster:
            await _Gate(cluster=cluster, workloads=workloads, seconds=seconds).wait()


@dataclass(kw_only=True, slots=True)
class _Gate:
    cluster: Cluster
    workloads: tuple[WorkloadRef, ...]
    seconds: float
    refused_since: dict[tuple[str, str], float] = field(default_factory=dict)
    """When each refusal was first seen; progress of the workload makes it a new refusal."""

    async def wait(self) -> None:
        """Look at everything, watch the first group that is not ready, look again."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + self.seconds
        while True:
            try:
                seen = {group: await self.cluster.snapshot(*group) for group in self._groups()}
            except Unreachable as silence:
                if clock() >= deadline:
                    message = f"the cluster does not answer: {silence}"
                    raise NotReady(message) from None
                await asyncio.sleep(PAUSE)
                continue
            missing = {w: text for w in self.workloads if (text := _missing(w, seen))}
            if not missing:
                return
            if INTERRUPTED.is_set():
                message = f"interrupted: {len(missing)} workloads were not ready yet"
                raise NotReady(message)
            hopeless = self._hopeless(missing, seen, clock())
            if hopeless or clock() >= deadline:
                raise NotReady(await self._explain(missing, seen, early=hopeless))
            begun, first = clock(), next(iter(missing))
            if not await self._follow(first, seen, min(SLICE, deadline - begun)):
                # A watch that breaks at once must not become a busy loop.
                await asyncio.sleep(min(PAUSE, deadline - begun) - (clock() - begun))

    def _groups(self) -> Iterable[Group]:
        return dict.fromkeys((w.kind, w.namespace) for w in self.workloads)

    async def _follow(
        self, first: WorkloadRef, seen: Mapping[Group, Listing], seconds: float
    ) -> bool:
        """Whether the watch has news: the whole of the first group is ready, or one has failed."""
        group = (first.kind, first.namespace)
        waiting = {w.name for w in self.workloads if group == (w.kind, w.namespace)}
        waiting = {name for name in waiting if _is_unready(first.kind, seen[group], name)}
        watch = self.cluster.watch(*group, seen[group].version, seconds)
        # Left open, a watch comes to the end of its time in the middle of another question.
        async with contextlib.aclosing(watch) as changes:
            async for live in changes:
                name = live["metadata"]["name"]
                if name in waiting and unready(first.kind, live) is None:
                    waiting.discard(name)
                    if not waiting:
                        return True
                elif name in waiting and failed(first.kind, live):
                    return True
        return False

    def _hopeless(
        self, missing: Mapping[WorkloadRef, str], seen: Mapping[Group, Listing], now: float
    ) -> bool:
        refusals: dict[tuple[str, str], float] = {}
        for workload in missing:
            live = _live(workload, seen)
            if live is not None and failed(workload.kind, live):
                return True
            if live is None or refused(live):
                mark = (str(workload), _progress(live))
                refusals[mark] = self.refused_since.get(mark, now)
        self.refused_since = refusals
        return any(now - since >= GRACE for since in refusals.values())

    async def _explain(
        self, missing: Mapping[WorkloadRef, str], seen: Mapping[Group, Listing], *, early: bool
    ) -> str:
        when = "and will not be" if early else f"after {self.seconds:g} s"
        count = f"{len(missing)} of {len(self.workloads)} workloads are not ready {when}:"
        troubles = [await self._trouble(w, text, _live(w, seen)) for w, text in missing.items()]
        return "\n".join((count, *map(str, troubles)))

    async def _trouble(self, workload: WorkloadRef, missing: str, live: Object | None) -> Trouble:
        if live is None:
            return Trouble(workload=workload, missing=missing)
        lines: list[str] = []
        if complaint := refused(live):
            lines.append(refusal(complaint))
        try:
            pods = await self.cluster.pods(workload.namespace, live["spec"]["selector"])
            warnings = await self.cluster.warnings(workload.namespace)
        except Unreachable as silence:
            lines.append(f"its pods cannot be read: {silence}")
        else:
            mine = {pod["metadata"]["name"] for pod in pods} | {workload.name}
            about = [w for w in warnings if w["involvedObject"]["name"] in mine]
            lines += reasons(pods, about)
        return Trouble(workload=workload, missing=missing, reasons=tuple(dict.fromkeys(lines)))


def _live(workload: WorkloadRef, seen: Mapping[Group, Listing]) -> Object | None:
    return seen[workload.kind, workload.namespace].objects.get(workload.name)


def _missing(workload: WorkloadRef, seen: Mapping[Group, Listing]) -> str | None:
    live = _live(workload, seen)
    if live is None:
        # A finished Job may already have been cleaned up by its time to live.
        return None if workload.kind == "Job" else "it is not on the cluster"
    return failed(workload.kind, live) or unready(workload.kind, live)


def _is_unready(kind: Kind, listing: Listing, name: str) -> bool:
    live = listing.objects.get(name)
    return live is None or unready(kind, live) is not None


def _progress(live: Object | None) -> str:
    """Changes whenever the workload gets on."""
    status = (live or {}).get("status") or {}
    return ",".join(str(status.get(key, 0)) for key in ("updatedReplicas", "availableReplicas"))
