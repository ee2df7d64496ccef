"""Every metric that a dashboard or an alert may use, and where it comes from."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Source(StrEnum):
    """Who measures it."""

    STATE = "kube-state-metrics"
    KUBELET = "the kubelet"
    NODE = "prometheus-node-exporter"
    PROMETHEUS = "Prometheus itself"
    SEALED = "Sealed Secrets"
    EXTERNAL = "External Secrets"
    MODEL = "a model's own server"
    TRITON = "Triton"
    DATABASE = "CloudNativePG"
    CERTIFICATES = "cert-manager"
    RECORDS = "external-dns"
    RULE = "a rule of ours"


METRICS: Final[Mapping[str, Source]] = {
    "kube_deployment_spec_replicas": Source.STATE,
    "kube_deployment_status_replicas_available": Source.STATE,
    "kube_horizontalpodautoscaler_spec_max_replicas": Source.STATE,
    "kube_horizontalpodautoscaler_spec_min_replicas": Source.STATE,
    "kube_horizontalpodautoscaler_status_current_replicas": Source.STATE,
    "kube_job_status_failed": Source.STATE,
    "kube_namespace_labels": Source.STATE,
    "kube_node_status_allocatable": Source.STATE,
    "kube_node_status_condition": Source.STATE,
    "kube_pod_container_resource_requests": Source.STATE,
    "kube_pod_container_status_restarts_total": Source.STATE,
    "kube_pod_status_phase": Source.STATE,
    "kube_resourcequota": Source.STATE,
    "container_cpu_usage_seconds_total": Source.KUBELET,
    "container_memory_working_set_bytes": Source.KUBELET,
    "kubelet_volume_stats_available_bytes": Source.KUBELET,
    "kubelet_volume_stats_capacity_bytes": Source.KUBELET,
    "node_cpu_seconds_total": Source.NODE,
    "node_filesystem_avail_bytes": Source.NODE,
    "node_filesystem_size_bytes": Source.NODE,
    "node_memory_MemAvailable_bytes": Source.NODE,
    "node_memory_MemTotal_bytes": Source.NODE,
    "up": Source.PROMETHEUS,
    "sealed_secrets_controller_condition_info": Source.SEALED,
    "externalsecret_status_condition": Source.EXTERNAL,
    "inference_requests_total": Source.MODEL,
    "inference_request_duration_seconds_bucket": Source.MODEL,
    "inference_predictions_total": Source.MODEL,
    "inference_drift_score": Source.MODEL,
    "nv_inference_request_failure": Source.TRITON,
    "nv_inference_request_success": Source.TRITON,
    "cnpg_collector_last_available_backup_timestamp": Source.DATABASE,
    "certmanager_certificate_expiration_timestamp_seconds": Source.CERTIFICATES,
    "external_dns_controller_last_sync_timestamp_seconds": Source.RECORDS,
    "external_dns_registry_endpoints_total": Source.RECORDS,
    "external_dns_registry_errors_total": Source.RECORDS,
    "external_dns_registry_skipped_records_owner_mismatch_per_sync": Source.RECORDS,
    "external_dns_source_endpoints_total": Source.RECORDS,
    "external_dns_source_errors_total": Source.RECORDS,
    "model:requests:rate5m": Source.RULE,
    "model:errors:rate5m": Source.RULE,
}
"""A model's own server says by `model` how many requests it had (and `code`), how long they took,
what it predicted (`class`), and how far each `feature` has drifted from what it was taught."""
