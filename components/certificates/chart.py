"""cert-manager as a chart: which one, our values, and what is expected of it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from components.certificates.issuers import NAMESPACE
from components.charts.pin import ChartPin
from components.charts.release import Release
from components.charts.stand_in import (
    ExpectedContainer,
    ExpectedService,
    ExpectedWorkload,
    Size,
    StandIn,
)

# renovate: datasource=helm depName=cert-manager
PIN = ChartPin(
    chart="cert-manager",
    repository="oci://quay.io/jetstack/charts",
    version="v1.21.1",
    verified_on=date(2026, 11, 21),
    licence="Apache-2.0",
)
ACCOUNT = "cert-manager"
"""The controller's ServiceAccount."""
METRICS = 9402
WEBHOOK = 10250
_IMAGES = "quay.io/jetstack/cert-manager"
_NAMES = {"controller": "cert-manager", "cainjector": "cainjector", "webhook": "webhook"}


def labels(component: str) -> Mapping[str, str]:
    """Of the pods of one of its three workloads."""
    return {
        "app.kubernetes.io/name": _NAMES[component],
        "app.kubernetes.io/instance": "cert-manager",
        "app.kubernetes.io/component": component,
    }


def cert_manager_release(size: Size, *, routes: bool, records: bool = False) -> Release:
    """The chart with our values; `routes`: Gateways and HTTPRoutes are known to the cluster.

    `records`: it writes into a zone, and asks the cluster's own resolver whether that is heard of,
    as the way to others' is closed.
    """
    heard = {"acmeDNS01Config": {"recursiveNameserversOnly": True}} if records else {}
    resources = size.resources()
    values: dict[str, Any] = {
        "crds": {"enabled": True},
        "startupapicheck": {"enabled": False},
        "global": {"leaderElection": {"namespace": NAMESPACE}},
        "resources": resources,
        "webhook": {"resources": resources},
        "cainjector": {"resources": resources},
        "config": {
            "apiVersion": "controller.config.cert-manager.io/v1alpha1",
            "kind": "ControllerConfiguration",
            "gatewayAPI": {"enabled": routes},
            **heard,
        },
    }
    return Release(
        pin=PIN, name="cert-manager", namespace=NAMESPACE, values=values, stand_in=_stand_in(size)
    )


def _stand_in(size: Size) -> StandIn:
    return StandIn(
        workloads=(
            _workload("controller", "cert-manager", size, METRICS, 9403),
            _workload("cainjector", "cert-manager-cainjector", size, METRICS),
            _workload("webhook", "cert-manager-webhook", size, WEBHOOK, 6080, METRICS),
        ),
        services=(
            ExpectedService(name="cert-manager", workload="cert-manager", ports={METRICS: METRICS}),
            ExpectedService(
                name="cert-manager-cainjector",
                workload="cert-manager-cainjector",
                ports={METRICS: METRICS},
            ),
            ExpectedService(
                name="cert-manager-webhook",
                workload="cert-manager-webhook",
                ports={443: WEBHOOK, METRICS: METRICS},
            ),
        ),
        definitions=(
            "certificaterequests.cert-manager.io",
            "certificates.cert-manager.io",
            "challenges.acme.cert-manager.io",
            "clusterissuers.cert-manager.io",
            "issuers.cert-manager.io",
            "orders.acme.cert-manager.io",
        ),
        looks_after={
            "cert-manager": (
                "certificates.cert-manager.io",
                "clusterissuers.cert-manager.io",
                "gateways.gateway.networking.k8s.io",
                "httproutes.gateway.networking.k8s.io",
                "issuers.cert-manager.io",
            ),
        },
    )


def _workload(component: str, name: str, size: Size, *ports: int) -> ExpectedWorkload:
    """Named after its component, as is its one container, and so is its account."""
    container = ExpectedContainer(
        name=f"cert-manager-{component}",
        image=f"{_IMAGES}-{component}:v1.21.1",
        size=size,
        ports=ports,
    )
    return ExpectedWorkload(
        kind="Deployment",
        name=name,
        labels=labels(component),
        containers=(container,),
        account=name,
        token=True,
    )
