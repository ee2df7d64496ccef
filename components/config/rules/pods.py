"""Pods that the cluster would refuse, or that could never run under their team's limits."""

from collections.abc import Iterator
from dataclasses import dataclass

from assurance.graph.values import format_bytes, quantity
from components.config.draft import Draft
from components.config.faults import Path, Problem
from components.config.rules.amounts import resolved_teams
from components.tenancy.defaults import ResolvedTeam
from components.tenancy.workloads.section import PodConfig, ServiceConfig, StatefulSetConfig
from components.tenancy.workloads.storage import disk, scratch


@dataclass(frozen=True, kw_only=True, slots=True)
class _Pod:
    """One workload of a team, with everything that limits it."""

    team: str
    path: Path
    workload: PodConfig
    allowed: ResolvedTeam

    @property
    def replicas(self) -> int:
        """How many there always are."""
        return self.workload.replicas.min if isinstance(self.workload, ServiceConfig) else 1

    @property
    def replicas_path(self) -> Path:
        """Where that number stands, in its short or long form."""
        long = isinstance(self.workload, ServiceConfig) and self.workload.replicas.max is not None
        return (*self.path, "replicas", "min") if long else (*self.path, "replicas")

    def quota(self, *names: str) -> str:
        """The quota's key as a message names it."""
        return ".".join(("teams", self.team, "quota", *names))


def pods_fit(draft: Draft) -> Iterator[Problem]:
    """One pod, and as many as there always are, fit into what the team may ask for."""
    for team, allowed in resolved_teams(draft):
        for name, workload in draft.teams[team].workloads.items():
            path = ("teams", team, "workloads", name)
            pod = _Pod(team=team, path=path, workload=workload, allowed=allowed)
            yield from _computing(pod, "cpu")
            yield from _computing(pod, "memory")
            yield from _computing(pod, "disk")
            yield from _gpus(pod)
            yield from _number(pod)
            yield from _storage(pod)


def _computing(pod: _Pod, resource: str) -> Iterator[Problem]:
    """Request, limit, maximum and quota of one resource, as the cluster fills them in."""
    stated, allowed = pod.workload.resources, pod.allowed
    asked = getattr(stated, resource)
    limited = {str(name): amount for name, amount in stated.limits.items()}.get(resource)
    request, limit = _given(pod, resource)
    maximum = getattr(allowed.containers.maximum, resource)
    at = (*pod.path, "resources", *(() if asked else ("limits",)), resource)
    if quantity(request) > quantity(limit):
        of = "its limit" if limited else "the team's default limit"
        remedy = "" if limited else f"; set resources.limits.{resource} too"
        message = f"expected at most {limit}, {of}, got {request}{remedy}"
        yield Problem(path=at, message=message)
        return
    room = scratch(pod.workload) if resource == "disk" else 0
    if quantity(limit) < room:
        path = (*pod.path, "resources", "limits", resource)
        message = f"expected at least {format_bytes(room)}, as its scratch volumes, got {limit}"
        yield Problem(path=path, message=message)
        return
    if quantity(limit) > quantity(maximum):
        by_volumes = room and not limited
        path = (*pod.path, *(("volumes",) if by_volumes else ("resources", "limits", resource)))
        message = (
            f"expected at most {maximum}, the team's containers.maximum.{resource}, got {limit}"
        )
        yield Problem(path=path, message=message)
        return
    quotas = (
        (request, getattr(allowed.quota, resource), pod.quota(resource)),
        (limit, getattr(allowed.quota.limits, resource), pod.quota("limits", resource)),
    )
    for one, most, key in quotas:
        problem = _too_much(pod, one, most, (key, at if asked or limited else pod.path))
        if problem is not None:
            yield problem
            return


def _given(pod: _Pod, resource: str) -> tuple[str, str]:
    """What its container will request, and where it will be stopped."""
    stated, usual = pod.workload.resources, pod.allowed.containers
    if resource == "disk":
        room = disk(pod.workload, usual)
        return room.request, room.limit
    limited = {str(name): amount for name, amount in stated.limits.items()}.get(resource)
    request = getattr(stated, resource) or limited or getattr(usual.requests, resource)
    return request, limited or getattr(usual.limits, resource)


def _too_much(pod: _Pod, one: str, most: str, where: tuple[str, Path]) -> Problem | None:
    """A pod, or all that there always are, above a quota."""
    key, at = where
    if quantity(one) > quantity(most):
        message = f"expected at most {most}, all of {key}, got {one} for one pod"
        return Problem(path=at, message=message)
    if quantity(one) * pod.replicas > quantity(most):
        fitting = int(quantity(most) / quantity(one))
        message = (
            f"expected at most {fitting} pods of {one} each under {key} ({most}), "
            f"got {pod.replicas}"
        )
        return Problem(path=pod.replicas_path, message=message)
    return None


def _gpus(pod: _Pod) -> Iterator[Problem]:
    one, most = pod.workload.resources.gpu, pod.allowed.quota.gpu
    if one == 0:
        return
    at = (*pod.path, "resources", "gpu")
    if most == 0:
        message = f"expected 0, as {pod.quota('gpu')} is 0, got {one}"
        yield Problem(path=at, message=message)
    elif (problem := _too_much(pod, str(one), str(most), (pod.quota("gpu"), at))) is not None:
        yield problem


def _number(pod: _Pod) -> Iterator[Problem]:
    most = pod.allowed.quota.pods
    if pod.replicas > most:
        message = f"expected at most {most}, all of {pod.quota('pods')}, got {pod.replicas}"
        yield Problem(path=pod.replicas_path, message=message)


def _storage(pod: _Pod) -> Iterator[Problem]:
    """Each pod of a StatefulSet has claims of its own."""
    claims = {n: v.claim for n, v in pod.workload.volumes.items() if v.claim is not None}
    each = pod.replicas if isinstance(pod.workload, StatefulSetConfig) else 1
    for name, claim in claims.items():
        if quantity(claim.size) * each > quantity(pod.allowed.quota.storage):
            path = (*pod.path, "volumes", name, "claim", "size")
            got = claim.size if each == 1 else f"{each} times {claim.size}"
            message = (
                f"expected at most {pod.allowed.quota.storage}, "
                f"all of {pod.quota('storage')}, got {got}"
            )
            yield Problem(path=path, message=message)
