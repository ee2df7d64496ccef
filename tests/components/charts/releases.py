"""Every release of a chart, as the tests of charts take it: sections with nothing but defaults."""

from components.certificates.chart import cert_manager_release
from components.certificates.section import CertificatesConfig
from components.charts.release import Release
from components.cluster.metrics import metrics_release
from components.cluster.section import MetricsConfig, SizeConfig
from components.serving.kserve import controller_release, kinds_release
from components.serving.section import ServingConfig

RELEASES: list[Release] = [
    cert_manager_release(CertificatesConfig().size.size(), routes=True),
    controller_release(ServingConfig()),
    metrics_release(MetricsConfig(size=SizeConfig(cpu="50m", memory="128Mi"))),
]
"""By the charts' names."""
DEFINERS: list[Release] = [kinds_release()]
"""Charts that bring nothing but the kinds of another one of them."""
DEFINED_IN = {"gateway-helm": "envoy-gateway", "kube-prometheus-stack": "prometheus-operator"}
"""Where upstream's definitions lie in the folder of facts, if not under the chart's name."""
