"""What people are told of public names: their certificates, and their records."""

from typing import Final

from components.monitoring.rules import Alert, Group

NAMES: Final = Group(
    name="names",
    rules=(
        Alert(
            name="CertificateEndsSoon",
            expr=(
                "label_join(certmanager_certificate_expiration_timestamp_seconds, "
                '"namespace", "", "exported_namespace") - time() < 14 * 86400'
            ),
            lasting="1h",
            severity="critical",
            summary=(
                "{{ $labels.namespace }}: the certificate {{ $labels.name }} ends within two weeks "
                "and was not renewed"
            ),
            runbook=(
                "kubectl -n NAMESPACE describe certificate NAME leads to its request, that to an "
                "order, and the order to challenges, which say why. With a zone: may cert-manager "
                "write there, and does the registrar point to the zone's name servers? Without: "
                "does the name lead to the gateway over plain HTTP?"
            ),
        ),
        Alert(
            name="RecordsNotWritten",
            expr="time() - max(external_dns_controller_last_sync_timestamp_seconds) > 1800",
            lasting="10m",
            severity="warning",
            summary="external-dns has not brought the public zone up to date for half an hour",
            runbook=(
                "kubectl -n external-dns logs deployment/external-dns says why. Mostly it was "
                "denied: compare the zone in the stack file with the one that there is, and see "
                "whether the identity proof holds. Records that are there stay as they are."
            ),
            of_team=False,
        ),
        Alert(
            name="RecordOfSomebodyElse",
            expr="max(external_dns_registry_skipped_records_owner_mismatch_per_sync) > 0",
            lasting="15m",
            severity="warning",
            summary="a name of the gateway has a record that this stack has not written",
            runbook=(
                "Two stacks have the same name in platform.gateway.hosts, or somebody wrote the "
                "record by hand. Leave the name to one of them; a record by hand is removed by "
                "hand, and written anew within minutes."
            ),
            of_team=False,
        ),
    ),
)
