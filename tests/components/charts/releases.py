"""Every release of a chart, as the tests of charts take it: sections with nothing but defaults."""

from components.certificates.chart import cert_manager_release
from components.certificates.section import CertificatesConfig
from components.charts.release import Release
from components.cluster.metrics import metrics_release
from components.cluster.section import MetricsConfig, SizeConfig

RELEASES: list[Release] = [
    cert_manager_release(CertificatesConfig().size.size(), routes=True),
    metrics_release(MetricsConfig(size=SizeConfig(cpu="50m", memory="128Mi"))),
]
"""By the charts' names."""
DEFINED_IN = {"gateway-helm": "envoy-gateway", "kube-prometheus-stack": "prometheus-operator"}
"""Where upstream's definitions lie in the folder of facts, if not under the chart's name."""
