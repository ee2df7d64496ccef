"""What the pods of the namespace that is looked at use."""

from components.monitoring.dashboards.panels import Panel, Query

_PODS = 'namespace="$namespace", container!=""'

CPU = Panel(
    title="CPU",
    about="Cores in use, by pod.",
    unit="cores",
    queries=(
        Query(
            expr=(
                "sum by (pod) "
                f"(rate(container_cpu_usage_seconds_total{{{_PODS}}}[$__rate_interval]))"
            ),
            legend="{{pod}}",
        ),
    ),
)
MEMORY = Panel(
    title="Memory",
    about="What counts against the limit, by pod.",
    unit="bytes",
    queries=(
        Query(
            expr=f"sum by (pod) (container_memory_working_set_bytes{{{_PODS}}})",
            legend="{{pod}}",
        ),
    ),
)
