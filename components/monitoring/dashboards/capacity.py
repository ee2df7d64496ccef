"""How full the cluster is: by what was asked for, and by what is really used."""

from components.monitoring.dashboards.panels import Dashboard, Panel, Query, Unit, Variable


def _asked(resource: str, unit: Unit) -> Panel:
    chosen = f'{{resource="{resource}", node=~"$node"}}'
    return Panel(
        title=f"{resource.capitalize() if unit == 'bytes' else resource.upper()} asked for",
        about="All requests, beside what the nodes have to give; beyond it pods wait.",
        unit=unit,
        queries=(
            Query(expr=f"sum(kube_pod_container_resource_requests{chosen})", legend="asked for"),
            Query(expr=f"sum(kube_node_status_allocatable{chosen})", legend="there"),
        ),
    )


CAPACITY = Dashboard(
    name="capacity",
    title="Capacity",
    about="How full the cluster is: by what was asked for, and by what is really used.",
    variables=(Variable(name="node", expr="kube_node_status_allocatable", several=True),),
    panels=(
        _asked("cpu", "cores"),
        _asked("memory", "bytes"),
        Panel(
            title="CPU in use",
            about="The share of each node's cores that works.",
            unit="percentunit",
            queries=(
                Query(
                    expr=(
                        "1 - avg by (instance) "
                        '(rate(node_cpu_seconds_total{mode="idle"}[$__rate_interval]))'
                    ),
                    legend="{{instance}}",
                ),
            ),
        ),
        Panel(
            title="Memory in use",
            about="The share of each node's memory that is taken.",
            unit="percentunit",
            queries=(
                Query(
                    expr="1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes",
                    legend="{{instance}}",
                ),
            ),
        ),
        Panel(
            title="Asked for by namespace: CPU",
            about="Who has asked for how many cores.",
            unit="cores",
            queries=(
                Query(
                    expr=(
                        "sum by (namespace) "
                        '(kube_pod_container_resource_requests{resource="cpu", node=~"$node"})'
                    ),
                    legend="{{namespace}}",
                ),
            ),
        ),
        Panel(
            title="Pods that wait for a node",
            about="None is right; some for minutes while a cloud adds nodes.",
            unit="short",
            queries=(
                Query(
                    expr='sum by (namespace) (kube_pod_status_phase{phase="Pending"})',
                    legend="{{namespace}}",
                ),
            ),
        ),
        Panel(
            title="GPUs",
            about="Asked for, and there.",
            unit="short",
            queries=(
                Query(
                    expr='sum(kube_pod_container_resource_requests{resource="nvidia_com_gpu"})',
                    legend="asked for",
                ),
                Query(
                    expr='sum(kube_node_status_allocatable{resource="nvidia_com_gpu"})',
                    legend="there",
                ),
            ),
        ),
        Panel(
            title="Disks",
            about="The share of each node's own disk that is free.",
            unit="percentunit",
            queries=(
                Query(
                    expr=(
                        'node_filesystem_avail_bytes{mountpoint="/"} / '
                        'node_filesystem_size_bytes{mountpoint="/"}'
                    ),
                    legend="{{instance}}",
                ),
            ),
        ),
    ),
)
