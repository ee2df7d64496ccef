"""Prometheus's own tool plays every alert through: it fires when it should, and else is silent."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from components.monitoring.alerts import GROUPS
from components.monitoring.rules import TEAM_LABEL, Alert, rule_group
from operations.progress import Steps
from operations.toolchain import RULE_TESTERS, ensure

pytestmark = pytest.mark.e2e
Series = Mapping[str, str]

MODEL = 'namespace="fraud", model="spam"'
BUCKET = f"inference_request_duration_seconds_bucket{{{MODEL}"
HPA = 'namespace="fraud", horizontalpodautoscaler="api"'
HPAS = "kube_horizontalpodautoscaler"
QUOTA = 'kube_resourcequota{namespace="fraud", resource="pods", type='
CLAIM = 'namespace="fraud", persistentvolumeclaim="data"'
SEALED = (
    'sealed_secrets_controller_condition_info{namespace="sealed-secrets", '
    'exported_namespace="fraud", name="api", condition="Synced"}'
)
COPIED = 'cnpg_collector_last_available_backup_timestamp{namespace="database", pod="main-1"}'
EXTERNAL = (
    'externalsecret_status_condition{namespace="external-secrets", '
    'exported_namespace="fraud", name="payments", condition="Ready", status="False"}'
)
CERTIFICATE = (
    'certmanager_certificate_expiration_timestamp_seconds{namespace="cert-manager", '
    'exported_namespace="fraud", name="api"}'
)
SYNCED = 'external_dns_controller_last_sync_timestamp_seconds{namespace="external-dns"}'
FOREIGN = (
    'external_dns_registry_skipped_records_owner_mismatch_per_sync{namespace="external-dns", '
    'domain="ml.example.com"}'
)
FIRING: dict[str, Series] = {
    "WorkloadUnavailable": {
        'kube_deployment_spec_replicas{namespace="fraud", deployment="api"}': "3x120",
        'kube_deployment_status_replicas_available{namespace="fraud", deployment="api"}': "2x120",
    },
    "ContainerRestarting": {
        'kube_pod_container_status_restarts_total{namespace="fraud", pod="a", container="b"}': (
            "0+1x120"
        ),
    },
    "PodPending": {'kube_pod_status_phase{namespace="fraud", pod="a", phase="Pending"}': "1x120"},
    "JobFailed": {'kube_job_status_failed{namespace="fraud", job_name="train"}': "1x120"},
    "AutoscalerAtItsMost": {
        f"{HPAS}_status_current_replicas{{{HPA}}}": "6x120",
        f"{HPAS}_spec_max_replicas{{{HPA}}}": "6x120",
        f"{HPAS}_spec_min_replicas{{{HPA}}}": "2x120",
    },
    "MetricsMissing": {'up{namespace="fraud", job="api", instance="10.0.0.1:9090"}': "0x120"},
    "QuotaNearlyUsed": {f'{QUOTA}"used"}}': "37x120", f'{QUOTA}"hard"}}': "40x120"},
    "VolumeNearlyFull": {
        f"kubelet_volume_stats_available_bytes{{{CLAIM}}}": "9x120",
        f"kubelet_volume_stats_capacity_bytes{{{CLAIM}}}": "100x120",
    },
    "ClusterNearlyFull": {
        'kube_pod_container_resource_requests{resource="cpu", namespace="fraud"}': "15x120",
        'kube_node_status_allocatable{resource="cpu", node="a"}': "16x120",
    },
    "NodeNotReady": {
        'kube_node_status_condition{node="a", condition="Ready", status="true"}': "0x120"
    },
    "ModelFailing": {
        f'inference_requests_total{{{MODEL}, code="200"}}': "0+90x120",
        f'inference_requests_total{{{MODEL}, code="500"}}': "0+10x120",
    },
    "ModelSlow": {
        f'{BUCKET}, le="0.5"}}': "0+50x120",
        f'{BUCKET}, le="2"}}': "0+100x120",
        f'{BUCKET}, le="+Inf"}}': "0+100x120",
    },
    "ModelDrifted": {f'inference_drift_score{{{MODEL}, feature="age"}}': "0.2x120"},
    "SecretNotOpened": {SEALED: "-1x120"},
    "DatabaseBackupOld": {COPIED: "-136800x120"},
    "SecretNotFetched": {EXTERNAL: "1x120"},
    "CertificateEndsSoon": {CERTIFICATE: "1200000x120"},
    "RecordsNotWritten": {SYNCED: "0x120"},
    "RecordOfSomebodyElse": {FOREIGN: "1x120"},
}
"""By alert, what is measured when it is right."""
SILENT: dict[str, Series] = {
    "WorkloadUnavailable": dict.fromkeys(FIRING["WorkloadUnavailable"], "3x120"),
    "ContainerRestarting": dict.fromkeys(FIRING["ContainerRestarting"], "3x120"),
    "PodPending": dict.fromkeys(FIRING["PodPending"], "1x10 0x110"),
    "JobFailed": dict.fromkeys(FIRING["JobFailed"], "0x120"),
    "AutoscalerAtItsMost": dict.fromkeys(FIRING["AutoscalerAtItsMost"], "2x120"),
    "MetricsMissing": dict.fromkeys(FIRING["MetricsMissing"], "1x120"),
    "QuotaNearlyUsed": {f'{QUOTA}"used"}}': "0x120", f'{QUOTA}"hard"}}': "0x120"},
    "VolumeNearlyFull": dict.fromkeys(FIRING["VolumeNearlyFull"], "100x120"),
    "ClusterNearlyFull": {
        'kube_pod_container_resource_requests{resource="cpu", namespace="fraud"}': "14x120",
        'kube_node_status_allocatable{resource="cpu", node="a"}': "16x120",
    },
    "NodeNotReady": dict.fromkeys(FIRING["NodeNotReady"], "1x120"),
    "ModelFailing": {
        f'inference_requests_total{{{MODEL}, code="200"}}': "0+98x120",
        f'inference_requests_total{{{MODEL}, code="500"}}': "0+2x120",
    },
    "ModelSlow": dict.fromkeys(FIRING["ModelSlow"], "0+100x120"),
    "ModelDrifted": dict.fromkeys(FIRING["ModelDrifted"], "0.1x120"),
    "SecretNotOpened": {SEALED: "0x120"},
    "DatabaseBackupOld": {COPIED: "-120000x120"},
    "SecretNotFetched": {EXTERNAL: "0x120"},
    "CertificateEndsSoon": {CERTIFICATE: "1300000x120"},
    "RecordsNotWritten": {SYNCED: "0+60x120"},
    "RecordOfSomebodyElse": {FOREIGN: "0x120"},
}
"""And when it is not, though as near as may be."""
ALERTS = {rule.name: rule for g in GROUPS for rule in g.rules if isinstance(rule, Alert)}
OF_TEAM = f'kube_namespace_labels{{namespace="fraud", {TEAM_LABEL}="fraud"}}'
OF_PLATFORM = 'kube_namespace_labels{namespace="fraud"}'


@pytest.fixture(scope="module")
def promtool() -> Path:
    """Found, else built."""
    with Steps() as steps:
        return ensure(RULE_TESTERS, steps)["promtool"]


def run(promtool: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([promtool, *words], capture_output=True, text=True, check=False)


def written(folder: Path) -> Path:
    path = folder / "rules.json"
    path.write_text(json.dumps({"groups": [rule_group(group) for group in GROUPS]}))
    return path


def fired(promtool: Path, folder: Path, alert: str, series: Series) -> str:
    """What the tool says of a test that expects silence: the alert, or nothing."""
    given = [{"series": name, "values": values} for name, values in series.items()]
    expected = {"eval_time": "110m", "alertname": alert, "exp_alerts": []}
    test = {"interval": "1m", "input_series": given, "alert_rule_test": [expected]}
    plan = folder / "plan.json"
    plan.write_text(json.dumps({"rule_files": [written(folder).name], "tests": [test]}))
    done = run(promtool, "test", "rules", plan)
    said = done.stdout + done.stderr
    assert (done.returncode == 0) != ("got:" in said), said
    return said if done.returncode else ""


def test_prometheus_takes_every_rule(promtool: Path, tmp_path: Path) -> None:
    done = run(promtool, "check", "rules", "--lint=all", "--lint-fatal", written(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{sum(len(group.rules) for group in GROUPS)} rules found" in done.stdout


def test_every_alert_is_played_through() -> None:
    assert set(FIRING) == set(SILENT) == set(ALERTS)


@pytest.mark.parametrize("alert", sorted(ALERTS))
def test_an_alert_fires_for_its_team_and_only_when_it_is_right(
    alert: str, promtool: Path, tmp_path: Path
) -> None:
    of_team = ALERTS[alert].of_team
    said = fired(promtool, tmp_path, alert, {**FIRING[alert], OF_TEAM: "1x120"})
    assert f'team="{"fraud" if of_team else "platform"}"' in said
    assert "<no value>" not in said
    said = fired(promtool, tmp_path, alert, {**FIRING[alert], OF_PLATFORM: "1x120"})
    assert 'team="platform"' in said
    assert fired(promtool, tmp_path, alert, {**SILENT[alert], OF_TEAM: "1x120"}) == ""
