"""Grants: each on a bucket that there is, said once, and only where the platform is one's own."""

from collections.abc import Iterator, Sequence

from components.config.draft import Draft
from components.config.faults import Path, Problem
from components.config.models import PlatformConfig
from components.config.wording import listed, one_of
from components.storage.section import OBJECT_STORE
from components.storage.users import own_bucket
from components.tenancy.needs_section import NeedConfig
from components.tenancy.workloads.env_section import NeedValue
from providers.config import PlatformReference


def grants_can_be_given(draft: Draft) -> Iterator[Problem]:
    """A bucket that a need names is one of the platform's, and this stack's to give."""
    for team, path, needs in _said(draft):
        yield from _of(draft, team, path, needs)
    for team, name, model in draft.models():
        bucket = model.storage.bucket
        if bucket is not None and (message := _not_given(draft, bucket)) is not None:
            path = ("teams", team, "models", name, "storage", "bucket")
            yield Problem(path=path, message=message)


def parts_are_their_teams(draft: Draft) -> Iterator[Problem]:
    """What begins with another team's name is read where that team says so, and never written."""
    every = list(_bucket_needs(draft))
    published = {(n.bucket, n.prefix_of(team)) for team, _, n in every if n.published}
    for team, path, need in every:
        part = need.prefix_of(team)
        owner = part.partition("/")[0]
        if owner == team:
            continue
        if need.published:
            message = f"expected a prefix that begins with {team}/, got {part}: it is not its own"
            yield Problem(path=(*path, "published"), message=message)
        elif owner not in draft.team_names() or not draft.whole("teams", owner):
            continue
        elif need.access == "write":
            message = f"expected read, got write: what begins with {owner}/ is team {owner}'s"
            yield Problem(path=(*path, "access"), message=message)
        elif (need.bucket, part) not in published:
            message = (
                f"expected what team {owner} has published, got {part}; write published: true "
                f"at its need of {need.bucket} with this prefix"
            )
            yield Problem(path=(*path, "prefix"), message=message)


def own_buckets_are_free(draft: Draft) -> Iterator[Problem]:
    """In the cluster, the bucket that a team has to itself is not one of the platform's."""
    platform = draft.platform
    if not isinstance(platform, PlatformConfig) or platform.object_store is None:
        return
    if "object_store" in platform.cluster.brings or not draft.whole("platform", "object_store"):
        return
    owners = {own_bucket(team): team for team in draft.teams}
    for position, bucket in enumerate(platform.object_store.buckets):
        if bucket in owners:
            message = f"expected another name, got {bucket}: team {owners[bucket]} has it to itself"
            yield Problem(path=("platform", "object_store", "buckets", position), message=message)


def buckets_are_granted(draft: Draft) -> Iterator[Problem]:
    """A variable tells the URL of a bucket that the workload may use, and says of which one."""
    for team, name, workload in draft.workloads():
        if not draft.whole("teams", team, "needs"):
            continue
        needs = (*draft.teams[team].needs, *workload.needs)
        buckets = list(dict.fromkeys(need.bucket for need in needs if need.bucket is not None))
        for variable, value in workload.env.items():
            if isinstance(value, NeedValue):
                path = ("teams", team, "workloads", name, "env", variable)
                yield from _variable(path, value, buckets)


def _said(draft: Draft) -> Iterator[tuple[str, Path, Sequence[NeedConfig]]]:
    """Every list of needs that somebody has written: whose, where, and what."""
    for team, config in draft.teams.items():
        yield team, ("teams", team, "needs"), config.needs
    for team, name, workload in draft.workloads():
        yield team, ("teams", team, "workloads", name, "needs"), workload.needs


def _bucket_needs(draft: Draft) -> Iterator[tuple[str, Path, NeedConfig]]:
    for team, path, needs in _said(draft):
        for position, need in enumerate(needs):
            if need.bucket is not None:
                yield team, (*path, position), need


def _of(draft: Draft, team: str, at: Path, needs: Sequence[NeedConfig]) -> Iterator[Problem]:
    said: dict[tuple[str, str], str] = {}
    for position, need in enumerate(needs):
        if need.bucket is None:
            continue
        if (message := _not_given(draft, need.bucket)) is not None:
            yield Problem(path=(*at, position, "bucket"), message=message)
        access = need.access or "read"
        other = said.setdefault((need.bucket, need.prefix_of(team)), access)
        if other != access:
            message = f"expected one need for one part of a bucket, got {access} beside {other}"
            yield Problem(path=(*at, position, "bucket"), message=message)


def _not_given(draft: Draft, bucket: str) -> str | None:
    """Why a bucket cannot be granted here; None where it can, or that cannot be told yet."""
    match draft.platform:
        case PlatformReference():
            owner = draft.platform.from_stack
            return (
                f"expected no bucket in a stack of teams, got {bucket}: it has no rights in the "
                f"cloud; a team with grants belongs into stack {owner}"
            )
        case PlatformConfig():
            store = draft.platform.object_store
            known = store is not None and draft.whole("platform", "object_store")
            if store is None or not known or bucket in store.buckets:
                return None
            return one_of(store.buckets, bucket, of="platform.object_store.buckets")
        case None:
            return None


def _variable(path: Path, value: NeedValue, buckets: Sequence[str]) -> Iterator[Problem]:
    if value.need != OBJECT_STORE or value.value != "url":
        if value.bucket is not None:
            message = f"expected no bucket beside {value.need}, got {value.bucket}"
            yield Problem(path=(*path, "bucket"), message=message)
    elif value.bucket is not None and value.bucket not in buckets:
        message = one_of(buckets, value.bucket, of="the buckets that it needs")
        yield Problem(path=(*path, "bucket"), message=message)
    elif value.bucket is None and len(buckets) > 1:
        message = f"expected a bucket ({listed(buckets, last='or')}), got none; it needs several"
        yield Problem(path=(*path, "need"), message=message)
