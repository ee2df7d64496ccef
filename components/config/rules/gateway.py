"""The gateway: what it cannot do without, and which names a public authority vouches for."""

from collections.abc import Iterator

from assurance.graph.values import Capability
from components.config.draft import Draft
from components.config.faults import Problem
from components.config.models import PlatformConfig
from components.config.rules.zones import is_within, shown_by_records
from providers.config import ExistingConfig, KindConfig

_PLATFORM = "platform"


def public_names_are_vouched_for(draft: Draft) -> Iterator[Problem]:
    """A public authority asks for each name, and only for those of a domain."""
    platform = draft.platform
    if not isinstance(platform, PlatformConfig):
        return
    gateway, certificates = platform.gateway, platform.certificates
    if certificates is None or certificates.public is None:
        return
    over_http = not shown_by_records(draft)
    if gateway is None and over_http and draft.whole(_PLATFORM, "gateway"):
        message = "expected platform.gateway, through which the authority asks for each name"
        yield Problem(path=(_PLATFORM, "certificates", "public"), message=message)
    domain = certificates.public.domain
    for position, host in enumerate(gateway.hosts if gateway is not None else ()):
        refused = _not_vouched_for(host, domain, over_http=over_http)
        if refused is not None:
            yield Problem(path=(_PLATFORM, "gateway", "hosts", position), message=refused)


def _not_vouched_for(host: str, domain: str, *, over_http: bool) -> str | None:
    """Why the authority has no certificate for a name."""
    if not is_within(host, domain):
        return (
            f"expected {domain} or a name below it, which platform.certificates.public "
            f"vouches for, got {host}"
        )
    if host.startswith("*.") and over_http:
        return (
            f"expected names without *, got {host}: over HTTP the authority asks one name at a "
            "time; it is shown records instead where platform.cluster.zone is one that may be "
            "written into"
        )
    return None


def gateway_can_be_reached(draft: Draft) -> Iterator[Problem]:
    """Where no load balancer leads to it, ports of nodes must."""
    platform = draft.platform
    if not isinstance(platform, PlatformConfig) or platform.gateway is None:
        return
    whole = draft.whole(_PLATFORM, "cluster") and draft.whole(_PLATFORM, "gateway")
    if not whole or platform.gateway.node_ports is not None:
        return
    cluster = platform.cluster
    lacking = isinstance(cluster, KindConfig) or (
        isinstance(cluster, ExistingConfig) and Capability.LOAD_BALANCER not in cluster.capabilities
    )
    if lacking:
        message = (
            "expected node_ports, as this cluster has no load balancer; "
            "write node_ports: { http: 30081, https: 30444 }"
        )
        yield Problem(path=(_PLATFORM, "gateway"), message=message)
