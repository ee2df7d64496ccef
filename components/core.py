"""Which parts a platform has, in the order in which they come."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from components.cache.part import cache_part
from components.certificates.part import certificates_part
from components.cluster.gpu import gpu_part
from components.cluster.metrics import metrics_part
from components.config import PlatformConfig
from components.database.part import database_part
from components.dns.part import dns_part
from components.gateway.part import gateway_part
from components.monitoring.part import monitoring_part
from components.parts import Part, Site
from components.secrets.part import secrets_part
from components.serving.kserve import serving_part
from components.storage.part import store_part

Maker = Callable[[Any, Site], Part | None]
"""None: there is nothing to bring, as the cloud has brought it."""

_MAKERS: Mapping[str, Maker] = {
    "metrics": metrics_part,
    "gpu": gpu_part,
    "certificates": certificates_part,
    "secrets": secrets_part,
    "object_store": store_part,
    "database": database_part,
    "cache": cache_part,
    "gateway": gateway_part,
    "dns": dns_part,
    "serving": serving_part,
    "monitoring": monitoring_part,
}
"""By section. Who is needed comes before who needs it; who scrapes all others comes last."""


def platform_parts(config: PlatformConfig, site: Site) -> tuple[Part, ...]:
    """The part of every section that the stack file has."""
    return tuple(_made(config, site))


def sections_of(config: PlatformConfig) -> frozenset[str]:
    """The keys of those sections."""
    return frozenset(f"platform.{name}" for name in _MAKERS if getattr(config, name) is not None)


def _made(config: PlatformConfig, site: Site) -> Iterator[Part]:
    for name, make in _MAKERS.items():
        section = getattr(config, name)
        part = None if section is None else make(section, site)
        if part is not None:
            yield part
            site = replace(
                site,
                endpoints={**site.endpoints, **{e.name: e for e in part.endpoints}},
                scraped=(*site.scraped, *part.scraped),
                issuer=part.issuer or site.issuer,
            )
