"""Every release of a chart, as the tests of charts take it: sections with nothing but defaults."""

from assurance.graph.values import Endpoint, Port
from components.cache.chart import cache_release
from components.cache.part import users
from components.cache.section import CacheConfig
from components.certificates.chart import cert_manager_release
from components.certificates.section import CertificatesConfig
from components.charts.release import Release
from components.cluster.gpu import gpu_release
from components.cluster.metrics import metrics_release
from components.cluster.section import GpuConfig, MetricsConfig, SizeConfig
from components.database.chart import operator_release
from components.dns.chart import dns_release
from components.dns.section import DnsConfig
from components.gateway.definitions import definitions_release
from components.gateway.envoy import envoy_release
from components.gateway.nginx import nginx_release
from components.gateway.section import GatewayConfig, NodePortsConfig
from components.monitoring.agents import agents_release
from components.monitoring.chart import stack_release
from components.monitoring.section import GrafanaConfig, MonitoringConfig
from components.secrets.external import external_release
from components.secrets.sealed import sealed_release
from components.secrets.section import SecretsConfig
from components.serving.kserve import controller_release, kinds_release
from components.serving.section import ServingConfig
from components.storage.chart import store_release
from components.storage.minio import minio_release
from components.storage.section import ObjectStoreConfig
from providers.contract import Zone, ZoneWriter

_GATEWAY = GatewayConfig(hosts=("platform.example.com",), node_ports=NodePortsConfig())
_MONITORING = MonitoringConfig(grafana=GrafanaConfig(node_port=30080))
ZONE = Zone(
    name="ml.example.com",
    id="/zones/ml.example.com",
    endpoint=Endpoint(name="platform.zone", ports=(Port(number=443),), host="dns.example.com"),
    solver={"route53": {"hostedZoneID": "Z1", "region": "eu-central-1"}},
    writer=ZoneWriter(
        cloud="aws",
        arguments={"zone-id-filter": "Z1"},
        environment={"AWS_REGION": "eu-central-1"},
        settings={"azure.json": "{}"},
    ),
)
"""With everything that one cloud or another has to say of it."""

RELEASES: list[Release] = [
    cert_manager_release(CertificatesConfig().size.size(), routes=True),
    operator_release(),
    dns_release(DnsConfig(), ZONE, "ml-platform-prod"),
    external_release(SecretsConfig(kind="external").size.size()),
    controller_release(ServingConfig()),
    envoy_release(_GATEWAY),
    cache_release(CacheConfig(), users(["fraud"])),
    sealed_release(SecretsConfig(kind="sealed").size.size()),
    store_release(ObjectStoreConfig(), "standard"),
    stack_release(_MONITORING, certificates=True, storage_class=None),
    minio_release(ObjectStoreConfig(kind="minio"), "standard"),
    metrics_release(MetricsConfig(size=SizeConfig(cpu="50m", memory="128Mi"))),
    nginx_release(_GATEWAY.model_copy(update={"kind": "nginx"})),
    gpu_release(GpuConfig()),
    agents_release(),
]
"""By the charts' names."""
DEFINERS: list[Release] = [kinds_release(), definitions_release(envoy=True)]
"""Charts that bring nothing but the kinds of another one of them."""
DEFINED_IN = {
    "gateway-crds-helm": ("gateway-api", "envoy-gateway"),
    "kube-prometheus-stack": ("prometheus-operator",),
}
"""Where upstream's definitions lie in the folder of facts, if not under the chart's name."""
SWITCHED_OFF = {
    "external-secrets": ("external-secrets-cert-controller", "external-secrets-webhook"),
}
"""What the renderings at hand have besides, as they were made with it; by what names begin with."""
