"""What people are told of. The chart's own rules about the cluster itself stand beside these."""

from typing import Final

from components.monitoring.name_alerts import NAMES
from components.monitoring.rules import Alert, Group, Recorded

_WHERE = "{{ $labels.namespace }}"

_WORKLOADS = Group(
    name="workloads",
    rules=(
        Alert(
            name="WorkloadUnavailable",
            expr="kube_deployment_status_replicas_available < kube_deployment_spec_replicas",
            lasting="15m",
            severity="warning",
            summary=f"{_WHERE}/{{{{ $labels.deployment }}}} has fewer pods ready than it wants",
            runbook=(
                "Look at the pods that are not ready: kubectl -n NAMESPACE get pods, then describe "
                "the first one. Its events say whether it waits for a node, an image or a probe. "
                "After a change, go back to the version before."
            ),
        ),
        Alert(
            name="ContainerRestarting",
            expr="increase(kube_pod_container_status_restarts_total[30m]) > 3",
            lasting="5m",
            severity="warning",
            summary=(
                f"{_WHERE}/{{{{ $labels.pod }}}}: {{{{ $labels.container }}}} was restarted more "
                "than three times in half an hour"
            ),
            runbook=(
                "Read what it said last: kubectl logs --previous. OOMKilled in describe means that "
                "it needs more memory than its limit; raise resources.limits.memory of the "
                "workload, within the team's container maximum."
            ),
        ),
        Alert(
            name="PodPending",
            expr='sum by (namespace, pod) (kube_pod_status_phase{phase="Pending"}) > 0',
            lasting="15m",
            severity="warning",
            summary=f"{_WHERE}/{{{{ $labels.pod }}}} has not started for a quarter of an hour",
            runbook=(
                "kubectl describe pod says why no node takes it, or which image or volume it waits "
                "for. If every node is full, see the capacity dashboard and tell the platform team."
            ),
        ),
        Alert(
            name="JobFailed",
            expr="kube_job_status_failed > 0",
            lasting="1m",
            severity="warning",
            summary=f"{_WHERE}/{{{{ $labels.job_name }}}} has failed",
            runbook=(
                "Read the pod's log, mend the cause, then remove the Job: a CronJob's next run "
                "comes by itself, any other Job with the next deployment."
            ),
        ),
        Alert(
            name="AutoscalerAtItsMost",
            expr=(
                "kube_horizontalpodautoscaler_status_current_replicas == "
                "kube_horizontalpodautoscaler_spec_max_replicas and "
                "kube_horizontalpodautoscaler_spec_max_replicas > "
                "kube_horizontalpodautoscaler_spec_min_replicas"
            ),
            lasting="30m",
            severity="warning",
            summary=f"{_WHERE}/{{{{ $labels.horizontalpodautoscaler }}}} has all pods that it may",
            runbook=(
                "More load than this will be slow. Raise replicas.max of the workload, and the "
                "team's quota with it if mlp prove says that it no longer fits."
            ),
        ),
        Alert(
            name="MetricsMissing",
            expr="sum by (namespace, job) (1 - up) > 0",
            lasting="15m",
            severity="warning",
            summary=f"{_WHERE}: {{{{ $labels.job }}}} does not answer when asked for its metrics",
            runbook=(
                "Ask it yourself: kubectl port-forward to the pod, then curl the path that "
                "metrics.path of the workload says. If it answers there, compare metrics.port with "
                "the port on which it listens."
            ),
        ),
    ),
)

_AMOUNTS = Group(
    name="amounts",
    rules=(
        Alert(
            name="QuotaNearlyUsed",
            expr=(
                'kube_resourcequota{type="used"} / ignoring (type) '
                '(kube_resourcequota{type="hard"} > 0) > 0.9'
            ),
            lasting="15m",
            severity="warning",
            summary=f"{_WHERE} has used nine tenths of its quota of {{{{ $labels.resource }}}}",
            runbook=(
                "What is created next may be refused. Lower the requests of what runs idle (see "
                "the team dashboard), or raise the team's quota in the stack file."
            ),
        ),
        Alert(
            name="VolumeNearlyFull",
            expr=(
                "kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes < 0.1"
            ),
            lasting="15m",
            severity="critical",
            summary=f"{_WHERE}/{{{{ $labels.persistentvolumeclaim }}}} has less than a tenth free",
            runbook=(
                "Remove what is not needed, or raise the claim's size where the storage class lets "
                "volumes grow. Full volumes stop databases."
            ),
        ),
        Alert(
            name="ClusterNearlyFull",
            expr=(
                'sum by (resource) (kube_pod_container_resource_requests{resource=~"cpu|memory"}) '
                "/ sum by (resource) "
                '(kube_node_status_allocatable{resource=~"cpu|memory"}) > 0.9'
            ),
            lasting="30m",
            severity="warning",
            summary="nine tenths of the cluster's {{ $labels.resource }} are asked for",
            runbook=(
                "The next pods wait for a node. Raise the largest number of nodes of a pool, or "
                "lower quotas; mlp prove says whether everything still fits."
            ),
            of_team=False,
        ),
        Alert(
            name="NodeNotReady",
            expr='kube_node_status_condition{condition="Ready", status="true"} == 0',
            lasting="10m",
            severity="critical",
            summary="node {{ $labels.node }} is not ready",
            runbook=(
                "kubectl describe node says what it lacks. A cloud's pool replaces it: drain and "
                "delete it. On kind, look at the container of that name."
            ),
            of_team=False,
        ),
    ),
)

