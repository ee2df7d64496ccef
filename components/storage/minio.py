"""MinIO as a chart, for who has to have it, as its maker has given it up: our values, its users."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from assurance.graph.values import Access, Grant
from components.charts.patch import Patch
from components.charts.pin import ChartPin
from components.charts.release import Release
from components.charts.stand_in import (
    ExpectedContainer,
    ExpectedService,
    ExpectedWorkload,
    Size,
    StandIn,
)
from components.manifests import Manifest
from components.storage.chart import NAMESPACE
from components.storage.section import ObjectStoreConfig
from components.storage.users import ADMINISTRATOR, own_bucket

# renovate: datasource=helm depName=minio
PIN = ChartPin(
    chart="minio",
    repository="https://charts.min.io",
    version="5.4.0",
    verified_on=date(2026, 11, 22),
    licence="AGPL-3.0",
    end_of_life=date(2026, 2, 12),
)
NAME = "minio"
LABELS = {"app": NAME, "release": NAME}
PORT = 9000
SECRET = "minio-users"  # noqa: S105 - a Secret's name
USER = 1000
_CONSOLE = 9001
_IMAGE = "quay.io/minio/minio:RELEASE.2024-12-18T13-15-44Z"
_CLIENT = "quay.io/minio/mc:RELEASE.2024-11-21T17-21-54Z"
_LOCKED = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}
_POD = {
    "runAsNonRoot": True,
    "runAsUser": USER,
    "runAsGroup": USER,
    "fsGroup": USER,
    "seccompProfile": {"type": "RuntimeDefault"},
}
_READ = ("s3:GetObject", "s3:GetObjectTagging")
_WRITE = (
    *_READ,
    "s3:PutObject",
    "s3:PutObjectTagging",
    "s3:DeleteObject",
    "s3:AbortMultipartUpload",
    "s3:ListMultipartUploadParts",
)
_SCRIPT = """
set -eu
export MC_HOST_store="http://$(cat /users/rootUser):$(cat /users/rootPassword)@$STORE"
for bucket in $BUCKETS; do mc mb --ignore-existing "store/$bucket"; done
for user in "$@"; do
  mc admin user add store "$user" < "/users/$user"
  mc admin policy create store "$user" "/users/$user.json"
  mc admin user info store "$user" | grep -q "PolicyName: $user" ||
    mc admin policy attach store "$user" --user "$user"
done
"""
_SIZE = Size(cpu="50m", memory="128Mi", cpu_limit="1")


def minio_release(config: ObjectStoreConfig, storage_class: str | None) -> Release:
    """One pod with one volume; its users and buckets are made by our own Job, not by its hooks."""
    kept = {} if storage_class is None else {"storageClass": storage_class}
    pod = ("spec", "template", "spec")
    return Release(
        pin=PIN,
        name=NAME,
        namespace=NAMESPACE,
        values={
            "mode": "standalone",
            "existingSecret": SECRET,
            "persistence": {"size": config.storage, **kept},
            "resources": config.size.size().resources(),
            "securityContext": {"enabled": True, **_POD},
            "environment": {"MINIO_BROWSER": "off"},
            "deploymentUpdate": {"type": "Recreate"},
            "podAnnotations": {"ml-platform/generation": str(config.generation)},
        },
        patches=(
            _patch((*pod, "automountServiceAccountToken"), value=False),
            _patch(
                (*pod, "containers", NAME, "securityContext"),
                value={**_LOCKED, "readOnlyRootFilesystem": False},
            ),
        ),
        stand_in=_stand_in(config.size.size()),
    )


def _patch(path: tuple[str, ...], *, value: Any) -> Patch:
    return Patch(kind="Deployment", name=NAME, path=path, value=value)


def _stand_in(size: Size) -> StandIn:
    container = ExpectedContainer(name=NAME, image=_IMAGE, size=size, ports=(PORT, _CONSOLE))
    workload = ExpectedWorkload(
        kind="Deployment",
        name=NAME,
        labels=LABELS,
        containers=(container,),
        account="minio-sa",
        user=USER,
    )
    return StandIn(
        workloads=(workload,),
        services=(
            ExpectedService(name=NAME, workload=NAME, ports={PORT: PORT}),
            ExpectedService(name=f"{NAME}-console", workload=NAME, ports={_CONSOLE: _CONSOLE}),
        ),
    )


def root_and_policies(grants: Mapping[str, Iterable[Grant]]) -> dict[str, str]:
    """What is no secret of the Secret that the server and the Job read."""
    policies = {f"{user}.json": policy(user, own) for user, own in sorted(grants.items())}
    return {"rootUser": ADMINISTRATOR, **policies}


def policy(user: str, grants: Iterable[Grant]) -> str:
    """In the words of S3: a user's own bucket in whole, and of the others what was granted."""
    statements = [_allow(("s3:*",), own_bucket(user), f"{own_bucket(user)}/*")]
    for grant in grants:
        if grant.kind == "bucket":
            statements += _granted(grant)
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def _granted(grant: Grant) -> Iterator[Manifest]:
    actions = _WRITE if grant.access is Access.WRITE else _READ
    yield _allow(actions, f"{grant.name}/{grant.prefix}*")
    within = {"StringLike": {"s3:prefix": [f"{grant.prefix}*"]}}
    yield {**_allow(("s3:ListBucket",), grant.name), "Condition": within}


def _allow(actions: Sequence[str], *resources: str) -> Manifest:
    arns = [f"arn:aws:s3:::{each}" for each in resources]
    return {"Effect": "Allow", "Action": list(actions), "Resource": arns}


def setup_job(buckets: Sequence[str], grants: Mapping[str, Iterable[Grant]], made: int) -> Manifest:
    """Buckets, users and what these may do; whatever is another of it takes another Job."""
    users = sorted(grants)
    asked = json.dumps([*buckets, root_and_policies(grants), made])
    labels = {"app.kubernetes.io/name": "buckets"}
    container = {
        "name": "setup",
        "image": _CLIENT,
        "command": ["/bin/sh", "-c", _SCRIPT, "setup", *users],
        "env": [
            {"name": "BUCKETS", "value": " ".join(buckets)},
            {"name": "MC_CONFIG_DIR", "value": "/tmp/mc"},  # noqa: S108 - in the pod
            {"name": "STORE", "value": f"{NAME}.{NAMESPACE}:{PORT}"},
        ],
        "resources": _SIZE.resources(),
        "securityContext": _LOCKED,
        "volumeMounts": [
            {"name": "scratch", "mountPath": "/tmp"},  # noqa: S108 - in the pod
            {"name": "users", "mountPath": "/users", "readOnly": True},
        ],
    }
    pod = {
        "restartPolicy": "OnFailure",
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": _POD,
        "containers": [container],
        "volumes": [
            {"name": "scratch", "emptyDir": {"sizeLimit": "16Mi"}},
            {"name": "users", "secret": {"secretName": SECRET}},
        ],
    }
    digest = hashlib.sha256(asked.encode()).hexdigest()[:8]
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": f"buckets-{digest}", "namespace": NAMESPACE, "labels": labels},
        "spec": {"backoffLimit": 6, "template": {"metadata": {"labels": labels}, "spec": pod}},
    }
