"""The public DNS zone: what is written into it, and which names are in it."""

from collections.abc import Iterator

from components.config.draft import Draft
from components.config.faults import Problem
from components.config.models import PlatformConfig

_PLATFORM = "platform"


def names_are_in_the_zone(draft: Draft) -> Iterator[Problem]:
    """What is written into the zone is about names of that zone."""
    platform = draft.platform
    if not isinstance(platform, PlatformConfig) or not shown_by_records(draft):
        return
    zone = platform.cluster.zone
    if zone is None:
        return
    public = None if platform.certificates is None else platform.certificates.public
    if public is not None:
        if not is_within(public.domain, zone.name):
            path = (_PLATFORM, "certificates", "public", "domain")
            yield Problem(path=path, message=_outside(public.domain, zone.name))
    elif platform.dns is not None and platform.gateway is not None:
        for position, host in enumerate(platform.gateway.hosts):
            if not is_within(host, zone.name):
                at = (_PLATFORM, "gateway", "hosts", position)
                yield Problem(path=at, message=_outside(host, zone.name))


def records_have_a_zone(draft: Draft) -> Iterator[Problem]:
    """Records are of the gateway's names, and are written into a zone by who is let into it."""
    platform = draft.platform
    if not isinstance(platform, PlatformConfig) or platform.dns is None:
        return
    at = (_PLATFORM, "dns")
    if platform.gateway is None and draft.whole(_PLATFORM, "gateway"):
        message = (
            "expected platform.gateway beside it, got none: records are of its names; "
            "write gateway: { hosts: [ml.example.com] }"
        )
        yield Problem(path=at, message=message)
    cluster = platform.cluster
    if "dns" not in cluster.brings or not draft.whole(_PLATFORM, "cluster", "zone"):
        return
    if cluster.zone is None:
        message = (
            "expected platform.cluster.zone, into which records are written, got none; "
            f"mlp explain platform.cluster.zone --provider {cluster.provider}"
        )
        yield Problem(path=at, message=message)
    elif (lacking := cluster.zone.lacking) is not None:
        message = (
            f"expected {lacking} beside the zone's name, got none: rights on one zone alone need "
            "it; make the zone first, apart from the cluster, or leave platform.dns out"
        )
        yield Problem(path=(_PLATFORM, "cluster", "zone"), message=message)


def shown_by_records(draft: Draft) -> bool:
    """Whether a name is shown to be ours by a record in the cluster's zone."""
    if not isinstance(draft.platform, PlatformConfig):
        return False
    zone = draft.platform.cluster.zone
    whole = draft.whole(_PLATFORM, "cluster", "zone")
    return not whole or (zone is not None and zone.lacking is None)


def is_within(host: str, domain: str) -> bool:
    """Whether a name is the domain's own or below it."""
    return host == domain or host.endswith(f".{domain}")


def _outside(host: str, zone: str) -> str:
    return f"expected {zone} or a name below it, which platform.cluster.zone holds, got {host}"
