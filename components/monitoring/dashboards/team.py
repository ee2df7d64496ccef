"""How a team does: what it uses of what it may, and what does not run."""

from components.monitoring.dashboards.panels import Dashboard, Panel, Query, Variable
from components.monitoring.dashboards.usage import CPU, MEMORY
from components.monitoring.rules import TEAM_LABEL

_TEAM = 'namespace="$namespace"'


def _quota(resources: str, kind: str) -> Query:
    chosen = f'{_TEAM}, resource=~"{resources}", type="{kind}"'
    return Query(expr=f"kube_resourcequota{{{chosen}}}", legend=f"{{{{resource}}}} {kind}")


TEAM = Dashboard(
    name="team",
    title="Team",
    about="What a team uses of what it may, and what does not run.",
    variables=(Variable(name="namespace", expr=f'kube_namespace_labels{{{TEAM_LABEL}!=""}}'),),
    panels=(
        CPU,
        MEMORY,
        Panel(
            title="Quota: CPU",
            about="What is asked for, and the most that may be.",
            unit="cores",
            queries=(_quota("requests.cpu", "used"), _quota("requests.cpu", "hard")),
        ),
        Panel(
            title="Quota: memory",
            about="What is asked for, and the most that may be.",
            unit="bytes",
            queries=(_quota("requests.memory", "used"), _quota("requests.memory", "hard")),
        ),
        Panel(
            title="Pods by phase",
            about="Pending for long is a pod that no node takes.",
            unit="short",
            queries=(
                Query(
                    expr=f"sum by (phase) (kube_pod_status_phase{{{_TEAM}}}) > 0",
                    legend="{{phase}}",
                ),
            ),
        ),
        Panel(
            title="Restarts",
            about="In the last hour, by container.",
            unit="short",
            queries=(
                Query(
                    expr=(
                        "sum by (pod, container) "
                        f"(increase(kube_pod_container_status_restarts_total{{{_TEAM}}}[1h])) > 0"
                    ),
                    legend="{{pod}} {{container}}",
                ),
            ),
        ),
        Panel(
            title="Replicas that are missing",
            about="What Deployments want and do not have ready.",
            unit="short",
            queries=(
                Query(
                    expr=(
                        f"kube_deployment_spec_replicas{{{_TEAM}}} - "
                        f"kube_deployment_status_replicas_available{{{_TEAM}}} > 0"
                    ),
                    legend="{{deployment}}",
                ),
            ),
        ),
        Panel(
            title="Volumes",
            about="The share of each that is free.",
            unit="percentunit",
            queries=(
                Query(
                    expr=(
                        f"kubelet_volume_stats_available_bytes{{{_TEAM}}} / "
                        f"kubelet_volume_stats_capacity_bytes{{{_TEAM}}}"
                    ),
                    legend="{{persistentvolumeclaim}}",
                ),
            ),
        ),
    ),
)
