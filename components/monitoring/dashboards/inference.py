"""How models do: what they are asked, how well and how fast they answer, and whether they age."""

from components.monitoring.dashboards.panels import Dashboard, Panel, Query, Variable
from components.monitoring.dashboards.usage import CPU, MEMORY

_MODEL = 'namespace="$namespace", model=~"$model"'
_SCALED = 'namespace="$namespace"'
_BUCKETS = (
    f"sum by (model, le) (rate(inference_request_duration_seconds_bucket{{{_MODEL}}}"
    "[$__rate_interval]))"
)


def _quantile(part: float, name: str) -> Query:
    return Query(expr=f"histogram_quantile({part}, {_BUCKETS})", legend=f"{{{{model}}}} {name}")


INFERENCE = Dashboard(
    name="inference",
    title="Inference",
    about="What models are asked, how they answer, what that takes, and whether they drift.",
    variables=(
        Variable(name="namespace", expr="model:requests:rate5m"),
        Variable(name="model", expr='model:requests:rate5m{namespace="$namespace"}', several=True),
    ),
    panels=(
        Panel(
            title="Request rate",
            about="Requests in a second.",
            unit="reqps",
            queries=(Query(expr=f"model:requests:rate5m{{{_MODEL}}}", legend="{{model}}"),),
        ),
        Panel(
            title="Error rate",
            about="The share of requests that the model's server failed to answer.",
            unit="percentunit",
            queries=(
                Query(
                    expr=(
                        f"(model:errors:rate5m{{{_MODEL}}} or "
                        f"0 * model:requests:rate5m{{{_MODEL}}}) / "
                        f"(model:requests:rate5m{{{_MODEL}}} > 0)"
                    ),
                    legend="{{model}}",
                ),
            ),
        ),
        Panel(
            title="Latency",
            about="Half of the requests are faster than p50, and one in a hundred slower than p99.",
            unit="s",
            queries=(_quantile(0.5, "p50"), _quantile(0.95, "p95"), _quantile(0.99, "p99")),
        ),
        Panel(
            title="Predictions by class",
            about="A share that moves without a reason is the first sign of drift.",
            unit="reqps",
            queries=(
                Query(
                    expr=(
                        "sum by (model, class) "
                        f"(rate(inference_predictions_total{{{_MODEL}}}[$__rate_interval]))"
                    ),
                    legend="{{model}} {{class}}",
                ),
            ),
        ),
        CPU,
        MEMORY,
        Panel(
            title="Replicas",
            about="How many pods there are, between what the autoscaler may at least and at most.",
            unit="short",
            queries=tuple(
                Query(
                    expr=f"kube_horizontalpodautoscaler_{metric}{{{_SCALED}}}",
                    legend=f"{{{{horizontalpodautoscaler}}}} {name}",
                )
                for metric, name in (
                    ("status_current_replicas", "now"),
                    ("spec_min_replicas", "least"),
                    ("spec_max_replicas", "most"),
                )
            ),
        ),
        Panel(
            title="Drift",
            about="How far each feature is from what the model was taught; above 0.1 is an alert.",
            unit="short",
            queries=(
                Query(
                    expr=f"max by (model, feature) (inference_drift_score{{{_MODEL}}})",
                    legend="{{model}} {{feature}}",
                ),
            ),
        ),
    ),
)
"""The eight panels that a model's owners look at first."""
