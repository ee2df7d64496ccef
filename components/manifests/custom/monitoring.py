"""Of the Prometheus operator's kinds, what we write: monitors and rules."""

from typing import Final

from assurance.graph.values import Gvk
from components.manifests.custom.kind import (
    NUMBER,
    TEXT,
    WORDS,
    CustomKind,
    closed,
    fields,
    kinds_of,
    listed,
    one_of,
)

_LABELLED = fields({"matchLabels": WORDS})
_ENDPOINT = fields(
    {"portNumber": NUMBER, "interval": TEXT, "path": TEXT, "scheme": one_of("http", "https")}
)
_MONITOR = fields(
    {"selector": _LABELLED, "podMetricsEndpoints": listed(_ENDPOINT, least=1)},
    {
        "namespaceSelector": fields({"matchNames": listed(TEXT, least=1)}),
    },
)
_RULE = fields(
    {"expr": TEXT},
    {"alert": TEXT, "record": TEXT, "for": TEXT, "labels": WORDS, "annotations": WORDS},
)
_GROUP = fields({"name": TEXT, "rules": listed(_RULE, least=1)})

MONITORING: Final[dict[Gvk, CustomKind]] = kinds_of(
    "monitoring.coreos.com",
    "v1",
    {
        "PodMonitor": closed(_MONITOR),
        "PrometheusRule": closed(fields({"groups": listed(_GROUP, least=1)})),
    },
)
