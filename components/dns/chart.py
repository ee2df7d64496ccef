"""external-dns as a chart: which one, our values, and what is expected of it."""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from components.charts.pin import ChartPin
from components.charts.release import Release
from components.charts.stand_in import (
    ExpectedContainer,
    ExpectedService,
    ExpectedWorkload,
    StandIn,
)
from components.dns.section import DnsConfig
from components.gateway.place import GATEWAY_NAME, GATEWAY_NAMESPACE
from providers.contract import Zone

# renovate: datasource=helm depName=external-dns
PIN = ChartPin(
    chart="external-dns",
    repository="https://kubernetes-sigs.github.io/external-dns",
    version="1.21.1",
    verified_on=date(2026, 11, 22),
    licence="Apache-2.0",
)
NAME = "external-dns"
"""Of its namespace as well, its workload and its ServiceAccount."""
LABELS = {"app.kubernetes.io/name": NAME, "app.kubernetes.io/instance": NAME}
METRICS = 7979
_SETTINGS = "/etc/kubernetes"
_OWNED = "%{record_type}-owner."
"""Before a record's name, the text that says who wrote it; below the zone even for its own name."""
_ANY = "any"
"""In place of `*` there."""


def dns_release(config: DnsConfig, zone: Zone, owner: str) -> Release:
    """It reads one namespace, and of that the gateway and its routes; `owner` marks its records."""
    size = config.size.size()
    container = ExpectedContainer(
        name=NAME,
        image="registry.k8s.io/external-dns/external-dns:v0.21.0",
        size=size,
        ports=(METRICS,),
    )
    workload = ExpectedWorkload(
        kind="Deployment",
        name=NAME,
        labels=LABELS,
        containers=(container,),
        account=NAME,
        token=True,
        user=65532,
    )
    values: dict[str, Any] = {
        "provider": {"name": zone.writer.cloud},
        "sources": ["gateway-httproute"],
        "namespaced": True,
        "sourceNamespace": GATEWAY_NAMESPACE,
        "gatewayNamespace": GATEWAY_NAMESPACE,
        "policy": config.policy,
        "registry": "txt",
        "txtOwnerId": owner,
        "txtPrefix": _OWNED,
        "domainFilters": [zone.name],
        "managedRecordTypes": ["A", "AAAA", "CNAME"],
        "triggerLoopOnEvent": True,
        "interval": "5m",
        "extraArgs": {
            "gateway-name": GATEWAY_NAME,
            "txt-wildcard-replacement": _ANY,
            **zone.writer.arguments,
        },
        "env": [{"name": k, "value": v} for k, v in sorted(zone.writer.environment.items())],
        "resources": size.resources(),
        **_mounted(zone.writer.settings),
    }
    return Release(
        pin=PIN,
        name=NAME,
        namespace=NAME,
        values=values,
        stand_in=StandIn(
            workloads=(workload,),
            services=(ExpectedService(name=NAME, workload=NAME, ports={METRICS: METRICS}),),
            definitions=("dnsendpoints.externaldns.k8s.io",),
        ),
    )


def _mounted(settings: Mapping[str, str]) -> dict[str, Any]:
    """The files where it looks for them; it starts anew when one of them changes."""
    if not settings:
        return {}
    text = "\n".join(f"{name}={value}" for name, value in sorted(settings.items()))
    return {
        "extraVolumes": [{"name": "settings", "configMap": {"name": NAME}}],
        "extraVolumeMounts": [{"name": "settings", "mountPath": _SETTINGS, "readOnly": True}],
        "podAnnotations": {"ml-platform/settings": hashlib.sha256(text.encode()).hexdigest()},
    }
