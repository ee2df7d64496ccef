"""Sealed Secrets: the chart with our values, and what it brings."""

from datetime import date

from assurance.graph.values import Need, Outside
from components.charts.pin import ChartPin
from components.charts.release import Release
from components.charts.stand_in import (
    ExpectedContainer,
    ExpectedService,
    ExpectedWorkload,
    Size,
    StandIn,
)
from components.parts import Part
from components.secrets.controller import controller_part
from components.secrets.section import SecretsConfig

# renovate: datasource=helm depName=sealed-secrets
PIN = ChartPin(
    chart="sealed-secrets",
    repository="https://bitnami.github.io/sealed-secrets",
    version="2.19.1",
    verified_on=date(2026, 11, 22),
    licence="Apache-2.0",
)
_NAMESPACE = "sealed-secrets"
_NAME = "sealed-secrets-controller"
"""As `kubeseal` looks for it."""
_LABELS = {
    "app.kubernetes.io/name": "sealed-secrets",
    "app.kubernetes.io/instance": "sealed-secrets",
}
_KINDS = ("sealedsecrets.bitnami.com",)
_HTTP, _METRICS = 8080, 8081


def sealed_part(config: SecretsConfig) -> Part:
    """The controller watches all namespaces.

    Its certificate, with which everybody seals, is public: an administrator forwards a port to it
    once in a while and commits it, so neither pods nor the API server's proxy need a way in.
    """
    release = sealed_release(config.size.size())
    return controller_part(release, _LABELS, (Need(to=Outside.API_SERVER),), _METRICS)


def sealed_release(size: Size) -> Release:
    """Without the role that lets everybody who is logged in ask it to open something on trial."""
    container = ExpectedContainer(
        name="controller",
        image="docker.io/bitnami/sealed-secrets-controller:0.38.4",
        size=size,
        ports=(_HTTP, _METRICS),
    )
    workload = ExpectedWorkload(
        kind="Deployment",
        name=_NAME,
        labels=_LABELS,
        containers=(container,),
        account=_NAME,
        token=True,
        user=1001,
    )
    return Release(
        pin=PIN,
        name="sealed-secrets",
        namespace=_NAMESPACE,
        values={
            "fullnameOverride": _NAME,
            "resources": size.resources(),
            "rbac": {"serviceProxier": {"create": False}},
        },
        stand_in=StandIn(
            workloads=(workload,),
            services=(
                ExpectedService(name=_NAME, workload=_NAME, ports={_HTTP: _HTTP}),
                ExpectedService(
                    name=f"{_NAME}-metrics", workload=_NAME, ports={_METRICS: _METRICS}
                ),
            ),
            definitions=_KINDS,
            looks_after={_NAME: _KINDS},
        ),
    )
