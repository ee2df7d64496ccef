"""KServe as charts: its kinds, its controller, our values, and what is expected of them."""

from dataclasses import replace
from datetime import date

from assurance.graph.values import Endpoint, Need, Outside, Port
from components.charts.pin import ChartPin
from components.charts.release import Release
from components.charts.stand_in import (
    ExpectedContainer,
    ExpectedService,
    ExpectedWorkload,
    StandIn,
)
from components.parts import Client, Entry, Part, PartNamespace, Site
from components.serving.facts import ServingFacts
from components.serving.runtime import serving_runtime
from components.serving.section import ServingConfig

_REPOSITORY = "oci://ghcr.io/kserve/charts"
# renovate: datasource=docker depName=ghcr.io/kserve/charts/kserve-crd
KINDS_PIN = ChartPin(
    chart="kserve-crd",
    repository=_REPOSITORY,
    version="v0.20.0",
    verified_on=date(2026, 11, 20),
    licence="Apache-2.0",
)
# renovate: datasource=docker depName=ghcr.io/kserve/charts/kserve-resources
PIN = ChartPin(
    chart="kserve-resources",
    repository=_REPOSITORY,
    version="v0.20.0",
    verified_on=date(2026, 11, 20),
    licence="Apache-2.0",
)
NAMESPACE = "kserve"
_LABELS = {
    "app.kubernetes.io/name": "kserve-controller-manager",
    "control-plane": "kserve-controller-manager",
    "controller-tools.k8s.io": "1.0",
}
_WEBHOOK, _METRICS = 9443, 8443
_CPU_LIMIT = "1"
"""Said in any case: where nothing is, the chart stops its containers at a tenth of a core."""


def serving_facts(config: ServingConfig | None, *, simulated: bool) -> ServingFacts | None:
    """What teams are told of it."""
    if config is None:
        return None
    return ServingFacts(registry=config.registry, simulated=simulated)


def serving_part(config: ServingConfig, _: Site) -> Part:
    """The controller behind its webhooks, and the runtime that models are served by."""
    controller = Client(name="kserve", labels=_LABELS, needs=(Need(to=Outside.API_SERVER),))
    webhooks = Entry(
        name="webhooks",
        labels=_LABELS,
        ports=(Port(number=_WEBHOOK),),
        source=Outside.API_SERVER,
    )
    metrics = Endpoint(
        name="platform.kserve-metrics",
        namespace=NAMESPACE,
        labels=_LABELS,
        ports=(Port(number=_METRICS),),
        host=f"kserve-controller-manager-metrics-service.{NAMESPACE}.svc",
        scheme="https",
    )
    return Part(
        key="platform.serving",
        namespaces=(PartNamespace(name=NAMESPACE, clients=(controller,), entries=(webhooks,)),),
        releases=(kinds_release(), controller_release(config)),
        objects=(serving_runtime(config.registry),),
        scraped=(metrics,),
    )


def kinds_release() -> Release:
    """The kinds that KServe defines."""
    kinds = (
        "clusterservingruntimes",
        "clusterstoragecontainers",
        "inferencegraphs",
        "inferenceservices",
        "servingruntimes",
        "trainedmodels",
    )
    return Release(
        pin=KINDS_PIN,
        name="kserve-crd",
        namespace=NAMESPACE,
        values={},
        stand_in=StandIn(definitions=tuple(f"{kind}.serving.kserve.io" for kind in kinds)),
    )


def controller_release(config: ServingConfig) -> Release:
    """The controller in Standard mode; it makes no routes, as ours carry weights and headers."""
    size = replace(config.size.size(), cpu_limit=_CPU_LIMIT)
    return Release(
        pin=PIN,
        name="kserve",
        namespace=NAMESPACE,
        values={
            "kserve": {
                "controller": {
                    "deploymentMode": "Standard",
                    "gateway": {"disableIngressCreation": True, "disableIstioVirtualHost": True},
                    "imagePullPolicy": "IfNotPresent",
                    "rbacProxy": {"resources": size.resources()},
                    "resources": size.resources(),
                },
                "security": {"autoMountServiceAccountToken": False},
            }
        },
        stand_in=StandIn(
            workloads=(
                ExpectedWorkload(
                    kind="Deployment",
                    name="kserve-controller-manager",
                    labels=_LABELS,
                    containers=(
                        ExpectedContainer(
                            name="manager",
                            image="kserve/kserve-controller:v0.20.0",
                            size=size,
                            ports=(_WEBHOOK, 8080),
                        ),
                        ExpectedContainer(
                            name="kube-rbac-proxy",
                            image="quay.io/brancz/kube-rbac-proxy:v0.18.0",
                            size=size,
                            ports=(_METRICS,),
                        ),
                    ),
                    account="kserve-controller-manager",
                    token=True,
                ),
            ),
            services=tuple(
                ExpectedService(name=name, workload="kserve-controller-manager", ports=ports)
                for name, ports in (
                    ("kserve-controller-manager-metrics-service", {8443: _METRICS}),
                    ("kserve-controller-manager-service", {8443: _METRICS}),
                    ("kserve-webhook-server-service", {443: _WEBHOOK}),
                )
            ),
            looks_after={
                "kserve-controller-manager": (
                    "clusterservingruntimes.serving.kserve.io",
                    "inferenceservices.serving.kserve.io",
                )
            },
        ),
    )
