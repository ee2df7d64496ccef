"""External Secrets: the chart with our values, and what it brings."""

from dataclasses import replace
from datetime import date

from assurance.graph.values import Access, Grant, Need, Outside
from components.charts.pin import ChartPin
from components.charts.release import Release
from components.charts.stand_in import (
    ExpectedContainer,
    ExpectedService,
    ExpectedWorkload,
    Size,
    StandIn,
)
from components.manifests import Manifest
from components.parts import Acting, Part, Site
from components.secrets.controller import controller_part
from components.secrets.names import API, STORE
from components.secrets.section import SecretsConfig
from providers.contract import IDENTITY, secret_name

# renovate: datasource=helm depName=external-secrets
PIN = ChartPin(
    chart="external-secrets",
    repository="https://charts.external-secrets.io",
    version="2.9.0",
    verified_on=date(2026, 11, 22),
    licence="Apache-2.0",
)
_NAME = "external-secrets"
"""Of its namespace as well, its workload and its ServiceAccount."""
_LABELS = {"app.kubernetes.io/name": _NAME, "app.kubernetes.io/instance": _NAME}
_METRICS = 8080
_STORE = "platform.secret-store"
_KINDS = (
    "clusterexternalsecrets clusterpushsecrets clustersecretstores externalsecrets pushsecrets "
    "secretstores"
)
_GENERATORS = (
    "acraccesstokens beyondtrustworkloadcredentialsdynamicsecrets cloudsmithaccesstokens "
    "clustergenerators ecrauthorizationtokens fakes gcraccesstokens generatorstates "
    "githubaccesstokens gitlabdeploytokens grafanas mfas passwords quayaccesstokens sshkeys "
    "stssessiontokens uuids vaultdynamicsecrets webhooks"
)
_DEFINITIONS = (
    *(f"{kind}.external-secrets.io" for kind in _KINDS.split()),
    *(f"{kind}.generators.external-secrets.io" for kind in _GENERATORS.split()),
)
"""All that the chart defines; of most, nothing is written."""


def external_part(config: SecretsConfig, site: Site) -> Part:
    """One controller that may read what teams have named, and nothing else of the store.

    Which secret goes to which team is written here alone: teams cannot make ExternalSecrets, and
    the store serves no other namespaces.
    """
    grants = tuple(
        Grant(access=Access.READ, kind="secret", name=secret_name(team, name))
        for team, demand in sorted(site.demands.items())
        for name in sorted(demand.secrets)
    )
    outside = (Need(to=_STORE), *((Need(to=IDENTITY),) if IDENTITY in site.endpoints else ()))
    needs = (Need(to=Outside.API_SERVER), *(outside if grants else ()))
    part = controller_part(external_release(config.size.size()), _LABELS, needs, _METRICS)
    if not grants:
        return part
    acting = Acting(account=f"{_NAME}/{_NAME}", grants=grants)
    return replace(part, objects=(_store(site),), acting=(acting,))


def external_release(size: Size) -> Release:
    """Neither webhook nor whoever looks after its certificates: what we write, we have checked.

    Stores of teams' own, secrets pushed out of the cluster and roles for others are switched off.
    """
    container = ExpectedContainer(
        name=_NAME,
        image="ghcr.io/external-secrets/external-secrets:v2.9.0",
        size=size,
        ports=(_METRICS,),
    )
    workload = ExpectedWorkload(
        kind="Deployment",
        name=_NAME,
        labels=_LABELS,
        containers=(container,),
        account=_NAME,
        token=True,
        user=1000,
    )
    return Release(
        pin=PIN,
        name=_NAME,
        namespace=_NAME,
        values={
            "installCRDs": True,
            "resources": size.resources(),
            "metrics": {"service": {"enabled": True}},
            "processClusterExternalSecret": False,
            "processClusterGenerator": False,
            "processClusterPushSecret": False,
            "processPushSecret": False,
            "processSecretStore": False,
            "rbac": {
                "aggregateToAdmin": False,
                "aggregateToEdit": False,
                "aggregateToView": False,
                "serviceAccountTokenCreate": False,
                "servicebindings": {"create": False},
            },
            "webhook": {"create": False},
            "certController": {"create": False},
        },
        stand_in=StandIn(
            workloads=(workload,),
            services=(
                ExpectedService(
                    name=f"{_NAME}-metrics", workload=_NAME, ports={_METRICS: _METRICS}
                ),
            ),
            definitions=_DEFINITIONS,
            looks_after={
                _NAME: (
                    "clustersecretstores.external-secrets.io",
                    "externalsecrets.external-secrets.io",
                )
            },
        ),
    )


def _store(site: Site) -> Manifest:
    teams = [team for team, demand in sorted(site.demands.items()) if demand.secrets]
    return {
        "apiVersion": API,
        "kind": "ClusterSecretStore",
        "metadata": {"name": STORE},
        "spec": {
            "provider": dict(site.secret_provider or {}),
            "conditions": [{"namespaces": teams}],
        },
    }
