"""Public names: how long their certificates last, and whether their records are up to date."""

from components.monitoring.dashboards.panels import Dashboard, Panel, Query

NAMES = Dashboard(
    name="names",
    title="Names",
    about="How long certificates last, and whether the public zone is up to date.",
    variables=(),
    panels=(
        Panel(
            title="Certificates end in",
            about="Each is renewed when a third of its time is left.",
            unit="s",
            queries=(
                Query(
                    expr="certmanager_certificate_expiration_timestamp_seconds - time()",
                    legend="{{exported_namespace}}/{{name}}",
                ),
            ),
        ),
        Panel(
            title="Zone brought up to date",
            about="So long ago; every five minutes, and when a name changes, is right.",
            unit="s",
            queries=(
                Query(
                    expr="time() - max(external_dns_controller_last_sync_timestamp_seconds)",
                    legend="last success",
                ),
            ),
        ),
        Panel(
            title="Records",
            about="Those that the gateway's names ask for, and those that the zone has.",
            unit="short",
            queries=(
                Query(
                    expr="sum(external_dns_source_endpoints_total)",
                    legend="asked for",
                ),
                Query(
                    expr="sum(external_dns_registry_endpoints_total)",
                    legend="in the zone",
                ),
            ),
        ),
        Panel(
            title="Refused by the zone, or not read",
            about="None is right: the log of external-dns says what it was.",
            unit="short",
            queries=(
                Query(
                    expr="sum(increase(external_dns_registry_errors_total[$__rate_interval]))",
                    legend="zone",
                ),
                Query(
                    expr="sum(increase(external_dns_source_errors_total[$__rate_interval]))",
                    legend="gateway",
                ),
            ),
        ),
    ),
)