_MODELS = Group(
    name="models",
    rules=(
        Recorded(
            name="model:requests:rate5m",
            expr=(
                "sum by (namespace, model) (rate(inference_requests_total[5m])) or "
                "sum by (namespace, model) (rate(nv_inference_request_success[5m]) + "
                "rate(nv_inference_request_failure[5m]))"
            ),
        ),
        Recorded(
            name="model:errors:rate5m",
            expr=(
                'sum by (namespace, model) (rate(inference_requests_total{code=~"5.."}[5m])) or '
                "sum by (namespace, model) (rate(nv_inference_request_failure[5m]))"
            ),
        ),
        Alert(
            name="ModelFailing",
            expr="model:errors:rate5m / (model:requests:rate5m > 0) > 0.05",
            lasting="10m",
            severity="critical",
            summary=f"{_WHERE}: more than one in twenty requests to {{{{ $labels.model }}}} fail",
            runbook=(
                "Compare the versions in the inference dashboard. If a new one fails, give its "
                "share of the traffic back to the one before; then read its log."
            ),
        ),
        Alert(
            name="ModelSlow",
            expr=(
                "histogram_quantile(0.95, sum by (namespace, model, le) "
                "(rate(inference_request_duration_seconds_bucket[5m]))) > 1"
            ),
            lasting="10m",
            severity="warning",
            summary=f"{_WHERE}: one in twenty requests to {{{{ $labels.model }}}} takes over 1 s",
            runbook=(
                "See in the inference dashboard whether the pods are out of CPU and whether the "
                "autoscaler is at its most; if neither, the model itself has become slower."
            ),
        ),
        Alert(
            name="ModelDrifted",
            expr="max by (namespace, model, feature) (inference_drift_score) > 0.1",
            lasting="1h",
            severity="warning",
            summary=(
                f"{_WHERE}: {{{{ $labels.feature }}}} of {{{{ $labels.model }}}} is no longer as "
                "it was taught"
            ),
            runbook=(
                "Look at what feeds the feature: a source that changed is mended there. If the "
                "world has changed, train the model anew."
            ),
        ),
    ),
)

_SECRETS = Group(
    name="secrets",
    rules=(
        Alert(
            name="SecretNotOpened",
            expr=(
                "label_join(sealed_secrets_controller_condition_info, "
                '"namespace", "", "exported_namespace") < 0'
            ),
            lasting="10m",
            severity="warning",
            summary=f"{_WHERE}: the SealedSecret {{{{ $labels.name }}}} cannot be opened",
            runbook=(
                "kubectl -n NAMESPACE describe sealedsecret NAME says why. It was sealed for "
                "another name, another namespace or another cluster, or the key is lost: seal it "
                "anew with this cluster's certificate."
            ),
        ),
        Alert(
            name="SecretNotFetched",
            expr=(
                "label_join(externalsecret_status_condition"
                '{condition="Ready", status="False"}, "namespace", "", "exported_namespace") > 0'
            ),
            lasting="15m",
            severity="warning",
            summary=f"{_WHERE}: the secret {{{{ $labels.name }}}} is not fetched from the cloud",
            runbook=(
                "kubectl -n NAMESPACE describe externalsecret NAME says why. Most often nobody has "
                "put it into the cloud's store yet, or it is no JSON object with all the keys that "
                "external_secrets names. What was fetched before stays as it was."
            ),
        ),
    ),
)

_DATABASE = Group(
    name="database",
    rules=(
        Alert(
            name="DatabaseBackupOld",
            expr="time() - max(cnpg_collector_last_available_backup_timestamp) > 36 * 3600",
            lasting="1h",
            severity="critical",
            summary="the database in the cluster has had no new copy for a day and a half",
            runbook=(
                "kubectl -n database get backups says how the last ones ended, and describe why. "
                "Mostly the object store does not answer, or its volume is full. Without "
                "platform.object_store there is no copy at all: add it, or have somebody else "
                "make one and silence this."
            ),
            of_team=False,
        ),
    ),
)

GROUPS: Final = (_WORKLOADS, _AMOUNTS, _MODELS, _SECRETS, _DATABASE, NAMES)
"""Every rule of ours."""
