"""What makes the buckets: a Job that may run as often as it likes. Pure."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from components.charts.stand_in import Size
from components.manifests import Manifest
from components.storage.chart import FILER, IMAGE, MASTER, NAME, NAMESPACE, USER

_SCRIPT = """
set -eu
known() { echo s3.bucket.list | weed shell | awk '{print $1}'; }
for bucket in "$@"; do
  known | grep -Fxq "$bucket" || echo "s3.bucket.create -name $bucket" | weed shell
done
for bucket in "$@"; do
  known | grep -Fxq "$bucket" || { echo "bucket $bucket is not there" >&2; exit 1; }
done
"""
_SIZE = Size(cpu="50m", memory="64Mi", cpu_limit="1")


def buckets_job(buckets: Sequence[str]) -> Manifest:
    """Makes those that are missing; other buckets take another Job, as none can be changed."""
    digest = hashlib.sha256(json.dumps([*buckets]).encode()).hexdigest()[:8]
    labels = {"app.kubernetes.io/name": "buckets"}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": f"buckets-{digest}", "namespace": NAMESPACE, "labels": labels},
        "spec": {
            "backoffLimit": 6,
            "template": {"metadata": {"labels": labels}, "spec": _pod(buckets)},
        },
    }


def _pod(buckets: Sequence[str]) -> dict[str, Any]:
    host = f"{NAME}.{NAMESPACE}"
    addresses = {
        "WEED_CLUSTER_DEFAULT": "sw",
        "WEED_CLUSTER_SW_MASTER": f"{host}:{MASTER}",
        "WEED_CLUSTER_SW_FILER": f"{host}:{FILER}",
    }
    container = {
        "name": "buckets",
        "image": IMAGE,
        "command": ["/bin/sh", "-c", _SCRIPT, "buckets", *buckets],
        "env": [{"name": name, "value": value} for name, value in sorted(addresses.items())],
        "resources": _SIZE.resources(),
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [{"name": "scratch", "mountPath": "/tmp"}],  # noqa: S108 - in the pod
    }
    return {
        "restartPolicy": "Never",
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": USER,
            "runAsGroup": USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [container],
        "volumes": [{"name": "scratch", "emptyDir": {"sizeLimit": "16Mi"}}],
    }
